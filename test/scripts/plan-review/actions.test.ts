import { reviewPlan } from "#plan-review/review";
import { reasonsIn, verdictIn } from "../../support/review-text";
import {
  allow,
  anApi,
  aRole,
  type ChangeDetails,
  EXECUTION_ARN,
  planBetween,
  policyText,
  type Resources,
} from "../../support/terraform-plan";

function review(
  before: Resources,
  after: Resources,
  details?: Readonly<Record<string, ChangeDetails>>,
  over?: object,
) {
  const { markdown } = reviewPlan(planBetween(before, after, details, over as Record<string, unknown>));
  return { markdown, verdict: verdictIn(markdown), reasons: reasonsIn(markdown) };
}

describe("data", () => {
  const TABLE = "aws_dynamodb_table.t";
  const LOGS = "aws_cloudwatch_log_group.l";

  test.each([
    { name: "a table", address: TABLE, reason: "table `n` is destroyed: its items are lost" },
    { name: "a log group", address: LOGS, reason: "log group `n` is destroyed: its logs are lost" },
    {
      name: "an encryption key",
      address: "aws_kms_key.k",
      reason: "encryption key `n` is destroyed: what it encrypts cannot be read any more",
    },
    { name: "a bucket", address: "aws_s3_bucket.b", reason: "bucket `n` is destroyed" },
    {
      name: "an API",
      address: "aws_api_gateway_rest_api.a",
      reason: "API `n` is destroyed: its URL goes with it",
    },
    {
      name: "an API key",
      address: "aws_api_gateway_api_key.k",
      reason: "API key `n` is destroyed: clients that have it are refused",
    },
  ])("$name that is destroyed needs care", ({ address, reason }) => {
    expect(review({ [address]: { name: "n" } }, {}).reasons).toEqual([reason]);
  });

  test("what is replaced needs care, with the attribute that cannot change", () => {
    const { markdown, reasons } = review(
      { [TABLE]: { name: "n", hash_key: "a" } },
      { [TABLE]: { name: "n", hash_key: "b" } },
      { [TABLE]: { actions: ["delete", "create"], replacePaths: [["hash_key"]] } },
    );
    expect(reasons).toEqual(["table `n` is replaced: its items are lost"]);
    expect(markdown).toContain(
      "| **replaced** | table | `aws_dynamodb_table.t` | `hash_key` cannot change in place |",
    );
  });

  test("what an earlier replacement left behind, and is destroyed now, needs care", () => {
    const over = {
      resource_changes: [
        {
          address: TABLE,
          deposed: "ab12",
          type: "aws_dynamodb_table",
          change: { actions: ["delete"], before: { name: "n" } },
        },
      ],
    };
    const { markdown, reasons } = review({}, {}, {}, over);
    expect(reasons).toEqual(["table `n` is destroyed: its items are lost"]);
    expect(markdown).toContain("`aws_dynamodb_table.t (deposed ab12)`");
  });

  test("logs that are kept for a shorter time need care", () => {
    const keptFor = (days: number) => ({ [LOGS]: { name: "n", retention_in_days: days } });
    expect(review(keptFor(365), keptFor(14)).reasons).toEqual([
      "log group `n` is kept for 14 days instead of 365 days: older logs are destroyed",
    ]);
    expect(review(keptFor(0), keptFor(14)).reasons).toHaveLength(1);
    expect(review(keptFor(14), keptFor(365)).reasons).toEqual([]);
    expect(review(keptFor(14), keptFor(0)).reasons).toEqual([]);
  });

  test("protection that is taken away is reported", () => {
    const table = (enabled: boolean) => ({
      [TABLE]: { name: "n", deletion_protection_enabled: enabled, point_in_time_recovery: [{ enabled }] },
    });
    const { markdown, reasons } = review(table(true), table(false));
    expect(reasons).toEqual([
      "table `n`: it can be destroyed with all of its items (`deletion_protection_enabled` `true` → `false`)",
      "table `n`: it cannot be restored (`point_in_time_recovery.enabled` `true` → `false`)",
    ]);
    expect(markdown).toContain(
      "| less protected | table | `aws_dynamodb_table.t` | loses its deletion protection |",
    );
    expect(markdown).toContain(
      "| less protected | table | `aws_dynamodb_table.t` | loses its point-in-time recovery |",
    );
    expect(review(table(false), table(true)).reasons).toEqual([]);
    expect(review(table(false), table(true)).markdown).not.toContain("| less protected |");
  });

  test.each<{ name: string; before: Resources; after: Resources }>([
    { name: "something else is destroyed", before: { "aws_iam_group.g": { name: "n" } }, after: {} },
    { name: "a table is made", before: {}, after: { [TABLE]: { name: "n" } } },
    {
      name: "a table changes in place",
      before: { [TABLE]: { name: "n", a: 1 } },
      after: { [TABLE]: { name: "n", a: 2 } },
    },
  ])("no care is needed where $name", ({ before, after }) => {
    expect(review(before, after)).toMatchObject({ verdict: "changes", reasons: [] });
  });

  test("what is only forgotten is reported", () => {
    const { markdown, reasons } = review(
      { [TABLE]: { name: "n" } },
      {},
      { [TABLE]: { actions: ["forget"] } },
    );
    expect(reasons).toEqual([]);
    expect(markdown).toContain(
      "| forgotten | table | `aws_dynamodb_table.t` | stays in AWS, no longer managed |",
    );
  });

  test("a secret that comes into a variable needs care, and is not shown", () => {
    const withVariables = (variables: object) => ({
      "aws_lambda_function.f": { function_name: "n", environment: [{ variables }] },
    });
    const [none, token] = [{ results: "10" }, { results: "10", PAYMENT_TOKEN: "sk_live_51HxYz" }];
    const { markdown, reasons } = review(withVariables(none), withVariables(token));
    expect(reasons).toEqual([
      "Lambda `n` has what looks like a secret in its variable `PAYMENT_TOKEN`: anyone who can read the Lambda or the state reads it",
    ]);
    expect(markdown).toContain(
      "| **exposed** | secret | `aws_lambda_function.f` | in the variable `PAYMENT_TOKEN` |",
    );
    expect(markdown).not.toContain("sk_live");
    expect(review({}, withVariables(token)).reasons).toEqual(reasons);
    expect(review(withVariables(token), withVariables({ ...token, results: "20" })).reasons).toEqual([]);
    expect(review(withVariables(token), withVariables(none)).reasons).toEqual([]);
    expect(review(withVariables(none), withVariables({ results: "20" })).reasons).toEqual([]);
  });

  test("a key that gets another value needs care, though nothing of it is shown", () => {
    const key = (value: string) => ({ "aws_api_gateway_api_key.k": { name: "n", value } });
    const [old, other] = ["first-value-of-the-key", "other-value-of-the-key"];
    const { markdown, reasons } = review(key(old), key(other));
    expect(reasons).toEqual(["API key `aws_api_gateway_api_key.k` gets another value"]);
    expect(markdown).toContain('    ~ value = "(sensitive value)" -> "(sensitive value)"');
    expect(review(key(old), { "aws_api_gateway_api_key.k": { name: "m", value: old } }).reasons).toEqual([]);
  });
});

describe("what would not go live", () => {
  const METHOD = "aws_api_gateway_method.GET__a_0";
  const API = "aws_api_gateway_rest_api.api";
  const NOT_LIVE = /^stage `dev` of API `stack-api` is not redeployed: `aws_[^`]+` would not go live$/;
  const before = anApi(["GET /a AWS_IAM"]);

  test.each<{ name: string; address: string; values: object }>([
    { name: "a method", address: METHOD, values: { api_key_required: true } },
    {
      name: "an integration",
      address: "aws_api_gateway_integration.GET__a_0",
      values: { timeout_milliseconds: 1 },
    },
    { name: "a path", address: "aws_api_gateway_resource.GET__a_0", values: { path_part: "b" } },
    { name: "where keys come from", address: API, values: { api_key_source: "AUTHORIZER" } },
  ])("$name that changes, where the stage stays as it is", ({ address, values }) => {
    const after = { ...before, [address]: { ...before[address], ...values } };
    const { reasons } = review(before, after);
    expect(reasons.filter((reason) => NOT_LIVE.test(reason))).toHaveLength(1);
  });

  test("a gateway response that is new", () => {
    const made = {
      "aws_api_gateway_gateway_response.r": { rest_api_id: "abc123", response_type: "DEFAULT_4XX" },
    };
    expect(review(before, { ...before, ...made }).reasons).toEqual([
      "stage `dev` of API `stack-api` is not redeployed: `aws_api_gateway_gateway_response.r` would not go live",
    ]);
  });

  const redeployed = (trigger: string): Resources => {
    const api = anApi(["GET /a AWS_IAM"], trigger);
    return { ...api, [METHOD]: { ...api[METHOD], request_validator_id: "v" } };
  };
  const replaced = { "aws_api_gateway_deployment.deployment": { actions: ["create", "delete"] } };

  test("nothing, where the stage takes up a new deployment", () => {
    expect(review(before, redeployed("2"), replaced)).toMatchObject({ verdict: "changes", reasons: [] });
  });

  const EVERYTHING = "Everything that changes goes live.";

  test("nothing, if the new deployment waits for the change by way of another part", () => {
    const { markdown, reasons } = review(before, redeployed("2"), {
      "aws_api_gateway_deployment.deployment": {
        ...replaced["aws_api_gateway_deployment.deployment"],
        dependsOn: ["aws_api_gateway_integration.GET__a_0"],
      },
      "aws_api_gateway_integration.GET__a_0": {
        expressions: { http_method: { references: [`${METHOD}.http_method`, METHOD] } },
      },
    });
    expect(reasons).toEqual([]);
    expect(markdown).toContain(EVERYTHING);
  });

  test("a change that the new deployment does not wait for", () => {
    const { markdown, reasons } = review(before, redeployed("2"), {
      "aws_api_gateway_deployment.deployment": {
        ...replaced["aws_api_gateway_deployment.deployment"],
        dependsOn: ["aws_api_gateway_integration.GET__a_0"],
      },
      // The same words in a value order nothing.
      "aws_api_gateway_integration.GET__a_0": {
        expressions: { uri: { constant_value: { references: [METHOD] } } },
      },
    });
    expect(reasons).toEqual([
      `stage \`dev\` of API \`stack-api\` may be redeployed too early: the deployment does not wait for \`${METHOD}\` (depends_on)`,
    ]);
    expect(markdown).toContain(
      `- \`${METHOD}\` (\`request_validator_id\`) may not reach stage \`dev\`: its deployment does not wait for it`,
    );
    expect(markdown).not.toContain(EVERYTHING);
  });

  test("a resource policy that is new, where the deployment is new with it and waits for the methods alone", () => {
    const policy = "aws_api_gateway_rest_api_policy.p";
    const after = { ...before, [policy]: { rest_api_id: "abc123", policy: policyText(allow("a:B", "*")) } };
    const { reasons } = review({}, after, {
      "aws_api_gateway_deployment.deployment": {
        dependsOn: [METHOD, "aws_api_gateway_integration.GET__a_0"],
      },
      [METHOD]: { expressions: { resource_id: { references: ["aws_api_gateway_resource.GET__a_0"] } } },
    });
    expect(reasons.at(-1)).toContain(`does not wait for \`${policy}\` (depends_on)`);
  });

  test("what is removed, at once: the new deployment is made before it is gone", () => {
    const { markdown, verdict } = review(anApi(["GET /a AWS_IAM", "GET /b"]), redeployed("2"), replaced);
    expect(verdict).toBe("changes");
    expect(markdown.split("\n").filter((line) => line.startsWith("- `"))).toEqual(
      ["method", "integration"].map(
        (part) =>
          `- \`aws_api_gateway_${part}.GET__b_1\` (delete) is still in the new deployment of stage \`dev\`; \`make apply\` publishes once more when it is gone`,
      ),
    );
    expect(markdown).not.toContain(EVERYTHING);
  });

  test("nothing, where the new deployment has no id yet", () => {
    const {
      "aws_api_gateway_deployment.deployment": _,
      "aws_api_gateway_stage.stage": __,
      ...rest
    } = redeployed("2");
    const made = {
      ...rest,
      "aws_api_gateway_deployment.deployment": { rest_api_id: "abc123" },
      "aws_api_gateway_stage.stage": { rest_api_id: "abc123", stage_name: "dev" },
    };
    const reference = { constant_value: "${aws_api_gateway_deployment.deployment.id}" };
    const details = {
      "aws_api_gateway_deployment.deployment": { actions: ["create", "delete"], unknown: { id: true } },
      "aws_api_gateway_stage.stage": {
        unknown: { deployment_id: true },
        expressions: { deployment_id: reference },
      },
    };
    expect(review(before, made, details).reasons).toEqual([]);
  });

  test("a change, where a new deployment is made that the stage does not take up", () => {
    const stays = {
      ...redeployed("2"),
      "aws_api_gateway_stage.stage": before["aws_api_gateway_stage.stage"] as object,
    };
    expect(review(before, stays as Resources, replaced).reasons).toHaveLength(1);
  });

  test("a change, where the stage takes up another deployment that was there", () => {
    const other = { "aws_api_gateway_deployment.old": { rest_api_id: "abc123", id: "deployment-0" } };
    const back = {
      ...redeployed("1"),
      ...other,
      "aws_api_gateway_stage.stage": {
        ...before["aws_api_gateway_stage.stage"],
        deployment_id: "deployment-0",
      },
    };
    expect(review({ ...before, ...other }, back).reasons).toHaveLength(1);
  });

  test.each([
    { name: "the name of the API", address: API, values: { description: "d" } },
    {
      name: "limits of methods",
      address: "aws_api_gateway_method_settings.s",
      values: { rest_api_id: "abc123" },
    },
  ])("$name takes effect without a deployment", ({ address, values }) => {
    expect(review(before, { ...before, [address]: { ...before[address], ...values } }).reasons).toEqual([]);
  });
});

describe("limits", () => {
  const plan = (values: object): Resources => ({
    "aws_api_gateway_usage_plan.p": {
      id: "p1",
      name: "standard",
      api_stages: [{ api_id: "abc123", stage: "dev", throttle: [] }],
      throttle_settings: [{ rate_limit: 10, burst_limit: 20 }],
      quota_settings: [{ limit: 10_000, period: "DAY" }],
      ...values,
    },
  });
  const rowOf = (after: Resources, before = plan({})) => {
    const { markdown, reasons } = review(before, after);
    return { row: markdown.split("\n").find((line) => line.startsWith("| plan `standard`")), reasons };
  };

  test.each([
    { name: "stay", values: {}, row: "| plan `standard` | 10 | 20 | 10,000 a day | `dev` | – |" },
    {
      name: "are raised",
      values: {
        throttle_settings: [{ rate_limit: 0.5, burst_limit: 20 }],
        quota_settings: [{ limit: 1_000_000, period: "MONTH" }],
      },
      row: "| plan `standard` | ~~10~~ **0.5** | 20 | ~~10,000 a day~~ **1,000,000 a month** | `dev` | – |",
    },
    {
      name: "are for another stage, with a method's own",
      values: {
        api_stages: [{ stage: "blue", throttle: [{ path: "/a/GET", rate_limit: 1, burst_limit: 2 }] }],
      },
      row: "| plan `standard` | 10 | 20 | 10,000 a day | **`blue`**, **`blue` `/a/GET`: 1, 2 at once**, ~~`dev`~~ | – |",
    },
  ])("that $name are shown", ({ values, row }) => {
    expect(rowOf(plan(values))).toEqual({ row, reasons: [] });
  });

  test("a throttle or a quota that is gone is a gate that is lost", () => {
    expect(rowOf(plan({ quota_settings: [] })).reasons).toEqual(["plan `standard` loses its quota"]);
    expect(rowOf(plan({ throttle_settings: [], quota_settings: [] })).reasons).toEqual([
      "plan `standard` loses its throttle and its quota",
    ]);
    expect(rowOf(plan({}), plan({ quota_settings: [] })).reasons).toEqual([]);
  });

  test("keys in a plan are named, and those that are disabled", () => {
    const key = (enabled: boolean): Resources => ({
      "aws_api_gateway_api_key.k": { id: "k1", name: "demo", enabled },
      "aws_api_gateway_usage_plan_key.k": { key_id: "k1", usage_plan_id: "p1" },
    });
    expect(rowOf({ ...plan({}), ...key(false) }, { ...plan({}), ...key(true) }).row).toContain(
      "| ~~`demo`~~ **`demo` (disabled)** |",
    );
  });
});

describe("the verdict", () => {
  const API = anApi(["GET /a AWS_IAM"]);
  const group = (a: number) => ({ "aws_iam_group.g": { name: "n", a } });

  test.each([
    { name: "no resource changes", before: group(1), after: group(1), over: {}, verdict: "nothing changes" },
    { name: "one does", before: group(1), after: group(2), over: {}, verdict: "changes" },
    {
      name: "only an output does",
      before: {},
      after: {},
      over: { output_changes: { o: { actions: ["create"] }, p: { actions: ["no-op"] } } },
      verdict: "changes",
    },
    {
      name: "Terraform stopped with an error",
      before: {},
      after: {},
      over: { errored: true },
      verdict: "needs care",
    },
    {
      name: "Terraform put off a part",
      before: {},
      after: {},
      over: { complete: false },
      verdict: "needs care",
    },
    {
      name: "Terraform planned it all",
      before: {},
      after: {},
      over: { complete: true, errored: false },
      verdict: "nothing changes",
    },
  ])("where $name: $verdict", ({ before, after, over, verdict }) => {
    expect(review(before, after, {}, over).verdict).toBe(verdict);
  });

  test.each<{ name: string; before: Resources; after: Resources; told: readonly string[] }>([
    {
      name: "who can call what, and permissions",
      before: { ...API, ...aRole("r", allow("execute-api:Invoke", ["*", `${EXECUTION_ARN}/*`])) },
      after: { ...API, ...aRole("r", allow("execute-api:Invoke", `${EXECUTION_ARN}/*/GET/b`)) },
      told: ["No change in: data and keys · limits · functions · logs, alarms and costs."],
    },
    {
      name: "data",
      before: { "aws_dynamodb_table.t": { name: "n" } },
      after: {},
      told: ["No change in: who can call what · permissions · limits · functions · logs, alarms and costs."],
    },
    {
      name: "limits",
      before: { "aws_api_gateway_usage_plan.p": { name: "n", throttle_settings: [{ rate_limit: 1 }] } },
      after: { "aws_api_gateway_usage_plan.p": { name: "n", throttle_settings: [{ rate_limit: 9 }] } },
      told: [
        "No change in: who can call what · permissions · data and keys · functions · logs, alarms and costs.",
      ],
    },
    {
      name: "a description",
      before: { "aws_iam_policy.p": { name: "n", description: "a" } },
      after: { "aws_iam_policy.p": { name: "n", description: "b" } },
      told: [
        "No change in: who can call what · permissions · data and keys · limits · functions · logs, alarms and costs.",
      ],
    },
    {
      name: "something that is not judged",
      before: group(1),
      after: group(2),
      told: [],
    },
  ])("where $name needs no care, what stays is named", ({ before, after, told }) => {
    const details = Object.fromEntries(
      Object.keys(before)
        .filter((address) => !(address in after))
        .map((address) => [address, { actions: ["forget"] }]),
    );
    const { markdown, verdict } = review(before, after, details);
    expect(verdict).toBe("changes");
    expect(markdown.split("\n").filter((line) => line.startsWith("No change in"))).toEqual(told);
  });

  test("an action that is not known is a change", () => {
    expect(review(group(1), group(1), { "aws_iam_group.g": { actions: ["transmogrify"] } }).verdict).toBe(
      "changes",
    );
  });

  test("resources are counted by action", () => {
    const { markdown } = review(
      { ...group(1), "aws_iam_group.gone": {}, "aws_iam_group.stays": {} },
      { ...group(2), "aws_iam_group.new1": {}, "aws_iam_group.new2": {}, "aws_iam_group.stays": {} },
    );
    expect(markdown).toMatch(/^## Plan review: changes · not judged: 1 · \+2 ~1 −1\n/);
  });

  test("the plan is folded, with what changes in it", () => {
    const { markdown } = review(
      { ...group(1), "aws_iam_group.gone": { name: "x" } },
      { ...group(2), "aws_iam_policy.p": { policy: '{"a":["b"]}', empty: null } },
      { "aws_iam_policy.p": { unknown: { arn: true, tags: { a: true } } } },
    );
    expect(markdown).toContain(
      [
        "<details><summary>The plan, 4 lines</summary>",
        "",
        "```diff",
        "~ aws_iam_group.g",
        "    ~ a = 1 -> 2",
        "- aws_iam_group.gone",
        "+ aws_iam_policy.p",
        "```",
        "",
        "</details>",
      ].join("\n"),
    );
  });
});
