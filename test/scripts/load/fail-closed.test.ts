import { type Changes, load, policy, problemsOf } from "./minimal-stack";

/** One thing that is refused, with the nearest thing that is not. */
interface Row {
  readonly name: string;
  readonly refused: Changes;
  /** The one problem: its address and what was got. */
  readonly problem: readonly [address: string, got: string];
  readonly accepted: Changes;
}

const API_ID = "${aws_api_gateway_rest_api.api.id}";
const ROOT_ID = "${aws_api_gateway_rest_api.api.root_resource_id}";

/** A row for a property that only some values of are supported. */
function property(address: string, name: string, bad: unknown, got: string, good: unknown): Row {
  return {
    name: `${address}.${name}: ${JSON.stringify(bad)}`,
    refused: { [address]: { [name]: bad } },
    problem: [`${address}.${name}`, got],
    accepted: { [address]: { [name]: good } },
  };
}

const api = "aws_api_gateway_rest_api.api";
const method = "aws_api_gateway_method.read";
const proxy = "aws_api_gateway_integration.read";
const mock = "aws_api_gateway_integration.mock";
const SERVICE = { type: "AWS", uri: "arn:aws:apigateway:eu-west-1:dynamodb:action/GetItem" };
const mockResponse = "aws_api_gateway_integration_response.mock";
const methodResponse = "aws_api_gateway_method_response.mock";
const stage = "aws_api_gateway_stage.stage";
const settings = "aws_api_gateway_method_settings.all";
const plan = "aws_api_gateway_usage_plan.plan";
const lambda = "aws_lambda_function.read";
const permission = "aws_lambda_permission.read";
const table = "aws_dynamodb_table.products";
const role = "aws_iam_role.reader";

const OWN_MODELS = `https://apigateway.amazonaws.com/restapis/${load().api.id}/models/`;
const MODELS_URL = `https://apigateway.amazonaws.com/restapis/${API_ID}/models/`;

/** Providers of AWS in place of the minimal stack's own. */
function providers(...aws: readonly Record<string, unknown>[]): Changes {
  return { provider: { aws } };
}

function model(changes: Record<string, unknown>): Changes {
  return {
    "aws_api_gateway_model.m": {
      rest_api_id: API_ID,
      name: "Product",
      content_type: "application/json",
      schema: "{}",
      ...changes,
    },
  };
}

function gatewayResponseHeader(name: string, value = "'1'"): Changes {
  return {
    "aws_api_gateway_gateway_response.g": {
      rest_api_id: API_ID,
      response_type: "THROTTLED",
      response_parameters: { [`gatewayresponse.header.${name}`]: value },
    },
  };
}

const authorizer = {
  "aws_api_gateway_authorizer.a": {
    rest_api_id: API_ID,
    name: "a",
    authorizer_uri: `\${${lambda}.invoke_arn}`,
  },
};
const AUTHORIZER_ID = "${aws_api_gateway_authorizer.a.id}";

const authorizers: readonly Row[] = [
  {
    name: "a method with an authorizer that is not there",
    refused: { [method]: { authorization: "CUSTOM", authorizer_id: "abc" } },
    problem: [`${method}.authorizer_id`, '"abc"'],
    accepted: { ...authorizer, [method]: { authorization: "CUSTOM", authorizer_id: AUTHORIZER_ID } },
  },
  {
    name: "a method without the authorizer that it asks for",
    refused: { ...authorizer, [method]: { authorization: "CUSTOM" } },
    problem: [`${method}.authorizer_id`, "nothing"],
    accepted: { ...authorizer, [method]: { authorization: "CUSTOM", authorizer_id: AUTHORIZER_ID } },
  },
  {
    name: "a user pool's method with a Lambda authorizer",
    refused: {
      ...authorizer,
      [method]: { authorization: "COGNITO_USER_POOLS", authorizer_id: AUTHORIZER_ID },
    },
    problem: [`${method}.authorizer_id`, "aws_api_gateway_authorizer.a, of the type TOKEN"],
    accepted: { ...authorizer, [method]: { authorization: "NONE", authorizer_id: AUTHORIZER_ID } },
  },
  {
    name: "an identity source of another form",
    refused: {
      "aws_api_gateway_authorizer.a": {
        ...authorizer["aws_api_gateway_authorizer.a"],
        identity_source: "Authorization",
      },
      [method]: { authorization: "CUSTOM", authorizer_id: AUTHORIZER_ID },
    },
    problem: ["aws_api_gateway_authorizer.a.identity_source", '"Authorization"'],
    accepted: { ...authorizer, [method]: { authorization: "CUSTOM", authorizer_id: AUTHORIZER_ID } },
  },
];

const properties: readonly Row[] = [
  property(api, "api_key_source", "QUERY", '"QUERY"', "AUTHORIZER"),
  property(method, "authorization", "MAGIC", '"MAGIC"', "NONE"),
  property(api, "no_such_property", "x", "a property that is not known", undefined),
  property(api, "security_policy", "TLS_1_1", '"TLS_1_1"', "TLS_1_2"),
  property(api, "region", "us-east-1", '"us-east-1"', "eu-west-1"),
  property(method, "authorization", undefined, "nothing", "NONE"),
  property(method, "api_key_required", "yes", '"yes"', "true"),
  property(method, "request_validator_id", "abc", '"abc"', null),
  property("aws_api_gateway_resource.products", "path_part", "a/b", '"a/b"', "a-b"),
  property("aws_api_gateway_resource.products", "path_part", "{a}b", '"{a}b"', "{a}"),
  property("aws_api_gateway_resource.products", "parent_id", "abc", '"abc"', ROOT_ID),
  property("aws_api_gateway_resource.products", "rest_api_id", "abc", '"abc"', API_ID),
  property(proxy, "type", "LAMBDA", '"LAMBDA"', "AWS"),
  property(proxy, "uri", undefined, '""', `\${${lambda}.invoke_arn}`),
  property(
    proxy,
    "uri",
    `\${${lambda}.arn}`,
    '"arn:aws:lambda:eu-west-1:123456789012:function:read"',
    `\${${lambda}.invoke_arn}`,
  ),
  property(proxy, "integration_http_method", undefined, "nothing", "GET"),
  property(proxy, "timeout_milliseconds", 49, "49", 50),
  property(mock, "content_handling", "CONVERT", '"CONVERT"', null),
  property(proxy, "request_parameters", "a", '"a"', {}),
  property(mock, "passthrough_behavior", "SOMETIMES", '"SOMETIMES"', "NEVER"),
  property(mockResponse, "status_code", "200 OK", '"200 OK"', "200"),
  ...(
    [
      [{ "a-b": "x" }, "a-b", '"a-b"', { a_b: "x" }],
      [{ a: "x y" }, "a", 'a value with " "', { a: "x-y.z:/?#&=,~_" }],
      [{ a: "" }, "a", "a value of 0 characters", { a: "0" }],
      [{ a: "x".repeat(513) }, "a", "a value of 513 characters", { a: "x".repeat(512) }],
      [{ ["n".repeat(65)]: "x" }, "n".repeat(65), `"${"n".repeat(65)}"`, { ["n".repeat(64)]: "x" }],
    ] as const
  ).map(([bad, name, got, good]) => ({
    name: `${stage}.variables: ${JSON.stringify(bad)}`,
    refused: { [stage]: { variables: bad } },
    problem: [`${stage}.variables.${JSON.stringify(name)}`, got] as const,
    accepted: { [stage]: { variables: good } },
  })),
  property(stage, "deployment_id", "abc", '"abc"', "${aws_api_gateway_deployment.deployment.id}"),
  property(settings, "method_path", "product/GET", '"product/GET"', "products/{code}/GET"),
  property(settings, "stage_name", "prod", '"prod"', "dev"),
  property(
    "aws_api_gateway_api_key.client",
    "value",
    "too-short",
    "a value of 9 characters",
    "long-enough-to-be-a-key",
  ),
  property(
    "aws_api_gateway_usage_plan_key.client",
    "key_id",
    "${aws_api_gateway_api_key.client.value}",
    "text that is not such an id",
    "${aws_api_gateway_api_key.client.id}",
  ),
  property("aws_api_gateway_usage_plan_key.client", "key_type", "OTHER", '"OTHER"', "API_KEY"),
  property(plan, "throttle_settings", { rate_limit: 5 }, "one limit without the other", {
    rate_limit: 5,
    burst_limit: 0,
  }),
  property(lambda, "filename", "nowhere.zip", '"nowhere.zip", which is not there', "function.zip"),
  property(lambda, "filename", "", '"", which is not there', "function.zip"),
  property(lambda, "reserved_concurrent_executions", 0, "0", 1),
  property(lambda, "architectures", ["arm64", "x86_64"], "a list", ["arm64"]),
  property(lambda, "timeout", 901, "901", "900"),
  property(lambda, "timeout", 1.5, "1.5", 1),
  property(
    lambda,
    "role",
    "arn:aws:iam::123456789012:role/other",
    '"arn:aws:iam::123456789012:role/other"',
    `\${${role}.arn}`,
  ),
  property(permission, "function_name", "other", '"other"', `\${${lambda}.arn}`),
  property(permission, "principal_org_id", "o-1", '"o-1"', null),
  property(permission, "event_source_token", "x", '"x"', null),
  property(permission, "function_url_auth_type", "NONE", '"NONE"', null),
  property(table, "import_table", { input_format: "CSV" }, "an object", null),
  property(table, "restore_source_name", "other", '"other"', null),
  property(
    role,
    "permissions_boundary",
    "arn:aws:iam::aws:policy/AmazonEC2FullAccess",
    '"arn:aws:iam::aws:policy/AmazonEC2FullAccess"',
    "${aws_iam_policy.reader.arn}",
  ),
  property(
    "aws_iam_role_policy_attachment.reader",
    "policy_arn",
    "arn:aws:iam::aws:policy/AmazonEC2FullAccess",
    '"arn:aws:iam::aws:policy/AmazonEC2FullAccess"',
    "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
  ),
  property("aws_iam_role_policy_attachment.reader", "role", "nobody", '"nobody"', "reader"),
  property("aws_iam_role_policy.read", "role", "nobody", '"nobody"', "read"),
];

const POLICY_NOT_UNDERSTOOD = `a policy document that is not understood (Statement[0].Effect: got "allow"; expected "Allow" or "Deny" (case-sensitive))`;
const MISSPELT = policy({ Effect: "allow", Action: "execute-api:Invoke", Resource: "*" });
const SPELT = policy({ Action: "execute-api:Invoke", Resource: "*" });

const TRUST = policy({ Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" });

const structure: readonly Row[] = [
  {
    name: "a module",
    refused: { module: { m: { source: "./m" } } },
    problem: ["module", 'a block "module"'],
    accepted: { locals: { m: "./m" } },
  },
  ...(["count", "for_each", "dynamic", "provisioner", "connection"] as const).map((name) => ({
    name: `${name} in a resource without effect`,
    refused: { "aws_sns_topic.t": { name: "t", [name]: 2 } },
    problem: ["aws_sns_topic.t", `"${name}"`] as const,
    accepted: { "aws_sns_topic.t": { name: "t", lifecycle: { prevent_destroy: true } } },
  })),
  {
    name: "a resource of another provider",
    refused: { [table]: { provider: "aws.other" } },
    problem: [`${table}.provider`, '"aws.other"'],
    accepted: { [table]: { provider: "aws" } },
  },
  {
    name: "a provider with an alias",
    refused: { "provider.aws": { alias: "other" } },
    problem: ["provider.aws.alias", '"other"'],
    accepted: { "provider.aws": { profile: "other" } },
  },
  ...(
    [
      [
        "a table in another region",
        { alias: "other", region: "us-east-1" },
        '"aws.other", for the region "us-east-1"',
        { alias: "other", region: "eu-west-1" },
      ],
      ...[
        { profile: "other" },
        { assume_role: [{ role_arn: "arn:aws:iam::210987654321:role/r" }] },
        { access_key: "AKIA", secret_key: "x" },
      ].map(
        (choice) =>
          [
            `a table by a provider with ${Object.keys(choice)[0]}`,
            { alias: "other", region: "eu-west-1", ...choice },
            '"aws.other", for another account',
            { alias: "other", region: "${local.region}", default_tags: [{ tags: { a: "b" } }] },
          ] as const,
      ),
    ] as const
  ).map(([name, bad, got, good]) => ({
    name,
    refused: { ...providers({ region: "eu-west-1" }, bad), [table]: { provider: "aws.other" } },
    problem: [`${table}.provider`, got] as const,
    accepted: {
      ...providers({ region: "eu-west-1" }, good),
      locals: { region: "eu-west-1" },
      [table]: { provider: "aws.other" },
    },
  })),
  {
    name: "the account of a provider for another one",
    refused: {
      ...providers({ region: "eu-west-1" }, { alias: "other", region: "eu-west-1", profile: "other" }),
      "data.aws_caller_identity.caller": { provider: "aws.other" },
    },
    problem: ["data.aws_caller_identity.caller.provider", '"aws.other", for another account'],
    accepted: {
      ...providers({ region: "eu-west-1" }, { alias: "other", region: "us-east-1" }),
      "data.aws_caller_identity.caller": { provider: "aws.other" },
    },
  },
  {
    name: "two providers of one alias",
    refused: providers({ region: "eu-west-1" }, { alias: "a" }, { alias: "a" }),
    problem: ["provider.aws.a", "two AWS providers with one alias"],
    accepted: providers({ region: "eu-west-1" }, { alias: "a" }, { alias: "b" }),
  },
  {
    name: "a resource without effect of a provider that is not there",
    refused: { "aws_sns_topic.t": { name: "t", provider: "aws.other" } },
    problem: ["aws_sns_topic.t.provider", '"aws.other"'],
    accepted: {
      ...providers({ region: "eu-west-1" }, { alias: "other", region: "us-east-1", profile: "other" }),
      "aws_sns_topic.t": { name: "t", provider: "aws.other" },
    },
  },
  {
    name: "a resource of another cloud's provider",
    refused: { "aws_sns_topic.t": { name: "t", provider: "google.other" } },
    problem: ["aws_sns_topic.t.provider", '"google.other"'],
    accepted: { "aws_sns_topic.t": { name: "t", provider: "aws" } },
  },
  {
    name: "a provider without a region",
    refused: { "provider.aws": { region: undefined } },
    problem: ["provider.aws.region", "nothing"],
    accepted: { "provider.aws": { region: "${local.region}" }, locals: { region: "eu-north-1" } },
  },
  {
    name: "a region from the provider's own data source",
    refused: { "provider.aws": { region: "${data.aws_region.r.name}" }, "data.aws_region.r": {} },
    problem: ["provider.aws.region", "provider.aws.region, which refers to itself"],
    accepted: { "data.aws_region.r": {}, "output.r": { value: "${data.aws_region.r.name}" } },
  },
  {
    name: "a reference to nothing",
    refused: { "output.x": { value: "${aws_lambda_function.other.arn}" } },
    problem: ["output.x", 'the reference "aws_lambda_function.other.arn"'],
    accepted: { "output.x": { value: `\${${lambda}.arn}` } },
  },
  {
    name: "an attribute without a local value, of a name that others find the table by",
    refused: { "aws_dynamodb_table.products": { name: `\${${lambda}.last_modified}` } },
    problem: ["aws_dynamodb_table.products.name", `the attribute "last_modified" of ${lambda}`],
    accepted: { "aws_dynamodb_table.products": { name: `\${${lambda}.function_name}` } },
  },
  {
    name: "an operator",
    refused: { [lambda]: { memory_size: "${128 * 2}" } },
    problem: [`${lambda}.memory_size`, 'the operator "*"'],
    accepted: { [lambda]: { memory_size: "${256}" } },
  },
  {
    name: "an unknown function",
    refused: { [lambda]: { handler: '${file("handler.txt")}' } },
    problem: [`${lambda}.handler`, 'the function "file"'],
    accepted: { [lambda]: { handler: '${join(".", ["index", "handler"])}' } },
  },
  {
    name: "a variable without a default",
    refused: { variable: { v: {} }, "output.x": { value: "${var.v}" } },
    problem: ["output.x", 'the variable "v"'],
    accepted: { variable: { v: { default: 1 } }, "output.x": { value: "${var.v}" } },
  },
  {
    name: "locals in a circle",
    refused: { locals: { a: "${local.b}", b: "${local.a}" }, "output.x": { value: "${local.a}" } },
    problem: ["local.b", "local.a, which refers to itself"],
    accepted: { locals: { a: "${local.b}", b: "c" }, "output.x": { value: "${local.a}" } },
  },
  {
    name: "an API without a stage",
    refused: { [stage]: null, [settings]: null, [plan]: { api_stages: [] } },
    problem: ["aws_api_gateway_stage", "an API without a stage"],
    accepted: { [settings]: null, [plan]: { api_stages: [] } },
  },
  {
    name: "a method of an unknown resource",
    refused: {
      [method]: { resource_id: "abc" },
      [proxy]: { resource_id: `\${${method}.resource_id}` },
    },
    problem: [`${method}.resource_id`, '"abc"'],
    accepted: { [proxy]: { resource_id: `\${${method}.resource_id}` } },
  },
  {
    name: "two resources of one path",
    refused: {
      "aws_api_gateway_resource.again": { rest_api_id: API_ID, parent_id: ROOT_ID, path_part: "products" },
    },
    problem: ["aws_api_gateway_resource.again.path_part", "the path of aws_api_gateway_resource.products"],
    accepted: {
      "aws_api_gateway_resource.again": { rest_api_id: API_ID, parent_id: ROOT_ID, path_part: "Products" },
    },
  },
  {
    name: "two variables below one resource",
    refused: {
      "aws_api_gateway_resource.again": {
        rest_api_id: API_ID,
        parent_id: "${aws_api_gateway_resource.products.id}",
        path_part: "{other}",
      },
    },
    problem: [
      "aws_api_gateway_resource.again.path_part",
      "a variable beside that of aws_api_gateway_resource.product",
    ],
    accepted: {
      "aws_api_gateway_resource.again": {
        rest_api_id: API_ID,
        parent_id: "${aws_api_gateway_resource.products.id}",
        path_part: "other",
      },
    },
  },
  {
    name: "a greedy variable beside another one",
    refused: {
      "aws_api_gateway_resource.again": {
        rest_api_id: API_ID,
        parent_id: "${aws_api_gateway_resource.products.id}",
        path_part: "{other+}",
      },
    },
    problem: [
      "aws_api_gateway_resource.again.path_part",
      "a variable beside that of aws_api_gateway_resource.product",
    ],
    accepted: {
      "aws_api_gateway_resource.again": {
        rest_api_id: API_ID,
        parent_id: "${aws_api_gateway_resource.product.id}",
        path_part: "{other+}",
      },
    },
  },
  {
    name: "a resource below a greedy one",
    refused: { "aws_api_gateway_resource.products": { path_part: "{all+}" } },
    problem: ["aws_api_gateway_resource.product", "a resource below a greedy one"],
    accepted: { "aws_api_gateway_resource.product": { path_part: "{all+}" } },
  },
  {
    name: "a security policy without an endpoint access mode",
    refused: { [api]: { security_policy: "SecurityPolicy_TLS13_1_3_2025_09" } },
    problem: [`${api}.endpoint_access_mode`, "nothing"],
    accepted: {
      [api]: { security_policy: "SecurityPolicy_TLS13_1_3_2025_09", endpoint_access_mode: "STRICT" },
    },
  },
  {
    name: "an endpoint access mode without a security policy that has one",
    refused: { [api]: { security_policy: "TLS_1_2", endpoint_access_mode: "BASIC" } },
    problem: [`${api}.endpoint_access_mode`, '"BASIC"'],
    accepted: { [api]: { security_policy: "TLS_1_2" } },
  },
  {
    name: "an endpoint access mode that does not exist",
    refused: {
      [api]: { security_policy: "SecurityPolicy_TLS13_1_3_2025_09", endpoint_access_mode: "LAX" },
    },
    problem: [`${api}.endpoint_access_mode`, '"LAX"'],
    accepted: {
      [api]: { security_policy: "SecurityPolicy_TLS13_1_3_2025_09", endpoint_access_mode: "BASIC" },
    },
  },
  {
    name: "a security policy for edge-optimized APIs on a Regional one",
    refused: { [api]: { security_policy: "SecurityPolicy_TLS13_2025_EDGE", endpoint_access_mode: "STRICT" } },
    problem: [`${api}.security_policy`, '"SecurityPolicy_TLS13_2025_EDGE"'],
    accepted: {
      [api]: {
        endpoint_configuration: { types: ["EDGE"] },
        security_policy: "SecurityPolicy_TLS13_2025_EDGE",
        endpoint_access_mode: "STRICT",
      },
    },
  },
  {
    name: "a method without an integration",
    refused: { [mock]: null, [mockResponse]: { depends_on: [] } },
    problem: ["aws_api_gateway_method.mock", "a method without an integration"],
    accepted: { [mock]: { passthrough_behavior: "NEVER" } },
  },
  {
    name: "an integration without a method",
    refused: {
      [proxy]: { http_method: "POST" },
      [method]: { http_method: "POST" },
      "aws_api_gateway_integration.stray": {
        rest_api_id: API_ID,
        resource_id: ROOT_ID,
        http_method: "POST",
        type: "MOCK",
      },
    },
    problem: [
      "aws_api_gateway_integration.stray",
      "an integration of POST, a method that its resource does not have",
    ],
    accepted: { [proxy]: { http_method: "POST" }, [method]: { http_method: "POST" } },
  },
  {
    name: "two methods of one name",
    refused: {
      "aws_api_gateway_method.again": {
        rest_api_id: API_ID,
        resource_id: ROOT_ID,
        http_method: "GET",
        authorization: "NONE",
      },
    },
    problem: ["aws_api_gateway_method.again", "the same method as aws_api_gateway_method.mock"],
    accepted: {},
  },
  {
    name: "a service integration without a role",
    refused: { [proxy]: SERVICE },
    problem: [`${proxy}.credentials`, "nothing"],
    accepted: { [proxy]: { ...SERVICE, credentials: "${aws_iam_role.reader.arn}" } },
  },
  {
    name: "an ARN that names neither path nor action",
    refused: { [proxy]: { ...SERVICE, uri: "arn:aws:apigateway:eu-west-1:dynamodb:GetItem" } },
    problem: [`${proxy}.uri`, '"arn:aws:apigateway:eu-west-1:dynamodb:GetItem"'],
    accepted: { [proxy]: { ...SERVICE, credentials: "${aws_iam_role.reader.arn}" } },
  },
  {
    name: "an HTTP integration without a URL",
    refused: { [proxy]: { type: "HTTP_PROXY", uri: "example.com" } },
    problem: [`${proxy}.uri`, '"example.com"'],
    accepted: { [proxy]: { type: "HTTP_PROXY", uri: "http://example.com/{path}" } },
  },
  {
    name: "the target of a mapping",
    refused: { [proxy]: { request_parameters: { a: "'b'" } } },
    problem: [`${proxy}.request_parameters."a"`, '"a"'],
    accepted: { [proxy]: { request_parameters: { "integration.request.querystring.a": "'b'" } } },
  },
  {
    name: "the expression of a mapping",
    refused: {
      [proxy]: { request_parameters: { "integration.request.header.x": "integration.response.body" } },
    },
    problem: [`${proxy}.request_parameters."integration.request.header.x"`, '"integration.response.body"'],
    accepted: {
      [proxy]: { request_parameters: { "integration.request.header.x": "context.identity.sourceIp" } },
    },
  },
  {
    name: "a header that the method response does not declare",
    refused: { [mockResponse]: { response_parameters: { "method.response.header.X": "'x'" } } },
    problem: [
      `${mockResponse}.response_parameters."method.response.header.X"`,
      "a header that the method response does not declare",
    ],
    accepted: {
      [mockResponse]: { response_parameters: { "method.response.header.X": "'x'" } },
      "aws_api_gateway_method_response.mock": { response_parameters: { "method.response.header.X": true } },
    },
  },
  {
    name: "a header of a status that the method does not declare",
    refused: {
      [mockResponse]: {
        status_code: "201",
        response_parameters: { "method.response.header.Cache-Control": "'x'" },
      },
    },
    problem: [
      `${mockResponse}.response_parameters."method.response.header.Cache-Control"`,
      "a header that the method response does not declare",
    ],
    accepted: { [mockResponse]: { status_code: "201", response_parameters: {} } },
  },
  {
    name: "a model that is no schema",
    refused: {
      "aws_api_gateway_model.m": {
        rest_api_id: API_ID,
        name: "Product",
        content_type: "application/json",
        schema: "[]",
      },
      [method]: { request_models: { "application/json": "Product" } },
    },
    problem: ["aws_api_gateway_model.m.schema", "text that is not a JSON object"],
    accepted: {
      "aws_api_gateway_model.m": {
        rest_api_id: API_ID,
        name: "Product",
        content_type: "application/json",
        schema: "{}",
      },
      [method]: { request_models: { "application/json": "Product" } },
    },
  },
  {
    name: "a model that is no schema and that no method has",
    refused: model({ schema: "{" }),
    problem: ["aws_api_gateway_model.m.schema", "text that is not a JSON object"],
    accepted: model({ schema: "{}" }),
  },
  {
    name: "a response's model that is not there",
    refused: { [methodResponse]: { response_models: { "application/json": "Product" } } },
    problem: [`${methodResponse}.response_models."application/json"`, '"Product"'],
    accepted: { ...model({}), [methodResponse]: { response_models: { "application/json": "Product" } } },
  },
  ...(
    [
      ["another API's model", "https://apigateway.amazonaws.com/restapis/abc/models/Product"],
      ["a model that is not there", `${OWN_MODELS}Other`],
      ["a part of a model", `${OWN_MODELS}Product#/a`],
      ["another document", "https://example.com/schema.json"],
    ] as const
  ).map(([name, url]) => ({
    name: `a reference to ${name}`,
    refused: model({ schema: JSON.stringify({ items: { $ref: url } }) }),
    problem: ["aws_api_gateway_model.m.schema", `the reference "${url}"`] as const,
    accepted: model({ schema: JSON.stringify({ items: { $ref: `${MODELS_URL}Product` } }) }),
  })),
  {
    name: "a model that is not there",
    refused: { [method]: { request_models: { "application/json": "Product" } } },
    problem: [`${method}.request_models."application/json"`, '"Product"'],
    accepted: { [method]: { request_models: { "application/json": "Empty" } } },
  },
  {
    name: "a gateway response with an unknown variable",
    refused: {
      "aws_api_gateway_gateway_response.g": {
        rest_api_id: API_ID,
        response_type: "THROTTLED",
        response_templates: { "application/json": "$util.urlEncode('x')" },
      },
    },
    problem: [
      'aws_api_gateway_gateway_response.g.response_templates."application/json"',
      "a variable or directive that is not known",
    ],
    accepted: {
      "aws_api_gateway_gateway_response.g": {
        rest_api_id: API_ID,
        response_type: "THROTTLED",
        response_templates: { "application/json": '{"m":$context.error.messageString}' },
      },
    },
  },
  {
    name: "a gateway response with a header of API Gateway's own",
    refused: gatewayResponseHeader("Content-Length"),
    problem: [
      'aws_api_gateway_gateway_response.g.response_parameters."gatewayresponse.header.Content-Length"',
      "a header that API Gateway reserves",
    ],
    accepted: gatewayResponseHeader("WWW-Authenticate"),
  },
  {
    name: "a gateway response with a header that API Gateway renames",
    refused: gatewayResponseHeader("Authorization"),
    problem: [
      'aws_api_gateway_gateway_response.g.response_parameters."gatewayresponse.header.Authorization"',
      "a header that API Gateway reserves",
    ],
    accepted: gatewayResponseHeader("Retry-After"),
  },
  ...["method.request.body.a", "integration.response.header.a", "*"].map((expression) => ({
    name: `a gateway response with a header from ${expression}`,
    refused: gatewayResponseHeader("X-A", expression),
    problem: [
      'aws_api_gateway_gateway_response.g.response_parameters."gatewayresponse.header.X-A"',
      `"${expression}"`,
    ] as const,
    accepted: gatewayResponseHeader("X-A", "method.request.header.Origin"),
  })),
  {
    name: "a gateway response that maps a header of API Gateway's own",
    refused: gatewayResponseHeader("Content-Length", "method.request.header.X-Length"),
    problem: [
      'aws_api_gateway_gateway_response.g.response_parameters."gatewayresponse.header.Content-Length"',
      "a header that API Gateway reserves",
    ],
    accepted: gatewayResponseHeader("X-Length", "method.request.header.X-Length"),
  },
  {
    name: "a gateway response with a header that is none",
    refused: gatewayResponseHeader("Retry After"),
    problem: [
      'aws_api_gateway_gateway_response.g.response_parameters."gatewayresponse.header.Retry After"',
      "a header that HTTP cannot carry",
    ],
    accepted: gatewayResponseHeader("Retry-After"),
  },
  {
    name: "a gateway response of an unknown type",
    refused: { "aws_api_gateway_gateway_response.g": { rest_api_id: API_ID, response_type: "TEAPOT" } },
    problem: ["aws_api_gateway_gateway_response.g.response_type", '"TEAPOT"'],
    accepted: { "aws_api_gateway_gateway_response.g": { rest_api_id: API_ID, response_type: "DEFAULT_4XX" } },
  },
  {
    name: "two settings of one path",
    refused: {
      "aws_api_gateway_method_settings.again": {
        rest_api_id: API_ID,
        stage_name: "dev",
        method_path: "*/*",
        settings: { throttling_rate_limit: 1 },
      },
    },
    problem: ["aws_api_gateway_method_settings.again.method_path", `the same path as ${settings}`],
    accepted: {
      "aws_api_gateway_method_settings.again": {
        rest_api_id: API_ID,
        stage_name: "dev",
        method_path: "/GET",
        settings: { throttling_rate_limit: 1 },
      },
    },
  },
  {
    name: "a plan for an unknown stage",
    refused: { [plan]: { api_stages: [{ api_id: API_ID, stage: "prod" }] } },
    problem: [`${plan}.api_stages.0.stage`, '"prod"'],
    accepted: { [plan]: { api_stages: { api_id: API_ID, stage: "dev" } } },
  },
  {
    name: "a plan for another API",
    refused: { [plan]: { api_stages: [{ api_id: "abc", stage: "dev" }] } },
    problem: [`${plan}.api_stages.0.api_id`, '"abc"'],
    accepted: { [plan]: { api_stages: [] } },
  },
  {
    name: "a plan's limit for an unknown method",
    refused: {
      [plan]: {
        api_stages: [
          {
            api_id: API_ID,
            stage: "dev",
            throttle: [{ path: "/products/GET", rate_limit: 1, burst_limit: 1 }],
          },
        ],
      },
    },
    problem: [`${plan}.api_stages.0.throttle.0.path`, '"/products/GET"'],
    accepted: {
      [plan]: {
        api_stages: [
          { api_id: API_ID, stage: "dev", throttle: [{ path: "//GET", rate_limit: 1, burst_limit: 1 }] },
        ],
      },
    },
  },
  {
    name: "a quota's offset beyond its period",
    refused: { [plan]: { quota_settings: { limit: 10, offset: 7, period: "WEEK" } } },
    problem: [`${plan}.quota_settings.offset`, "7"],
    accepted: { [plan]: { quota_settings: { limit: 10, offset: 6, period: "WEEK" } } },
  },
  {
    name: "a key with two plans for one stage",
    refused: {
      "aws_api_gateway_usage_plan.other": { name: "other", api_stages: [{ api_id: API_ID, stage: "dev" }] },
      "aws_api_gateway_usage_plan_key.other": {
        key_id: "${aws_api_gateway_api_key.client.id}",
        key_type: "API_KEY",
        usage_plan_id: "${aws_api_gateway_usage_plan.other.id}",
      },
    },
    problem: ["aws_api_gateway_usage_plan.other", `a key and a stage that ${plan} has too`],
    accepted: {
      "aws_api_gateway_usage_plan.other": { name: "other", api_stages: [{ api_id: API_ID, stage: "dev" }] },
    },
  },
  {
    name: "two keys of one value",
    refused: {
      "aws_api_gateway_api_key.client": { value: "a-value-of-twenty-or-more" },
      "aws_api_gateway_api_key.other": { name: "other", value: "a-value-of-twenty-or-more" },
    },
    problem: ["aws_api_gateway_api_key.other.value", "the same value as aws_api_gateway_api_key.client"],
    accepted: {
      "aws_api_gateway_api_key.client": { value: "a-value-of-twenty-or-more" },
      "aws_api_gateway_api_key.other": { name: "other" },
    },
  },
  {
    name: "two functions of one name",
    refused: {
      "aws_lambda_function.zzz": {
        function_name: "read",
        role: `\${${role}.arn}`,
        filename: "function.zip",
        handler: "index.handler",
        runtime: "nodejs24.x",
      },
    },
    problem: ["aws_lambda_function.zzz.function_name", `the same function_name as ${lambda}`],
    accepted: {},
  },
  {
    name: "two roles of one name",
    refused: { "aws_iam_role.zzz": { name: "reader", assume_role_policy: TRUST } },
    problem: ["aws_iam_role.zzz.name", `the same name as ${role}`],
    accepted: { "aws_iam_role.zzz": { name: "other", assume_role_policy: TRUST } },
  },
  {
    name: "a misspelt identity policy",
    refused: { "aws_iam_policy.reader": { policy: MISSPELT } },
    problem: ["aws_iam_policy.reader.policy", POLICY_NOT_UNDERSTOOD],
    accepted: { "aws_iam_policy.reader": { policy: SPELT } },
  },
  {
    name: "a misspelt policy that is attached to nothing",
    refused: { "aws_iam_policy.unused": { name: "unused", policy: MISSPELT } },
    problem: ["aws_iam_policy.unused.policy", POLICY_NOT_UNDERSTOOD],
    accepted: { "aws_iam_policy.unused": { name: "unused", policy: SPELT } },
  },
  {
    name: "a misspelt resource policy",
    refused: { [api]: { policy: MISSPELT } },
    problem: [`${api}.policy`, POLICY_NOT_UNDERSTOOD],
    accepted: { [api]: { policy: policy({ Principal: "*", Action: "execute-api:Invoke", Resource: "*" }) } },
  },
  {
    name: "two resource policies",
    refused: {
      [api]: { policy: policy({ Principal: "*", Action: "execute-api:Invoke", Resource: "*" }) },
      "aws_api_gateway_rest_api_policy.p": {
        rest_api_id: API_ID,
        policy: policy({ Principal: "*", Action: "execute-api:Invoke", Resource: "*" }),
      },
    },
    problem: ["aws_api_gateway_rest_api_policy.p.policy", "a second policy of the API"],
    accepted: {
      "aws_api_gateway_rest_api_policy.p": {
        rest_api_id: API_ID,
        policy: policy({ Principal: "*", Action: "execute-api:Invoke", Resource: "*" }),
      },
    },
  },
  {
    name: "a group",
    refused: {
      "aws_iam_policy_attachment.a": { name: "a", policy_arn: "${aws_iam_policy.reader.arn}", groups: ["g"] },
    },
    problem: ["aws_iam_policy_attachment.a.groups", "a list"],
    accepted: {
      "aws_iam_policy_attachment.a": {
        name: "a",
        policy_arn: "${aws_iam_policy.reader.arn}",
        roles: ["read"],
      },
    },
  },
];

/** What AWS refuses to create, and in which words. */
interface AwsRow extends Row {
  readonly answer: string;
}

const NO_SCHEMA = "Model schema must have at least 1 property or array items defined";
const NOT_UNIQUE = "Parameter names must be unique across querystring, header and path";

const refusedByAws: readonly AwsRow[] = [
  ...[
    ["method.request.header.id", "method.request.querystring.id"],
    ["method.request.path.code", "method.request.header.code"],
    ["method.request.querystring.a.b", "method.request.path.a.b"],
  ].map(([one = "", other = ""]) => ({
    name: `the parameters ${one} and ${other}`,
    refused: { [method]: { request_parameters: { [one]: true, [other]: false } } },
    problem: [`${method}.request_parameters.${JSON.stringify(other)}`, `the same name as ${one}`] as const,
    answer: NOT_UNIQUE,
    accepted: { [method]: { request_parameters: { [one]: true, [`${other}2`]: false } } },
  })),
  ...[
    "method.request.body.id",
    "integration.request.header.id",
    "method.request.header.",
    "method.request.querystring.a[]",
  ].map((mapping) => ({
    name: `the parameter ${mapping}`,
    refused: { [method]: { request_parameters: { [mapping]: false } } },
    problem: [`${method}.request_parameters.${JSON.stringify(mapping)}`, JSON.stringify(mapping)] as const,
    answer: `Invalid mapping expression parameter specified: ${mapping}`,
    accepted: { [method]: { request_parameters: { "method.request.querystring.a$-_.b": false } } },
  })),
  {
    name: "two models of one name",
    refused: {
      ...model({}),
      "aws_api_gateway_model.n": model({})["aws_api_gateway_model.m"] ?? null,
    },
    problem: ["aws_api_gateway_model.n.name", "the same name as aws_api_gateway_model.m"],
    answer: "Model name already exists for this REST API",
    accepted: {
      ...model({}),
      "aws_api_gateway_model.n": model({ name: "Products" })["aws_api_gateway_model.m"] ?? null,
    },
  },
  ...["Empty", "Error"].map((name) => ({
    name: `a model named ${name}`,
    refused: model({ name }),
    problem: ["aws_api_gateway_model.m.name", "the same name as the model that every API has"] as const,
    answer: "Model name already exists for this REST API",
    accepted: model({ name: `${name}2` }),
  })),
  {
    name: "a model without a name",
    refused: model({ name: "" }),
    problem: ["aws_api_gateway_model.m.name", '""'],
    answer: "Model name must be non-empty",
    accepted: model({}),
  },
  {
    name: "a model with a name of other characters",
    refused: model({ name: "my-model" }),
    problem: ["aws_api_gateway_model.m.name", '"my-model"'],
    answer: "Model name must be alphanumeric: my-model",
    accepted: model({ name: "MyModel2" }),
  },
  {
    name: "a model without a schema",
    refused: model({ schema: null }),
    problem: ["aws_api_gateway_model.m.schema", "nothing"],
    answer: NO_SCHEMA,
    accepted: model({ schema: '{"type": "object"}' }),
  },
  {
    name: "a model with an empty schema, of any type",
    refused: model({ schema: "", content_type: "application/xml" }),
    problem: ["aws_api_gateway_model.m.schema", '""'],
    answer: NO_SCHEMA,
    accepted: model({ schema: "<xml/>", content_type: "application/xml" }),
  },
  {
    name: "a model of what is no media type",
    refused: model({ content_type: "json" }),
    problem: ["aws_api_gateway_model.m.content_type", '"json"'],
    answer: "Invalid content type specified: json",
    accepted: model({ content_type: "application/vnd.api+json; version=1" }),
  },
  ...(
    [
      [mock, "request_templates", '{"statusCode": 200}'],
      [mockResponse, "response_templates", "{}"],
      [method, "request_models", "Empty"],
      [methodResponse, "response_models", "Empty"],
    ] as const
  ).flatMap(([address, property, value]) =>
    ["123", "application-json"].map((key) => ({
      name: `${property} for ${key}`,
      refused: { [address]: { [property]: { [key]: value } } },
      problem: [`${address}.${property}.${JSON.stringify(key)}`, JSON.stringify(key)] as const,
      answer: `Invalid content type specified: ${key}`,
      accepted: { [address]: { [property]: { "text/html": value } } },
    })),
  ),
  {
    name: "response_templates of a gateway response for 123",
    refused: {
      "aws_api_gateway_gateway_response.g": {
        rest_api_id: API_ID,
        response_type: "THROTTLED",
        response_templates: { "123": "slow" },
      },
    },
    problem: ['aws_api_gateway_gateway_response.g.response_templates."123"', '"123"'],
    answer: "Invalid content type specified: 123",
    accepted: {
      "aws_api_gateway_gateway_response.g": {
        rest_api_id: API_ID,
        response_type: "THROTTLED",
        response_templates: { "text/plain": "slow" },
      },
    },
  },
  {
    name: "the name of an API key that is too long",
    refused: { "aws_api_gateway_api_key.client": { name: "n".repeat(1025) } },
    problem: ["aws_api_gateway_api_key.client.name", "a name of 1025 characters"],
    answer: "Invalid API Key name, can be at most 1024 characters.",
    accepted: { "aws_api_gateway_api_key.client": { name: "n".repeat(1024) } },
  },
  {
    name: "two endpoint types",
    refused: { [api]: { endpoint_configuration: { types: ["EDGE", "REGIONAL"] } } },
    problem: [`${api}.endpoint_configuration.types`, '["EDGE","REGIONAL"]'],
    answer: "Cannot create an api with multiple Endpoint Types.",
    accepted: { [api]: { endpoint_configuration: { types: ["REGIONAL"] } } },
  },
  {
    name: "no endpoint type",
    refused: { [api]: { endpoint_configuration: { types: [] } } },
    problem: [`${api}.endpoint_configuration.types`, "[]"],
    answer: "REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.",
    accepted: { [api]: { endpoint_configuration: null } },
  },
];

test.each(refusedByAws.map((row) => [row.name, row] as const))("says what AWS answers to %s", (_, row) => {
  expect(() => load(row.refused)).toThrow(`AWS answers "${row.answer}"`);
});

describe.each([
  ["properties", properties],
  ["authorizers", authorizers],
  ["structure", structure],
  ["what AWS would not create", refusedByAws],
])("%s", (_, rows) => {
  test.each(rows.map((row) => [row.name, row] as const))("refuses %s", (_name, { refused, problem }) => {
    expect(problemsOf(refused)).toEqual([problem]);
  });

  test.each(rows.map((row) => [row.name, row] as const))("accepts the twin of %s", (_name, { accepted }) => {
    expect(problemsOf(accepted)).toEqual([]);
  });
});

test("every problem is reported, and none that only follows from another", () => {
  const problems = problemsOf({
    [api]: { api_key_source: "QUERY" },
    "aws_api_gateway_resource.products": { path_part: "a/b" },
    [lambda]: { timeout: 901, memory_size: 1 },
    [stage]: { deployment_id: [] },
    [role]: { assume_role_policy: "{" },
  });
  expect(problems.map(([address]) => address)).toEqual([
    `${api}.api_key_source`,
    "aws_api_gateway_resource.products.path_part",
    `${stage}.deployment_id`,
    `${lambda}.memory_size`,
    `${lambda}.timeout`,
    `${role}.assume_role_policy`,
  ]);
});
