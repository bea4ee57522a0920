import { join } from "node:path";
import { loadModel } from "#load/load-model";
import type { Model } from "#model/model";
import { type Changes, IDENTITY, load, minimalStack, type Properties, policy } from "./minimal-stack";

/** What a stack says, and what the model makes of it. */
interface Row {
  readonly name: string;
  readonly changes: Changes;
  readonly see: (model: Model) => unknown;
  readonly expected: unknown;
}

const FIXTURES = join(__dirname, "../../fixtures/terraform");
const API_ID = "${aws_api_gateway_rest_api.api.id}";
const ROOT_ID = "${aws_api_gateway_rest_api.api.root_resource_id}";
const route = (model: Model) => model.api.routes[0];
const mockRoute = (model: Model) => model.api.routes[1];
const stage = (model: Model) => model.api.stages[0];
const plan = (model: Model) => model.usagePlans[0];
const lambda = (model: Model) => model.functions[0];
const principal = (name: string) => (model: Model) => model.principals.find((each) => each.name === name);
const policyNames = (name: string) => (model: Model) =>
  principal(name)(model)?.identityPolicies.map((each) => [each.address, each.name]);
const INVOKE = { Action: "execute-api:Invoke", Resource: "*" };
const TRUST = policy({ Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" });

const rows: readonly Row[] = [
  {
    name: "an API's binary media types",
    changes: { "aws_api_gateway_rest_api.api": { binary_media_types: ["image/*"] } },
    see: (model) => model.api.binaryMediaTypes,
    expected: ["image/*"],
  },
  ...[
    { types: undefined, edgeOptimized: true },
    { types: { types: ["EDGE"] }, edgeOptimized: true },
    { types: [{ types: ["REGIONAL"] }], edgeOptimized: undefined },
  ].map(({ types, edgeOptimized }) => ({
    name: `an API of the endpoint types ${JSON.stringify(types)}`,
    changes: { "aws_api_gateway_rest_api.api": { endpoint_configuration: types } },
    see: (model: Model) => model.api.edgeOptimized,
    expected: edgeOptimized,
  })),
  {
    name: "a provider with an alias for another region, and what it makes there",
    changes: {
      provider: { aws: [{ region: "eu-west-1" }, { alias: "us", region: "us-east-1" }] },
      "aws_sns_topic.t": { name: "t", provider: "aws.us" },
      "aws_iam_role.global": { name: "global", assume_role_policy: TRUST, provider: "aws.us" },
      "data.aws_region.there": { provider: "aws.us" },
      "output.there": { value: "${aws_sns_topic.t.arn} ${data.aws_region.there.name}" },
      "data.aws_region.here": {},
      "output.here": { value: "${data.aws_region.here.name}" },
    },
    see: ({ region, outputs, principals }) => [
      region,
      outputs["there"]?.value,
      outputs["here"]?.value,
      principals.find(({ name }) => name === "global")?.arn,
    ],
    expected: [
      "eu-west-1",
      "arn:aws:sns:us-east-1:123456789012:t us-east-1",
      "eu-west-1",
      "arn:aws:iam::123456789012:role/global",
    ],
  },
  {
    name: "an alias's own tags on what it makes",
    changes: {
      provider: {
        aws: [
          { region: "eu-west-1", default_tags: [{ tags: { team: "a" } }] },
          { alias: "b", region: "eu-west-1", default_tags: [{ tags: { team: "b" } }] },
        ],
      },
      "aws_iam_role.b": { name: "b", assume_role_policy: TRUST, provider: "aws.b" },
    },
    see: (model) => [principal("reader")(model)?.tags, principal("b")(model)?.tags],
    expected: [{ team: "a" }, { team: "b" }],
  },
  {
    name: "an API's own policy",
    changes: { "aws_api_gateway_rest_api.api": { policy: policy({ Principal: "*", ...INVOKE }) } },
    see: (model) => model.api.policy,
    expected: {
      address: "aws_api_gateway_rest_api.api.policy",
      name: "policy",
      document: JSON.parse(policy({ Principal: "*", ...INVOKE })),
    },
  },
  {
    name: "an API's policy as a resource",
    changes: {
      "aws_api_gateway_rest_api_policy.p": {
        rest_api_id: API_ID,
        policy: policy({ Principal: "*", ...INVOKE }),
      },
    },
    see: (model) => model.api.policy?.address,
    expected: "aws_api_gateway_rest_api_policy.p.policy",
  },
  {
    name: "a greedy resource and ANY",
    changes: {
      "aws_api_gateway_resource.product": { path_part: "{proxy+}" },
      "aws_api_gateway_method.read": { http_method: "ANY" },
    },
    see: (model) => [route(model)?.resourcePath, route(model)?.httpMethod],
    expected: ["/products/{proxy+}", "ANY"],
  },
  {
    name: "the name of an operation",
    changes: { "aws_api_gateway_method.read": { operation_name: "getProducts" } },
    see: (model) => [route(model)?.operationName, mockRoute(model)?.operationName],
    expected: ["getProducts", undefined],
  },
  {
    name: "a request validator, parameters and a model",
    changes: {
      "aws_api_gateway_request_validator.v": {
        rest_api_id: API_ID,
        name: "v",
        validate_request_body: true,
        validate_request_parameters: true,
      },
      "aws_api_gateway_model.m": {
        rest_api_id: API_ID,
        name: "Product",
        content_type: "application/json",
        schema: '${jsonencode({type = "object"})}',
      },
      "aws_api_gateway_method.read": {
        request_validator_id: "${aws_api_gateway_request_validator.v.id}",
        request_parameters: { "method.request.querystring.q": true, "method.request.header.h": false },
        request_models: { "application/json": "${aws_api_gateway_model.m.name}", "text/plain": "Empty" },
      },
    },
    see: (model) => {
      const { validator, requestParameters, requestModels } = route(model) ?? {};
      return { validator, requestParameters, requestModels };
    },
    expected: {
      validator: { body: true, parameters: true },
      requestParameters: { "method.request.querystring.q": true, "method.request.header.h": false },
      requestModels: { "application/json": { type: "object" }, "text/plain": { type: "object" } },
    },
  },
  {
    name: "an integration that is not invoked by POST, which AWS answers with 500",
    changes: {
      "aws_api_gateway_integration.read": { integration_http_method: "GET", timeout_milliseconds: 1000 },
    },
    see: (model) => route(model)?.integration,
    expected: {
      type: "AWS_PROXY",
      address: "aws_api_gateway_integration.read",
      functionArn: "arn:aws:lambda:eu-west-1:123456789012:function:read",
      integrationHttpMethod: "GET",
      timeoutMilliseconds: 1000,
    },
  },
  ...[
    {
      credentials: "${aws_iam_role.reader.arn}",
      expected: { kind: "role", roleArn: "arn:aws:iam::123456789012:role/reader" },
    },
    { credentials: "arn:aws:iam::*:user/*", expected: { kind: "caller" } },
    { credentials: null, expected: undefined },
  ].map(({ credentials, expected }) => ({
    name: `an integration with the credentials ${credentials}`,
    changes: { "aws_api_gateway_integration.read": { credentials } },
    see: (model: Model) => {
      const integration = route(model)?.integration;
      return integration?.type === "AWS_PROXY" && integration.credentials;
    },
    expected,
  })),
  {
    name: "a mock with a selection pattern",
    changes: {
      "aws_api_gateway_integration.mock": { passthrough_behavior: "NEVER" },
      "aws_api_gateway_integration_response.mock": {
        selection_pattern: "2\\d\\d",
        response_parameters: null,
      },
    },
    see: (model) => mockRoute(model)?.integration,
    expected: {
      type: "MOCK",
      address: "aws_api_gateway_integration.mock",
      passthroughBehavior: "NEVER",
      requestTemplates: { "application/json": '{"statusCode":200}' },
      responses: [
        {
          address: "aws_api_gateway_integration_response.mock",
          statusCode: 200,
          selectionPattern: "2\\d\\d",
          responseParameters: {},
          responseTemplates: { "application/json": '{"message":"success"}' },
        },
      ],
    },
  },
  {
    name: "a mock that takes binary bodies as text",
    changes: { "aws_api_gateway_integration.mock": { content_handling: "CONVERT_TO_TEXT" } },
    see: (model) => mockRoute(model)?.integration,
    expected: expect.objectContaining({ type: "MOCK", contentHandling: "CONVERT_TO_TEXT" }),
  },
  {
    name: "responses of a proxy integration, which AWS ignores",
    changes: {
      "aws_api_gateway_method_response.read": {
        rest_api_id: API_ID,
        resource_id: "${aws_api_gateway_resource.product.id}",
        http_method: "GET",
        status_code: 200,
      },
      "aws_api_gateway_integration_response.read": {
        rest_api_id: API_ID,
        resource_id: "${aws_api_gateway_resource.product.id}",
        http_method: "GET",
        status_code: 200,
        response_templates: { "application/json": "$input.body" },
      },
    },
    see: (model) => route(model)?.integration.type,
    expected: "AWS_PROXY",
  },
  {
    name: "a gateway response",
    changes: {
      "aws_api_gateway_gateway_response.g": {
        rest_api_id: API_ID,
        response_type: "DEFAULT_4XX",
        status_code: "418",
        response_parameters: {
          "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
          "gatewayresponse.header.X-Page": "method.request.querystring.page",
        },
        response_templates: { "text/plain": "no" },
      },
    },
    see: (model) => model.api.gatewayResponses,
    expected: [
      {
        address: "aws_api_gateway_gateway_response.g",
        responseType: "DEFAULT_4XX",
        statusCode: 418,
        responseParameters: { "gatewayresponse.header.Access-Control-Allow-Origin": "*" },
        mappedParameters: { "gatewayresponse.header.X-Page": "method.request.querystring.page" },
        responseTemplates: { "text/plain": "no" },
      },
    ],
  },
  {
    name: "stage variables",
    changes: { "aws_api_gateway_stage.stage": { variables: { a: 1, b: "${local.b}" } }, locals: { b: true } },
    see: (model) => stage(model)?.variables,
    expected: { a: "1", b: "true" },
  },
  ...[
    { path: "products/{code}/GET", key: "products/{code}/GET" },
    { path: "/products/{code}/GET", key: "products/{code}/GET" },
    { path: "products~1{code}/GET", key: "products/{code}/GET" },
    { path: "/GET", key: "/GET" },
    { path: `\${trimprefix(aws_api_gateway_resource.product.path, "/")}/GET`, key: "products/{code}/GET" },
  ].map(({ path, key }) => ({
    name: `method settings for ${path}`,
    changes: { "aws_api_gateway_method_settings.all": { method_path: path } },
    see: (model: Model) => stage(model)?.methodThrottles,
    expected: { [key]: { address: "aws_api_gateway_method_settings.all", rate: 50, burst: 100 } },
  })),
  {
    name: "a limit that is left open is the account's",
    changes: { "aws_api_gateway_method_settings.all": { settings: [{ throttling_rate_limit: 1.5 }] } },
    see: (model) => stage(model)?.methodThrottles,
    expected: { "*/*": { address: "aws_api_gateway_method_settings.all", rate: 1.5, burst: 5000 } },
  },
  {
    name: "a limit of 0 lets nothing through",
    changes: {
      "aws_api_gateway_method_settings.all": {
        settings: { throttling_rate_limit: 0, throttling_burst_limit: 0 },
      },
    },
    see: (model) => stage(model)?.methodThrottles["*/*"]?.rate,
    expected: 0,
  },
  {
    name: "settings without limits",
    changes: { "aws_api_gateway_method_settings.all": { settings: { metrics_enabled: true } } },
    see: (model) => [stage(model)?.methodThrottles, model.withoutLocalEffect[1]],
    expected: [{}, "aws_api_gateway_method_settings.*.settings.metrics_enabled"],
  },
  {
    name: "an API key that the stack names, and disables",
    changes: {
      "aws_api_gateway_api_key.client": { value: "${local.value}", enabled: false },
      locals: { value: "v".repeat(20) },
    },
    see: ({ apiKeys, outputs }) => [apiKeys[0]?.value, apiKeys[0]?.enabled, outputs["key"]?.value],
    expected: ["v".repeat(20), false, "v".repeat(20)],
  },
  {
    name: "a plan with limits for methods",
    changes: {
      "aws_api_gateway_usage_plan.plan": {
        api_stages: [
          {
            api_id: API_ID,
            stage: "dev",
            throttle: [
              { path: "//GET", rate_limit: 1, burst_limit: 2 },
              { path: "/products/{code}/GET", rate_limit: 3, burst_limit: 4 },
            ],
          },
        ],
        throttle_settings: null,
        quota_settings: null,
      },
    },
    see: (model) => [plan(model)?.apiStages[0]?.methodThrottles, plan(model)?.throttle, plan(model)?.quota],
    expected: [
      {
        "//GET": { address: "aws_api_gateway_usage_plan.plan.api_stages.0.throttle.0", rate: 1, burst: 2 },
        "/products/{code}/GET": {
          address: "aws_api_gateway_usage_plan.plan.api_stages.0.throttle.1",
          rate: 3,
          burst: 4,
        },
      },
      undefined,
      undefined,
    ],
  },
  {
    name: "a function's settings",
    changes: {
      "aws_lambda_function.read": {
        architectures: ["arm64"],
        memory_size: 512,
        timeout: 10,
        publish: true,
        reserved_concurrent_executions: 5,
        logging_config: { log_format: "JSON", log_group: "${aws_cloudwatch_log_group.g.name}" },
        environment: [{ variables: { number: 10, flag: true, version: "${local.v}" } }],
      },
      "aws_cloudwatch_log_group.g": { name: "/a/group", retention_in_days: 14 },
      locals: { v: "v${1}" },
    },
    see: (model) => {
      const { memoryMegabytes, timeoutSeconds, logGroup, environment } = lambda(model) ?? {};
      return { memoryMegabytes, timeoutSeconds, logGroup, environment };
    },
    expected: {
      memoryMegabytes: 512,
      timeoutSeconds: 10,
      logGroup: "/a/group",
      environment: { number: "10", flag: "true", version: "v1" },
    },
  },
  {
    name: "a table with a range key and indexes",
    changes: {
      "aws_dynamodb_table.products": {
        range_key: "at",
        attribute: [
          { name: "code", type: "S" },
          { name: "at", type: "N" },
        ],
        global_secondary_index: [
          {
            name: "g",
            hash_key: "at",
            projection_type: "INCLUDE",
            non_key_attributes: ["x"],
            read_capacity: 1,
          },
        ],
        local_secondary_index: [{ name: "l", range_key: "at", projection_type: "ALL" }],
      },
    },
    see: ({ tables: [table] }) => [
      table?.rangeKey,
      table?.globalSecondaryIndexes,
      table?.localSecondaryIndexes,
    ],
    expected: [
      "at",
      [{ name: "g", hashKey: "at", projectionType: "INCLUDE", nonKeyAttributes: ["x"] }],
      [{ name: "l", hashKey: "code", rangeKey: "at", projectionType: "ALL", nonKeyAttributes: [] }],
    ],
  },
  {
    name: "every way of giving a role a policy",
    changes: {
      "aws_iam_role.all": {
        name: "all",
        assume_role_policy: TRUST,
        inline_policy: [{ name: "inline", policy: policy(INVOKE) }, {}],
        managed_policy_arns: [
          "${aws_iam_policy.one.arn}",
          "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess",
        ],
      },
      "aws_iam_policy.one": { name: "one", path: "/p/", policy: policy(INVOKE) },
      "aws_iam_policy.two": { name_prefix: "two-", policy: policy(INVOKE) },
      "aws_iam_policy.three": { name: "three", policy: policy(INVOKE) },
      "aws_iam_role_policy.own": { name: "own", role: "${aws_iam_role.all.id}", policy: policy(INVOKE) },
      "aws_iam_role_policy_attachment.two": { role: "all", policy_arn: "${aws_iam_policy.two.arn}" },
      "aws_iam_role_policy_attachment.again": { role: "all", policy_arn: "${aws_iam_policy.two.arn}" },
      "aws_iam_policy_attachment.three": {
        name: "three",
        roles: ["all"],
        policy_arn: "${aws_iam_policy.three.arn}",
      },
    },
    see: policyNames("all"),
    expected: [
      ["aws_iam_role.all.inline_policy.0", "inline"],
      ["aws_iam_policy.one", "one"],
      ["aws_iam_role.all.managed_policy_arns.1", "AWSXRayDaemonWriteAccess"],
      ["aws_iam_role_policy.own", "own"],
      ["aws_iam_policy.two", expect.stringMatching(/^two-\d{26}$/)],
      ["aws_iam_policy.three", "three"],
    ],
  },
  {
    name: "a user with policies, a boundary, tags and a key",
    changes: {
      "provider.aws": { default_tags: [{ tags: { team: "a", stage: "dev" } }] },
      "aws_iam_user.u": {
        name: "u",
        path: "/clients/",
        permissions_boundary: "${aws_iam_policy.reader.arn}",
        tags: { stage: "test" },
      },
      "aws_iam_user_policy.own": { name: "own", user: "${aws_iam_user.u.name}", policy: policy(INVOKE) },
      "aws_iam_user_policy_attachment.reader": {
        user: "${aws_iam_user.u.name}",
        policy_arn: "${aws_iam_policy.reader.arn}",
      },
      "aws_iam_access_key.k": { user: "${aws_iam_user.u.name}", status: "Inactive" },
    },
    see: (model) => {
      const { identityPolicies, permissionsBoundary, ...user } = principal("u")(model) ?? {
        identityPolicies: [],
      };
      return [user, identityPolicies.map(({ address }) => address), permissionsBoundary?.address];
    },
    expected: [
      {
        address: "aws_iam_user.u",
        kind: "user",
        name: "u",
        arn: "arn:aws:iam::123456789012:user/clients/u",
        uniqueId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
        tags: { team: "a", stage: "test" },
        accessKeys: [
          {
            address: "aws_iam_access_key.k",
            id: expect.stringMatching(/^AKIA[A-Z2-7]{16}$/),
            secret: expect.stringMatching(/^[A-Za-z0-9]{40}$/),
            active: false,
          },
        ],
      },
      ["aws_iam_user_policy.own", "aws_iam_policy.reader"],
      "aws_iam_policy.reader",
    ],
  },
  {
    name: "a policy from a data source",
    changes: {
      "data.aws_iam_policy_document.d": {
        statement: [{ actions: ["execute-api:Invoke"], resources: ["*"] }],
      },
      "aws_iam_policy.reader": { policy: "${data.aws_iam_policy_document.d.json}" },
    },
    see: (model) => principal("reader")(model)?.identityPolicies[0]?.document,
    expected: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: "*" }],
    },
  },
  {
    name: "outputs, with values that AWS would assign",
    changes: {
      "output.key": null,
      "output.url": { value: "${aws_api_gateway_stage.stage.invoke_url}", description: "the stage" },
      "output.all": {
        value: {
          ids: ["${aws_api_gateway_rest_api.api.id}"],
          arns: [
            "${aws_api_gateway_stage.stage.execution_arn}",
            "${aws_lambda_function.read.qualified_arn}",
            "${data.aws_caller_identity.caller.arn}",
          ],
        },
        sensitive: false,
      },
    },
    see: ({ outputs, api }) => [JSON.stringify(outputs).replaceAll(api.id, "ID")],
    expected: [
      JSON.stringify({
        url: { value: "https://ID.execute-api.eu-west-1.amazonaws.com/dev", sensitive: false },
        all: {
          value: {
            ids: ["ID"],
            arns: [
              "arn:aws:execute-api:eu-west-1:123456789012:ID/dev",
              "arn:aws:lambda:eu-west-1:123456789012:function:read:$LATEST",
              "arn:aws:iam::123456789012:root",
            ],
          },
          sensitive: false,
        },
      }),
    ],
  },
  {
    name: "a region of another partition",
    changes: {
      "provider.aws": { region: "cn-north-1" },
      "data.aws_partition.p": {},
      "output.p": { value: "${data.aws_partition.p.dns_suffix}" },
    },
    see: ({ partition, outputs, functions }) => [partition, outputs["p"]?.value, functions[0]?.arn],
    expected: ["aws-cn", "amazonaws.com.cn", "arn:aws-cn:lambda:cn-north-1:123456789012:function:read"],
  },
  {
    name: "what has no local effect, each once",
    changes: {
      "aws_cloudwatch_log_group.g": { name: "g", retention_in_days: 14 },
      "aws_api_gateway_account.a": { cloudwatch_role_arn: "${aws_iam_role.read.arn}" },
      "aws_lambda_function.read": { tracing_config: { mode: "Active" }, description: "reads" },
      "aws_iam_role.read": { description: "of the function" },
      "aws_iam_role.reader": { description: "of readers" },
      terraform: { backend: { local: { path: "../x.tfstate" } } },
      moved: { from: "a", to: "b" },
    },
    see: (model) => model.withoutLocalEffect,
    expected: [
      "aws_api_gateway_account.a",
      "aws_api_gateway_deployment.*.triggers",
      "aws_cloudwatch_log_group.g",
      "aws_dynamodb_table.*.billing_mode",
      "aws_iam_role.*.description",
      "aws_lambda_function.*.description",
      "aws_lambda_function.*.tracing_config",
    ],
  },
];

test.each(rows.map((row) => [row.name, row] as const))("%s", (_, { changes, see, expected }) => {
  expect(see(load(changes))).toEqual(expected);
});

test("a second method of the root", () => {
  const key = { rest_api_id: API_ID, resource_id: ROOT_ID, http_method: "POST" };
  const { api } = load({
    "aws_api_gateway_method.post": { ...key, authorization: "NONE" },
    "aws_api_gateway_integration.post": { ...key, type: "MOCK" },
  });
  expect(api.routes.map(({ httpMethod, resourcePath }) => `${httpMethod} ${resourcePath}`)).toEqual([
    "GET /products/{code}",
    "GET /",
    "POST /",
  ]);
});

test("a stack all of whose resources name a provider with an alias is where that is", () => {
  const { resource, data, ...document } = minimalStack() as Record<string, Record<string, Properties>>;
  const named = (section: Record<string, Properties> = {}) =>
    Object.fromEntries(
      Object.entries(section).map(([type, blocks]) => [
        type,
        Object.fromEntries(
          Object.entries(blocks).map(([name, block]) => [
            name,
            { ...(block as Properties), provider: "aws.only" },
          ]),
        ),
      ]),
    );
  const terraform = {
    ...document,
    provider: { aws: [{ alias: "only", region: "eu-north-1" }] },
    resource: named(resource),
    data: named(data),
  };
  expect(loadModel({ terraform, directory: FIXTURES, identity: IDENTITY })).toMatchObject({
    region: "eu-north-1",
    functions: [{ arn: "arn:aws:lambda:eu-north-1:123456789012:function:read" }],
  });
});
