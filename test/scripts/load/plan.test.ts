import { LoadError, loadModel } from "#load/load-model";
import type { Model } from "#model/model";
import { IDENTITY } from "./minimal-stack";

/**
 * What `terraform show -json PLAN` says, in short, in the form that Terraform 1.11 was seen to write: an applied API that gets one
 * more route. `unknown` is `after_unknown`, `refers` what the configuration refers to.
 */

interface Planned {
  readonly values: Readonly<Record<string, unknown>>;
  readonly unknown?: Readonly<Record<string, unknown>>;
  readonly refers?: Readonly<Record<string, readonly string[]>>;
}

const ACCOUNT = "111122223333";
const ARN = `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:f`;
const EXECUTION_ARN = `arn:aws:execute-api:eu-west-1:${ACCOUNT}:abc123defg`;
const refersTo = (address: string, attribute: string) => [`${address}.${attribute}`, address];

const PLAN: Readonly<Record<string, Planned>> = {
  "aws_api_gateway_rest_api.api": {
    values: { id: "abc123defg", root_resource_id: "root000000", name: "api", execution_arn: EXECUTION_ARN },
  },
  "aws_api_gateway_method.old": {
    values: {
      rest_api_id: "abc123defg",
      resource_id: "root000000",
      http_method: "GET",
      authorization: "AWS_IAM",
    },
  },
  "aws_api_gateway_integration.old": {
    values: { rest_api_id: "abc123defg", resource_id: "root000000", http_method: "GET", type: "MOCK" },
  },
  "aws_api_gateway_resource.new": {
    values: { rest_api_id: "abc123defg", parent_id: "root000000", path_part: "new" },
    unknown: { id: true, path: true },
  },
  "aws_api_gateway_method.new": {
    values: { rest_api_id: "abc123defg", http_method: "GET", authorization: "NONE" },
    unknown: { id: true, resource_id: true },
    refers: { resource_id: refersTo("aws_api_gateway_resource.new", "id") },
  },
  "aws_api_gateway_integration.new": {
    values: {
      rest_api_id: "abc123defg",
      http_method: "GET",
      type: "AWS_PROXY",
      integration_http_method: "POST",
    },
    unknown: { id: true, resource_id: true, uri: true, cache_namespace: true, passthrough_behavior: true },
    refers: {
      resource_id: refersTo("aws_api_gateway_resource.new", "id"),
      uri: refersTo("aws_lambda_function.f", "invoke_arn"),
    },
  },
  "aws_lambda_function.f": {
    values: { function_name: "f", runtime: "nodejs22.x", handler: "index.handler", filename: "function.zip" },
    unknown: { id: true, arn: true, invoke_arn: true, role: true, architectures: true },
    refers: { role: refersTo("aws_iam_role.f", "arn") },
  },
  "aws_iam_role.f": {
    values: { name: "f", path: "/", assume_role_policy: "{}" },
    unknown: { id: true, arn: true, unique_id: true, name_prefix: true },
  },
  "aws_lambda_permission.f": {
    values: {
      action: "lambda:InvokeFunction",
      principal: "apigateway.amazonaws.com",
      function_name: "f",
      source_arn: `${EXECUTION_ARN}/*`,
    },
    unknown: { id: true },
  },
  "aws_api_gateway_stage.s": {
    values: { rest_api_id: "abc123defg", deployment_id: "dep1234567", stage_name: "live" },
  },
  "aws_api_gateway_deployment.d": { values: { id: "dep1234567", rest_api_id: "abc123defg" } },
};

function planOf(changes: Readonly<Record<string, Partial<Planned>>> = {}): unknown {
  const all = Object.entries({ ...PLAN, ...changes }).map(([address, change]) => ({
    address,
    type: address.split(".")[0] ?? "",
    ...PLAN[address],
    ...change,
  }));
  const resources = all.map(({ address, type, values }) => ({ address, mode: "managed", type, values }));
  return {
    planned_values: { root_module: { resources } },
    resource_changes: all.map(({ address, unknown = {} }) => ({
      address,
      change: { after_unknown: unknown },
    })),
    configuration: {
      root_module: {
        resources: all.map(({ address, refers = {} }) => ({
          address,
          expressions: Object.fromEntries(
            Object.entries(refers).map(([name, references]) => [name, { references }]),
          ),
        })),
      },
    },
  };
}

const load = (changes?: Parameters<typeof planOf>[0]): Model =>
  loadModel({
    terraform: planOf(changes),
    isPlan: true,
    directory: `${__dirname}/../../fixtures/terraform`,
    identity: IDENTITY,
  });
const routesOf = (model: Model) =>
  model.api.routes.map(({ httpMethod, resourcePath, authorization, notServed }) => [
    `${httpMethod} ${resourcePath}`,
    authorization,
    notServed?.property,
  ]);

test("a new route is read by what it refers to, and what is there keeps its ids", () => {
  const model = load();
  expect([model.accountId, model.api.id]).toEqual([ACCOUNT, "abc123defg"]);
  expect(routesOf(model)).toContainEqual(["GET /", "AWS_IAM", undefined]);
  expect(routesOf(model)).toContainEqual(["GET /new", "NONE", undefined]);
  expect(model.functions[0]).toMatchObject({ arn: ARN, permissions: [{ sourceArn: `${EXECUTION_ARN}/*` }] });
});

const uri = { integration: "aws_api_gateway_integration.new" };

test.each<[string, Parameters<typeof planOf>[0], string]>([
  [
    "an integration's URI that is more than a reference",
    {
      [uri.integration]: { refers: { ...PLAN[uri.integration]?.refers, uri: [`${ARN}`, "var.alias", "x"] } },
    },
    "uri",
  ],
  [
    "a URI that refers to what the plan does not have",
    {
      [uri.integration]: {
        refers: { ...PLAN[uri.integration]?.refers, uri: refersTo("aws_lambda_function.g", "invoke_arn") },
      },
    },
    "uri",
  ],
  [
    "an authorization that is not known",
    {
      "aws_api_gateway_method.new": {
        unknown: { resource_id: true, authorization: true },
        refers: { ...PLAN["aws_api_gateway_method.new"]?.refers, authorization: ["var.authorization"] },
      },
    },
    "authorization",
  ],
])("%s closes the route, and no other", (_, changes, property) => {
  const routes = routesOf(load(changes));
  expect(routes).toContainEqual(["GET /new", expect.any(String), property]);
  expect(routes).toContainEqual(["GET /", "AWS_IAM", undefined]);
});

test("a function whose environment is not known does not run", () => {
  const fn = PLAN["aws_lambda_function.f"];
  const environment = {
    values: { ...fn?.values, environment: [{}] },
    unknown: { ...fn?.unknown, environment: [{ variables: true }] },
    refers: { ...fn?.refers, environment: ["var.x"] },
  };
  expect(load({ "aws_lambda_function.f": environment }).functions[0]?.unavailable).toMatchObject({
    property: expect.stringContaining("environment"),
    reason: expect.stringContaining("known only after apply"),
  });
  expect(load().functions[0]?.unavailable).toBeUndefined();
});

test("an identity policy that is not known denies all", () => {
  const policy = {
    values: { name: "p", role: "f" },
    unknown: { id: true, policy: true },
    refers: { policy: refersTo("aws_api_gateway_rest_api.api", "execution_arn") },
  };
  const [role] = load({ "aws_iam_role_policy.p": policy }).principals;
  expect(role?.identityPolicies.map(({ document }) => document.Statement)).toEqual([
    [expect.objectContaining({ Effect: "Deny", Action: "*", Resource: "*" })],
  ]);
});

test.each<[string, Planned]>([
  [
    "a dynamic block, which the configuration of a plan leaves out",
    {
      values: { name: "f", inline_policy: [{ name: "x" }] },
      unknown: { arn: true, inline_policy: [{ policy: true }] },
    },
  ],
  ["what may be a dynamic block", { values: { name: "f" }, unknown: { arn: true, inline_policy: true } }],
])("%s with an inline policy that is not known denies all", (_, role) => {
  const values = { ...PLAN["aws_iam_role.f"]?.values, ...role.values };
  const [read] = load({ "aws_iam_role.f": { ...role, values } }).principals;
  expect(read?.identityPolicies.map(({ document }) => document.Statement)).toEqual([
    [expect.objectContaining({ Effect: "Deny", Action: "*", Resource: "*" })],
  ]);
});

test("a limit that is not known, as of a dynamic block, stops the start", () => {
  const plan = (unknown: Planned["unknown"]) => ({
    "aws_api_gateway_usage_plan.p": {
      values: { id: "plan000000", name: "p", api_stages: [{ api_id: "abc123defg", stage: "live" }] },
      unknown: unknown ?? {},
    },
  });
  expect(() => load(plan({ throttle_settings: true }))).toThrow(/throttle_settings\.\(known after apply\)/);
  expect(load(plan({})).usagePlans).toHaveLength(1);
});

test("a policy of the API that is not known closes every route before its gates", () => {
  const api = { unknown: { policy: true }, refers: { policy: ["aws_iam_role.f.arn", "aws_iam_role.f"] } };
  const { routes } = load({ "aws_api_gateway_rest_api.api": api }).api;
  expect(routes.map(({ notServed }) => notServed?.isGate)).toEqual([true, true]);
});

test("one that the configuration does not write is the default", () => {
  expect(routesOf(load({ "aws_api_gateway_rest_api.api": { unknown: { policy: true } } }))).toEqual(
    routesOf(load()),
  );
});

test("a permission whose source is not known allows nothing", () => {
  const permission = { unknown: { source_arn: true }, refers: { source_arn: ["x"] } };
  expect(load({ "aws_lambda_permission.f": permission }).functions[0]?.permissions).toEqual([]);
});

test.each<[string, Parameters<typeof planOf>[0]]>([
  [
    "that is chosen by a key",
    {
      "aws_api_gateway_method.new": { refers: { resource_id: ["aws_api_gateway_resource.new", "each.key"] } },
    },
  ],
  ["that a variable names", { "aws_api_gateway_method.new": { refers: { resource_id: ["var.resource"] } } }],
])("a method of a resource %s stops the start: another route could take its requests", (_, changes) => {
  expect(() => load(changes)).toThrow(LoadError);
  expect(() => load(changes)).toThrow(
    /aws_api_gateway_method\.new\.resource_id: got a value that is known only after apply/,
  );
});

test("a state is not a plan, nor a plan a state", () => {
  expect(() => loadModel({ terraform: { values: {} }, isPlan: true, identity: IDENTITY })).toThrow(
    /planned_values: got a state, .* served with --state/,
  );
  expect(() => loadModel({ terraform: planOf(), isState: true, identity: IDENTITY })).toThrow(
    /got a plan, which is served with --plan/,
  );
});
