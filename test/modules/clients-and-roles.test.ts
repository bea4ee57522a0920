import { Account } from "#modules/account";
import { type ApiClient, ApiClients } from "#modules/api-clients";
import { projectConfig } from "#modules/config/load-config";
import { InvokeRole } from "#modules/invoke-role";
import { RestApi } from "#modules/rest-api";
import type { Route } from "#modules/route";
import { only, type Properties, resources, synthesize, synthesizeInventory } from "../support/synth";

const ROUTES: Route[] = [
  { method: "GET", path: "/open", authorization: "NONE", integration: { mock: {} } },
  { method: "GET", path: "/signed", authorization: "AWS_IAM", integration: { mock: {} } },
  { method: "PUT", path: "/signed/{id}/x", authorization: "AWS_IAM", integration: { mock: {} } },
];
const PLANS = {
  small: { throttle: { rateLimit: 1, burstLimit: 2 }, quota: { limit: 3, period: "WEEK" as const } },
  large: { throttle: { rateLimit: 10, burstLimit: 20 }, quota: { limit: 30, period: "MONTH" as const } },
};

const synthesizeClients = (clients: readonly ApiClient[]) => {
  let names: string[] = [];
  const terraform = synthesize((stack) => {
    const api = new RestApi(stack, "api", {
      description: "an API",
      region: "eu-central-1",
      stageName: "dev",
      routes: ROUTES,
      throttle: { rateLimit: 1, burstLimit: 1 },
      accessLogs: false,
      logRetentionInDays: 1,
    });
    names = [...new ApiClients(stack, "clients", { api, plans: PLANS, clients }).keys.keys()];
  });
  return { terraform, names };
};

describe("API clients", () => {
  test("a plan has its limits and is bound to the published stage", () => {
    const { terraform } = synthesizeClients([{ name: "a", plan: "small" }]);
    const stage = Object.keys(terraform.resource.aws_api_gateway_stage ?? {})[0];
    expect(resources(terraform, "aws_api_gateway_usage_plan")["clients/plan-small"]).toMatchObject({
      name: "test-dev-small",
      throttle_settings: { rate_limit: 1, burst_limit: 2 },
      quota_settings: { limit: 3, period: "WEEK" },
      api_stages: [{ stage: `\${aws_api_gateway_stage.${stage}.stage_name}` }],
    });
  });

  test("each client has a key of its own, in its own plan, and no key's value is written down", () => {
    const { terraform, names } = synthesizeClients([
      { name: "a", plan: "small" },
      { name: "b", plan: "large" },
    ]);
    expect(names).toEqual(["a", "b"]);
    const keys = resources(terraform, "aws_api_gateway_api_key");
    expect(Object.values(keys).map(({ name, value }) => [name, value])).toEqual([
      ["test-dev-a-1", undefined],
      ["test-dev-b-1", undefined],
    ]);
    const plan = (name: string) =>
      Object.keys(terraform.resource.aws_api_gateway_usage_plan ?? {}).find((id) => id.includes(name));
    const bound = Object.values(resources(terraform, "aws_api_gateway_usage_plan_key")).map(
      ({ usage_plan_id }) => usage_plan_id,
    );
    expect(bound).toEqual([
      `\${aws_api_gateway_usage_plan.${plan("small")}.id}`,
      `\${aws_api_gateway_usage_plan.${plan("large")}.id}`,
    ]);
  });

  test("a rotation has two keys in the plan, and leaves the first resource alone", () => {
    const before = synthesizeClients([{ name: "a", plan: "small", keys: ["1"] }]);
    const during = synthesizeClients([{ name: "a", plan: "small", keys: ["1", "2"] }]);
    expect(during.names).toEqual(["a-1", "a"]);
    const keys = (from: typeof before) => resources(from.terraform, "aws_api_gateway_api_key");
    expect(Object.keys(keys(during))).toHaveLength(2);
    expect(keys(during)).toMatchObject(keys(before));
    expect(Object.keys(resources(during.terraform, "aws_api_gateway_usage_plan_key"))).toHaveLength(2);
  });

  test.each<[string, ApiClient, string]>([
    [
      "of an unknown plan",
      { name: "a", plan: "huge" },
      "client 'a': got plan 'huge', expected one of small, large: each stage of project.config.ts has its own",
    ],
    ["without keys", { name: "a", plan: "small", keys: [] }, "client 'a': got keys []"],
    [
      "with three keys",
      { name: "a", plan: "small", keys: ["1", "2", "3"] },
      "client 'a': got keys [1, 2, 3]",
    ],
    ["with one key twice", { name: "a", plan: "small", keys: ["1", "1"] }, "client 'a': got keys [1, 1]"],
  ])("a client %s is refused", (_name, client, message) => {
    expect(() => synthesizeClients([client])).toThrow(message);
  });
});

describe("invoke roles", () => {
  const inventory = synthesizeInventory();
  const api = "${aws_api_gateway_rest_api.api_rest-api_FFFBAE81.execution_arn}/dev";
  const granted = (name: string) => {
    const policy = resources(inventory, "aws_iam_policy")[`${name}/policy`] as Properties;
    return JSON.parse(policy.policy).Statement;
  };
  const READING = ["GET/products", "GET/products/*", "GET/auth/iam-sigv4", "GET/auth/iam-sigv4-and-api-key"];

  test("the reader may invoke the signed GET routes and nothing else", () => {
    expect(granted("reader")).toEqual([
      {
        Sid: "InvokeRoutes",
        Effect: "Allow",
        Action: "execute-api:Invoke",
        Resource: READING.map((tail) => `${api}/${tail}`),
      },
    ]);
  });

  test("the writer may also put and delete", () => {
    const [{ Resource, ...statement }] = granted("writer");
    expect(statement).toEqual({ Sid: "InvokeRoutes", Effect: "Allow", Action: "execute-api:Invoke" });
    const tails = [...READING, "PUT/products/*", "DELETE/products/*"];
    expect([...Resource].sort()).toEqual(tails.map((tail) => `${api}/${tail}`).sort());
  });

  test("the page's Lambda may invoke the list of products and nothing else", () => {
    const policy = resources(inventory, "aws_iam_role_policy")["get-index/policy"] as Properties;
    const statements: Properties[] = JSON.parse(policy.policy).Statement;
    expect(statements.filter(({ Action }) => String(Action).includes("execute-api"))).toEqual([
      { Sid: "InvokeRoute", Effect: "Allow", Action: "execute-api:Invoke", Resource: `${api}/GET/products` },
    ]);
  });

  test("the account may assume a role, and no other", () => {
    const terraform = synthesize((stack) => {
      const account = new Account(stack, "account");
      new InvokeRole(stack, "reader", { description: "d", account, routeArns: ["arn:aws:execute-api:::x"] });
    });
    const [caller] = Object.keys(terraform.data?.aws_caller_identity ?? {});
    const [partition] = Object.keys(terraform.data?.aws_partition ?? {});
    expect(JSON.parse(only(terraform, "aws_iam_role").assume_role_policy).Statement).toEqual([
      {
        Sid: "AssumeFromAccount",
        Effect: "Allow",
        Principal: {
          AWS: `arn:\${data.aws_partition.${partition}.partition}:iam::\${data.aws_caller_identity.${caller}.account_id}:root`,
        },
        Action: "sts:AssumeRole",
      },
    ]);
  });
});

describe("the table", () => {
  test.each([
    ["get-products", "dynamodb:Scan"],
    ["get-product", "dynamodb:GetItem"],
    ["put-product", "dynamodb:PutItem"],
    ["delete-product", "dynamodb:DeleteItem"],
  ])("%s has its name, and may %s and nothing else", (name, action) => {
    const inventory = synthesizeInventory();
    const [table] = Object.keys(inventory.resource.aws_dynamodb_table ?? {});
    const policy = resources(inventory, "aws_iam_role_policy")[`${name}/policy`] as Properties;
    const statements: Properties[] = JSON.parse(policy.policy).Statement;
    expect(statements.filter(({ Action }) => String(Action).includes("dynamodb"))).toEqual([
      {
        Sid: "UseProductsTable",
        Effect: "Allow",
        Action: action,
        Resource: `\${aws_dynamodb_table.${table}.arn}`,
      },
    ]);
    const target = resources(inventory, "aws_lambda_function")[`${name}/function`] as Properties;
    expect(target.environment.variables.products_table).toBe(`\${aws_dynamodb_table.${table}.name}`);
  });

  test.each(Object.entries(projectConfig().stages))(
    "%s protects its data as the stage says",
    (STAGE, settings) => {
      expect(only(synthesizeInventory({ STAGE }), "aws_dynamodb_table")).toMatchObject({
        billing_mode: "PAY_PER_REQUEST",
        hash_key: "code",
        point_in_time_recovery: { enabled: settings.pointInTimeRecovery },
        deletion_protection_enabled: settings.deletionProtection,
      });
    },
  );
});
