import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { LoadError, loadModel } from "#load/load-model";
import type { Model } from "#model/model";
import type { ApiKey } from "#model/usage-plan";
import { temporaryFolder } from "../../support/temporary-folder";
import { IDENTITY, load, minimalStack, policy, problemsOf } from "./minimal-stack";

const folder = temporaryFolder();
const directory = join(__dirname, "../../fixtures/terraform");
const ID = /^[a-z0-9]{10}$/;

describe("the minimal stack", () => {
  test("becomes a model", () => {
    const model = load();
    const { id } = model.api;
    const executionArn = `arn:aws:execute-api:eu-west-1:123456789012:${id}`;
    const key = model.apiKeys[0] as ApiKey;
    expect(id).toMatch(ID);
    expect(key.value).toMatch(/^[A-Za-z0-9]{40}$/);
    expect(model).toEqual({
      partition: "aws",
      region: "eu-west-1",
      accountId: "123456789012",
      api: {
        address: "aws_api_gateway_rest_api.api",
        id,
        name: "api",
        binaryMediaTypes: [],
        routes: [
          {
            address: "aws_api_gateway_method.read",
            resourceId: expect.stringMatching(ID),
            resourcePath: "/products/{code}",
            httpMethod: "GET",
            authorization: "AWS_IAM",
            apiKeyRequired: false,
            requestParameters: {},
            validator: { body: false, parameters: false },
            requestModels: {},
            integration: {
              type: "AWS_PROXY",
              address: "aws_api_gateway_integration.read",
              functionArn: "arn:aws:lambda:eu-west-1:123456789012:function:read",
              integrationHttpMethod: "POST",
              timeoutMilliseconds: 29_000,
            },
          },
          {
            address: "aws_api_gateway_method.mock",
            resourceId: expect.stringMatching(ID),
            resourcePath: "/",
            httpMethod: "GET",
            authorization: "NONE",
            apiKeyRequired: true,
            requestParameters: {},
            validator: { body: false, parameters: false },
            requestModels: {},
            integration: {
              type: "MOCK",
              address: "aws_api_gateway_integration.mock",
              passthroughBehavior: "WHEN_NO_MATCH",
              requestTemplates: { "application/json": '{"statusCode":200}' },
              responses: [
                {
                  address: "aws_api_gateway_integration_response.mock",
                  statusCode: 200,
                  responseParameters: { "method.response.header.Cache-Control": "no-store" },
                  responseTemplates: { "application/json": '{"message":"success"}' },
                },
              ],
            },
          },
        ],
        stages: [
          {
            address: "aws_api_gateway_stage.stage",
            name: "dev",
            deploymentId: expect.stringMatching(ID),
            variables: {},
            methodThrottles: {
              "*/*": { address: "aws_api_gateway_method_settings.all", rate: 50, burst: 100 },
            },
          },
        ],
        gatewayResponses: [],
      },
      functions: [
        {
          address: "aws_lambda_function.read",
          name: "read",
          arn: "arn:aws:lambda:eu-west-1:123456789012:function:read",
          roleArn: "arn:aws:iam::123456789012:role/read",
          packagePath: join(directory, "function.zip"),
          handler: "index.handler",
          runtime: "nodejs24.x",
          memoryMegabytes: 128,
          timeoutSeconds: 3,
          environment: { products_table: "products" },
          logGroup: "/aws/lambda/read",
          permissions: [
            {
              address: "aws_lambda_permission.read",
              principal: "apigateway.amazonaws.com",
              action: "lambda:InvokeFunction",
              sourceArn: `${executionArn}/dev/GET/products/*`,
            },
          ],
        },
      ],
      tables: [
        {
          address: "aws_dynamodb_table.products",
          name: "products",
          arn: "arn:aws:dynamodb:eu-west-1:123456789012:table/products",
          hashKey: "code",
          attributes: [{ name: "code", type: "S" }],
          globalSecondaryIndexes: [],
          localSecondaryIndexes: [],
        },
      ],
      principals: [
        {
          address: "aws_iam_role.read",
          kind: "role",
          name: "read",
          arn: "arn:aws:iam::123456789012:role/read",
          uniqueId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
          identityPolicies: [
            {
              address: "aws_iam_role_policy.read",
              name: "function",
              document: JSON.parse(
                policy({
                  Action: "dynamodb:GetItem",
                  Resource: "arn:aws:dynamodb:eu-west-1:123456789012:table/products",
                }),
              ),
            },
          ],
          trustPolicy: {
            address: "aws_iam_role.read.assume_role_policy",
            name: "assume_role_policy",
            document: JSON.parse(
              policy({ Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }),
            ),
          },
          tags: {},
        },
        {
          address: "aws_iam_role.reader",
          kind: "role",
          name: "reader",
          arn: "arn:aws:iam::123456789012:role/reader",
          uniqueId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
          identityPolicies: [
            {
              address: "aws_iam_policy.reader",
              name: "reader",
              document: JSON.parse(
                policy({ Action: "execute-api:Invoke", Resource: `${executionArn}/dev/GET/*` }),
              ),
            },
          ],
          trustPolicy: {
            address: "aws_iam_role.reader.assume_role_policy",
            name: "assume_role_policy",
            document: JSON.parse(
              policy({ Principal: { AWS: "arn:aws:iam::123456789012:root" }, Action: "sts:AssumeRole" }),
            ),
          },
          tags: {},
        },
      ],
      apiKeys: [
        {
          address: "aws_api_gateway_api_key.client",
          id: expect.stringMatching(ID),
          name: "client",
          value: key.value,
          enabled: true,
        },
      ],
      usagePlans: [
        {
          address: "aws_api_gateway_usage_plan.plan",
          id: expect.stringMatching(ID),
          name: "plan",
          apiStages: [{ apiId: id, stage: "dev", methodThrottles: {} }],
          throttle: { address: "aws_api_gateway_usage_plan.plan.throttle_settings", rate: 5, burst: 10 },
          quota: { limit: 1000, offset: 0, period: "DAY" },
          apiKeyIds: [key.id],
        },
      ],
      outputs: { key: { value: key.value, sensitive: true } },
      withoutLocalEffect: ["aws_api_gateway_deployment.*.triggers", "aws_dynamodb_table.*.billing_mode"],
    } satisfies Model);
  });

  test("from its file, with packages beside it", () => {
    mkdirSync(join(folder, "assets"));
    writeFileSync(join(folder, "assets/read.zip"), "");
    const terraform = join(folder, "cdk.tf.json");
    const stack = minimalStack({ "aws_lambda_function.read": { filename: "assets/read.zip" } });
    writeFileSync(terraform, JSON.stringify(stack));
    const model = loadModel({ terraform, identity: IDENTITY });
    expect(model.functions[0]?.packagePath).toBe(join(folder, "assets/read.zip"));
  });

  test("a file that is not there, or no JSON, is one problem", () => {
    const terraform = join(directory, "nowhere.tf.json");
    expect(() => loadModel({ terraform, identity: IDENTITY })).toThrow(LoadError);
    expect(() => loadModel({ terraform: join(directory, "function.zip"), identity: IDENTITY })).toThrow(
      "got a file that is not JSON",
    );
  });
});

test("an error reports every problem, with what is supported and what to do", () => {
  const broken = {
    "aws_api_gateway_usage_plan_key.client": { key_type: "OTHER" },
    "aws_lambda_function.read": { runtime: "not a runtime" },
  };
  expect(() => load(broken)).toThrow(
    new LoadError([
      {
        address: "aws_api_gateway_usage_plan_key.client.key_type",
        got: '"OTHER"',
        supported: '"API_KEY"',
        action: "use one of these",
      },
      {
        address: "aws_lambda_function.read.runtime",
        got: '"not a runtime"',
        supported: "a Node.js runtime such as nodejs24.x",
        action: "correct it",
      },
    ]),
  );
});

test("no problem shows an API key", () => {
  const value = "a-key-that-is-far-too-secret-to-be-shown";
  const twice = {
    "aws_api_gateway_api_key.client": { value },
    "aws_api_gateway_api_key.other": { name: "other", value },
  };
  const short = { "aws_api_gateway_api_key.client": { value: value.slice(0, 10) } };
  for (const changes of [twice, short]) {
    expect(problemsOf(changes)).toHaveLength(1);
    expect(() => load(changes)).not.toThrow(value.slice(0, 10));
  }
});

test("a stack of 400 routes more has them all; make bench measures how long it takes", () => {
  const changes = Object.fromEntries(
    Array.from({ length: 400 }, (_, index): [string, Record<string, unknown>][] => {
      const key = {
        rest_api_id: "${aws_api_gateway_rest_api.api.id}",
        resource_id: `\${aws_api_gateway_resource.r${index}.id}`,
      };
      const method = { ...key, http_method: `\${aws_api_gateway_method.r${index}.http_method}` };
      return [
        [
          `aws_api_gateway_resource.r${index}`,
          {
            rest_api_id: key.rest_api_id,
            parent_id: "${aws_api_gateway_rest_api.api.root_resource_id}",
            path_part: `r${index}`,
          },
        ],
        [`aws_api_gateway_method.r${index}`, { ...key, http_method: "GET", authorization: "AWS_IAM" }],
        [
          `aws_api_gateway_integration.r${index}`,
          {
            ...method,
            type: "AWS_PROXY",
            integration_http_method: "POST",
            uri: "${aws_lambda_function.read.invoke_arn}",
          },
        ],
        [
          `aws_lambda_permission.r${index}`,
          {
            function_name: "${aws_lambda_function.read.function_name}",
            action: "lambda:InvokeFunction",
            principal: "apigateway.amazonaws.com",
            source_arn: `\${aws_api_gateway_rest_api.api.execution_arn}/dev/GET/r${index}`,
          },
        ],
      ];
    }).flat(),
  );
  const model = loadModel({ terraform: minimalStack(changes), directory, identity: IDENTITY });
  expect(model.api.routes).toHaveLength(402);
});

describe("whatever stands in the document, a model or a LoadError comes of it", () => {
  const stack = minimalStack();
  const places = propertyPaths(stack["resource"] as object, 4);

  function outcome(terraform: unknown): "model" | "refused" {
    try {
      loadModel({ terraform, directory, identity: IDENTITY });
      return "model";
    } catch (error) {
      expect(error).toBeInstanceOf(LoadError);
      return "refused";
    }
  }

  const anything = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom<unknown>(
      "${",
      "${aws_lambda_function.read.arn}",
      "${aws_api_gateway_resource.product.id}",
      "${aws_api_gateway_resource.products.path}",
      "${data.aws_caller_identity.caller}",
      "__proto__",
      { __proto__: null },
      JSON.parse('{"__proto__": {"a": 1}}'),
      { constructor: 1 },
      -1,
      Number.MAX_VALUE,
      "",
      [[]],
    ),
  );

  test("any value in any property", () => {
    fc.assert(
      fc.property(fc.constantFrom(...places), anything, (place, value) => {
        const changed = structuredClone(stack);
        let target = changed["resource"] as Record<string, unknown>;
        for (const name of place.slice(0, -1)) target = target[name] as Record<string, unknown>;
        target[place.at(-1) as string] = value;
        outcome(changed);
      }),
      { numRuns: 1000 },
    );
  });

  test("any document", () => {
    fc.assert(fc.property(anything, (value) => typeof value === "string" || outcome(value) === "refused"));
  });

  test.each([
    ["a resource that is its own parent", "aws_api_gateway_resource.products", "parent_id"],
    ["a function in its own environment", "aws_lambda_function.read", "handler"],
  ])("%s", (_, address, property) => {
    const itself = `\${${address}.${property === "parent_id" ? "id" : property}}`;
    expect(problemsOf({ [address]: { [property]: itself } })).not.toEqual([]);
  });
});

/** The paths of all properties below an object, down to a depth. */
function propertyPaths(value: object, depth: number): string[][] {
  return Object.entries(value).flatMap(([name, inner]) => [
    [name],
    ...(depth > 1 && typeof inner === "object" && inner !== null
      ? propertyPaths(inner, depth - 1).map((path) => [name, ...path])
      : []),
  ]);
}
