import { LoadError, loadModel } from "#load/load-model";
import type { Model } from "#model/model";
import { IDENTITY } from "./minimal-stack";

/** What `terraform show -json` says of an applied stack, in short: modules, `for_each`, and ids that AWS assigned. */

type Values = Record<string, unknown>;

const ACCOUNT = "111122223333";
const EXECUTION_ARN = `arn:aws:execute-api:eu-west-1:${ACCOUNT}:abc123defg`;
const LAMBDA_ARN = `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:read`;
const INVOKE = `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${LAMBDA_ARN}/invocations`;
const API: Values = {
  id: "abc123defg",
  root_resource_id: "root000000",
  name: "api",
  execution_arn: EXECUTION_ARN,
  body: "",
};
const KEY = { rest_api_id: "abc123defg", resource_id: "root000000", http_method: "GET" };

function resource(address: string, values: Values): Values {
  const [type, name] = address.replace(/^(module\.[^.]+\.)+/, "").split(".");
  return { address, mode: "managed", type, name: name?.replace(/\[.*/, ""), values };
}

const RESOURCES: Readonly<Record<string, Values>> = {
  "aws_api_gateway_rest_api.api": API,
  'module.routes["a"].aws_api_gateway_method.get["x"]': { ...KEY, authorization: "NONE", authorizer_id: "" },
  'module.routes["a"].aws_api_gateway_integration.get["x"]': {
    ...KEY,
    type: "AWS_PROXY",
    integration_http_method: "POST",
    uri: INVOKE,
    timeout_milliseconds: 29_000,
  },
  "aws_api_gateway_deployment.d": { id: "dep1234567", rest_api_id: "abc123defg", stage_name: "live" },
  "aws_lambda_function.read": {
    function_name: "read",
    arn: LAMBDA_ARN,
    role: `arn:aws:iam::${ACCOUNT}:role/read`,
    runtime: "nodejs22.x",
    handler: "index.handler",
    filename: "nowhere.zip",
    last_modified: "2026-11-30T00:00:00Z",
  },
  "aws_iam_role.read": {
    id: "read",
    name: "read",
    arn: `arn:aws:iam::${ACCOUNT}:role/read`,
    unique_id: "AROAEXAMPLE",
    assume_role_policy: "not a policy",
    tags_all: { team: "stock" },
  },
  "aws_sqs_queue.q": { name: "q" },
};

function stateOf(changes: Readonly<Record<string, Values | null>> = {}): unknown {
  const all = Object.entries({ ...RESOURCES, ...changes }).flatMap(([address, values]) =>
    values === null ? [] : [resource(address, { ...RESOURCES[address], ...values })],
  );
  const isInModule = ({ address }: Values): boolean => String(address).startsWith("module.");
  return {
    format_version: "1.0",
    values: {
      outputs: { note: { value: "${not.an.expression}", sensitive: false } },
      root_module: {
        resources: all.filter((each) => !isInModule(each)),
        child_modules: [{ address: 'module.routes["a"]', resources: all.filter(isInModule) }],
      },
    },
  };
}

const loadState = (changes?: Readonly<Record<string, Values | null>>, api?: string): Model =>
  loadModel({ terraform: stateOf(changes), isState: true, identity: IDENTITY, ...(api && { api }) });

test("modules and for_each are read, and every id stays what AWS assigned", () => {
  const { api, accountId, region, notRun, outputs, functions, principals } = loadState();
  expect([api.id, accountId, region]).toEqual(["abc123defg", ACCOUNT, "eu-west-1"]);
  expect(api.routes.map(({ address, notServed }) => [address, notServed])).toEqual([
    ['module.routes["a"].aws_api_gateway_method.get["x"]', undefined],
  ]);
  expect(api.stages.map(({ name, deploymentId }) => [name, deploymentId])).toEqual([["live", "dep1234567"]]);
  expect(functions[0]).toMatchObject({ arn: LAMBDA_ARN, unavailable: { property: "filename" } });
  expect(principals[0]).toMatchObject({ uniqueId: "AROAEXAMPLE", tags: { team: "stock" } });
  expect(notRun).toEqual(["aws_sqs_queue.q"]);
  expect(outputs["note"]?.value).toBe("${not.an.expression}");
});

test.each<[string, Values]>([
  ["a module", { module: { m: { source: "./m" } } }],
  ["count", { resource: { aws_sqs_queue: { q: { count: 2 } } } }],
  ["for_each", { resource: { aws_sqs_queue: { q: { for_each: ["a"] } } } }],
])("%s, which only Terraform resolves, is refused with the flags that serve it", (_, terraform) => {
  expect(() => loadModel({ terraform, identity: IDENTITY })).toThrow(
    /or serve what Terraform makes of it: --state with 'terraform show -json', --plan with 'terraform show -json PLAN'/,
  );
});

test("a trust policy that is not understood lets no principal assume the role", () => {
  expect(loadState().principals[0]?.kind).toBe("role");
  expect(loadState().principals[0]).toMatchObject({ trustPolicy: { document: { Statement: [] } } });
});

const INTEGRATION = 'module.routes["a"].aws_api_gateway_integration.get["x"]';

test.each<[string, Readonly<Record<string, Values | null>>, boolean]>([
  ["an API's policy that is not understood", { "aws_api_gateway_rest_api.api": { policy: "{" } }, true],
  ["a gate that is not known", { "aws_api_gateway_thing.t": {} }, true],
  [
    "a property of the method that is not known",
    { 'module.routes["a"].aws_api_gateway_method.get["x"]': { new_gate: 1 } },
    true,
  ],
  ["an integration that is not understood", { [INTEGRATION]: { type: "MAGIC" } }, false],
  [
    "a function of another account",
    { [INTEGRATION]: { uri: INVOKE.replaceAll(ACCOUNT, "999988887777") } },
    false,
  ],
])("%s closes the route", (_, changes, isGate) => {
  const [route] = loadState(changes).api.routes;
  expect(route?.notServed).toBeDefined();
  expect(route?.notServed?.isGate ?? false).toBe(isGate);
});

test("an identity policy that is not understood denies all", () => {
  const policy = { id: "read:p", name: "p", role: "read", policy: "{" };
  const [role] = loadState({ "aws_iam_role_policy.p": policy }).principals;
  expect(role?.identityPolicies[0]?.document.Statement).toEqual([
    { Sid: "PolicyNotUnderstoodHere", Effect: "Deny", Action: "*", Resource: "*" },
  ]);
});

test("several REST APIs are read one by one", () => {
  const other = { ...API, id: "other12345", name: "other" };
  const both = { "aws_api_gateway_rest_api.other": other };
  expect(loadState(both).otherApis).toEqual(["aws_api_gateway_rest_api.other"]);
  expect(loadState(both).api.routes).toHaveLength(1);
  const second = loadState(both, "aws_api_gateway_rest_api.other").api;
  expect([second.id, second.routes]).toEqual(["other12345", []]);
});

test.each<[string, unknown, RegExp]>([
  [
    "a plan",
    { planned_values: {} },
    /got a plan, which is served with --plan, supported: the state of an applied stack/,
  ],
  ["a list", [], /values\.root_module: got an empty list/],
  ["a state without an API", stateOf({ "aws_api_gateway_rest_api.api": null }), /got no REST API/],
  [
    "an API without its ARN",
    { values: { root_module: { resources: [resource("aws_api_gateway_rest_api.a", { id: "a" })] } } },
    /execution_arn/,
  ],
])("%s is refused in one line", (_, terraform, message) => {
  const load = () => loadModel({ terraform, isState: true, identity: IDENTITY });
  expect(load).toThrow(LoadError);
  expect(load).toThrow(message);
});

describe("an OpenAPI document", () => {
  const body = {
    openapi: "3.0.1",
    "x-amazon-apigateway-request-validators": {
      all: { validateRequestBody: true, validateRequestParameters: true },
    },
    paths: {
      "/items/{id}": {
        put: {
          "x-amazon-apigateway-request-validator": "all",
          security: [{ sigv4: [], key: [] }],
          parameters: [{ in: "query", name: "dry", required: true }],
          requestBody: {
            content: { "application/json": { schema: { $ref: "#/components/schemas/item_in" } } },
          },
          "x-amazon-apigateway-integration": { type: "aws_proxy", httpMethod: "POST", uri: INVOKE },
        },
        "x-amazon-apigateway-any-method": {
          security: [{ unknown: [] }],
          "x-amazon-apigateway-integration": { type: "mock", responses: { default: { statusCode: 200 } } },
        },
      },
    },
    components: {
      schemas: { item_in: { type: "object", required: ["name"] } },
      securitySchemes: {
        sigv4: {
          type: "apiKey",
          in: "header",
          name: "Authorization",
          "x-amazon-apigateway-authtype": "awsSigv4",
        },
        key: { type: "apiKey", in: "header", name: "x-api-key" },
      },
    },
  };
  const routesOf = (text: string) =>
    loadState({ "aws_api_gateway_rest_api.api": { body: text } }).api.routes.filter(
      ({ resourcePath }) => resourcePath === "/items/{id}",
    );

  test("becomes routes with their gates", () => {
    const put = routesOf(JSON.stringify(body)).find(({ httpMethod }) => httpMethod === "PUT");
    expect(put).toMatchObject({
      authorization: "AWS_IAM",
      apiKeyRequired: true,
      validator: { body: true, parameters: true },
      requestParameters: { "method.request.querystring.dry": true },
      requestModels: { "application/json": { type: "object", required: ["name"] } },
      integration: { type: "AWS_PROXY", functionArn: LAMBDA_ARN },
    });
    expect(put?.notServed).toBeUndefined();
  });

  test("a security scheme that is not understood closes the route", () => {
    const any = routesOf(JSON.stringify(body)).find(({ httpMethod }) => httpMethod === "ANY");
    expect(any).toMatchObject({ authorization: "UNKNOWN", notServed: { isGate: true } });
  });

  test("two kinds of authorization close the route", () => {
    const operation = { ...body.paths["/items/{id}"].put, security: [{ sigv4: [] }, { sigv4: [] }] };
    const [route] = routesOf(JSON.stringify({ ...body, paths: { "/items/{id}": { put: operation } } }));
    expect(route).toMatchObject({ authorization: "UNKNOWN", notServed: { isGate: true } });
  });

  test("is refused if it cannot be read", () => {
    expect(() => routesOf("paths: [")).toThrow(/body: got a document that cannot be read/);
  });
});
