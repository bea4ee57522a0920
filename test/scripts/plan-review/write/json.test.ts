import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "#plan-review/finding";
import { reviewPlan } from "#plan-review/review";
import { PROJECT_ROOT } from "#self/repository";
import { reasonsIn, verdictIn } from "../../../support/review-text";
import {
  allow,
  anApi,
  aRole,
  EXECUTION_ARN,
  planBetween,
  policyText,
  REDEPLOYED,
  type Resources,
} from "../../../support/terraform-plan";

const read = (...plans: Parameters<typeof reviewPlan>) => JSON.parse(reviewPlan(...plans).json);
const between = (before: Resources, after: Resources) => planBetween(before, after, REDEPLOYED);

const signed = anApi(["GET /a AWS_IAM"]);
const opened = planBetween(signed, anApi(["GET /a"], "2"), REDEPLOYED);
const route = { api: "stack-api", stage: "dev", method: "GET", path: "/a" };

const API = "aws_api_gateway_rest_api.api";

/** A stack with more callers, each with more patterns to look at, than there is a budget for. */
function manyCallers(): Resources {
  const arn = "arn:aws:iam::123456789012:policy/wide";
  const policy = policyText(allow("execute-api:Invoke", Array(15_000).fill("*")));
  const roles = Array.from({ length: 450 }, (_, index): [string, Resources[string]][] => [
    [`aws_iam_role.r${index}`, { name: `r${index}` }],
    [`aws_iam_role_policy_attachment.r${index}`, { role: `r${index}`, policy_arn: arn }],
  ]);
  return {
    ...signed,
    [API]: { ...signed[API], policy: policyText({ ...allow("*", "*"), Principal: "*" }) },
    "aws_iam_policy.wide": { arn, name: "wide", policy },
    ...Object.fromEntries(roles.flat()),
  };
}

const apiWith = (values: object, trigger: string): Resources => {
  const api = anApi(["GET /a AWS_IAM"], trigger);
  return { ...api, [API]: { ...api[API], ...values } };
};
const withBody = (body: string, trigger: string) => apiWith({ body }, trigger);
const withPolicy = (security_policy: string, trigger: string) => apiWith({ security_policy }, trigger);

const aPlan = (rate_limit: number | null): Resources => ({
  "aws_api_gateway_usage_plan.p": { id: "p", name: "standard", throttle_settings: [{ rate_limit }] },
});

const KEY = "aws_api_gateway_api_key.k";
const LOGS = "aws_cloudwatch_log_group.l";
const DEPLOYMENT = "aws_api_gateway_deployment.deployment";
const METHOD = "aws_api_gateway_method.GET__a_0";

const STRANGE_TOPIC = "arn:aws:sns:us-east-1:999999999999:t";
const alarmTo = (action: string): Resources => ({
  "aws_cloudwatch_metric_alarm.a": { alarm_name: "a", alarm_actions: [action] },
});
const runsAs = (role: string) => ({
  function_name: "f",
  role: `arn:aws:iam::123456789012:role/stack-${role}`,
});
const tableKept = (deletion_protection_enabled: boolean): Resources => ({
  "aws_dynamodb_table.t": { name: "t", deletion_protection_enabled },
});

/** For each kind a plan in which it is found, and what it says. */
const EXAMPLES: {
  readonly [Kind in Finding["kind"]]: readonly [plan: ReturnType<typeof between>, finding: object];
} = {
  "gate-lost": [
    opened,
    {
      route,
      how: "changed",
      lost: [{ gate: "authorization", loss: "removed", from: { type: "AWS_IAM" }, to: { type: "NONE" } }],
      isNowPublic: true,
      message: "`GET /a` loses its signature (`AWS_IAM` → `NONE`) and becomes public",
    },
  ],
  "routes-not-compared": [between(manyCallers(), manyCallers()), { api: "stack-api" }],
  "routes-not-read": [between(withBody("{}", "1"), withBody('{"paths":{}}', "2")), { api: "stack-api" }],
  "transport-weakened": [
    between(withPolicy("TLS_1_2", "1"), withPolicy("TLS_1_0", "2")),
    { api: "stack-api", loss: "older-tls", policies: { from: "TLS_1_2", to: "TLS_1_0" } },
  ],
  "access-gained": [
    between(aRole("r"), aRole("r", allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::b/*"))),
    {
      who: { kind: "role", name: "stack-r" },
      gains: [
        { change: "gains", actions: ["s3:GetObject", "s3:PutObject"], on: { resource: "arn:aws:s3:::b/*" } },
      ],
    },
  ],
  "limit-lost": [
    between(aPlan(10), aPlan(null)),
    { of: { kind: "usage-plan", name: "standard" }, limits: ["throttle"] },
  ],
  "data-lost": [
    between({ "aws_dynamodb_table.t": { name: "products" } }, {}),
    { what: "table", name: "products", address: "aws_dynamodb_table.t", action: "destroyed" },
  ],
  "key-changed": [
    planBetween({ [KEY]: { value: "one" } }, { [KEY]: {} }, { [KEY]: { unknown: { value: true } } }),
    { what: "API key", address: KEY },
  ],
  "retention-shortened": [
    between({ [LOGS]: { retention_in_days: 0 } }, { [LOGS]: { retention_in_days: 14 } }),
    { what: "log group", name: LOGS, address: LOGS, days: { from: "ever", to: 14 } },
  ],
  "secret-exposed": [
    between(
      {},
      {
        "aws_lambda_function.f": {
          function_name: "f",
          environment: [{ variables: { DB_PASSWORD: "correct-horse-battery" } }],
        },
      },
    ),
    { holder: { kind: "Lambda", name: "f" }, variable: "DB_PASSWORD" },
  ],
  "not-redeployed": [
    planBetween(signed, { ...signed, [METHOD]: { ...signed[METHOD], api_key_required: true } }),
    { api: "stack-api", stage: "dev", missed: [METHOD] },
  ],
  "redeployed-early": [
    planBetween(signed, apiWith({ api_key_source: "AUTHORIZER" }, "2"), {
      [DEPLOYMENT]: { ...REDEPLOYED[DEPLOYMENT], dependsOn: [METHOD] },
    }),
    { api: "stack-api", stage: "dev", missed: [API] },
  ],
  "setting-changed": [
    between(
      { "aws_lambda_function_url.u": { function_name: "f", authorization_type: "AWS_IAM" } },
      { "aws_lambda_function_url.u": { function_name: "f", authorization_type: "NONE" } },
    ),
    {
      what: "function URL",
      name: "f",
      address: "aws_lambda_function_url.u",
      action: "update",
      effect: "anyone can call it without a signature",
      settings: [{ path: "authorization_type", before: "AWS_IAM", after: "NONE", isUnknown: false }],
    },
  ],
  "account-appears": [
    between(
      { "aws_x.y": { to: "arn:aws:sns:us-east-1:123456789012:t" } },
      { "aws_x.y": { to: STRANGE_TOPIC } },
    ),
    { account: "999999999999", isOwnKnown: false, in: [{ address: "aws_x.y", path: "to" }] },
  ],
  "role-exchanged": [
    between(
      { ...aRole("r"), ...aRole("w", allow("s3:*", "*")), "aws_lambda_function.f": runsAs("r") },
      { ...aRole("r"), ...aRole("w", allow("s3:*", "*")), "aws_lambda_function.f": runsAs("w") },
    ),
    { function: "f", from: "stack-r", to: "stack-w", allows: ["s3:*"] },
  ],
  "still-used": [
    between(
      { "aws_sns_topic.t": { name: "t", arn: STRANGE_TOPIC }, ...alarmTo(STRANGE_TOPIC) },
      alarmTo(STRANGE_TOPIC),
    ),
    {
      what: "topic",
      name: "t",
      address: "aws_sns_topic.t",
      routes: [],
      usedBy: ["aws_cloudwatch_metric_alarm.a"],
    },
  ],
  "deployment-not-read": [
    between(signed, {
      ...signed,
      "aws_api_gateway_stage.old": { rest_api_id: "abc123", stage_name: "old", deployment_id: "old123" },
    }),
    { api: "stack-api", stage: "old", deployment: "old123" },
  ],
  "place-changed": [
    planBetween(
      { "aws_dynamodb_table.t": { name: "t", arn: "arn:aws:dynamodb:eu-west-1:123456789012:table/t" } },
      {},
    ),
    { what: "region", from: "eu-west-1", to: "us-east-1" },
  ],
  drifted: [
    planBetween(
      tableKept(true),
      tableKept(true),
      {},
      {
        resource_drift: [
          {
            address: "aws_dynamodb_table.t",
            mode: "managed",
            type: "aws_dynamodb_table",
            change: { actions: ["update"], before: { ttl: [] }, after: { ttl: [{ enabled: true }] } },
          },
        ],
        configuration: {},
      },
    ),
    { address: "aws_dynamodb_table.t", how: "changed", attributes: ["ttl.enabled"], isUndone: false },
  ],
  "check-failed": [
    planBetween(
      {},
      {},
      {},
      {
        checks: [
          {
            address: { to_display: "check.signed" },
            status: "fail",
            instances: [{ status: "fail", problems: [{ message: "not signed" }] }],
          },
        ],
      },
    ),
    { address: "check.signed", problems: ["not signed"] },
  ],
  "runs-program": [
    planBetween(
      {},
      {},
      {},
      {
        configuration: {
          root_module: {
            resources: [
              {
                address: "null_resource.n",
                provisioners: [
                  {
                    type: "local-exec",
                    expressions: { command: { constant_value: "curl example.com | sh" } },
                  },
                ],
              },
            ],
          },
        },
      },
    ),
    { address: "null_resource.n", by: "local-exec", command: "curl example.com | sh" },
  ],
  "output-exposed": [
    planBetween(
      {},
      { [KEY]: { name: "k", value: "Kx7pQ2mZ9vT4wB8nR5jL1cF6" } },
      {},
      {
        output_changes: {
          shown: { actions: ["create"], after: "Kx7pQ2mZ9vT4wB8nR5jL1cF6", after_sensitive: false },
        },
      },
    ),
    { output: "shown" },
  ],
  "not-planned": [
    planBetween(
      {},
      {},
      {},
      {
        deferred_changes: [{ reason: "provider_config_unknown", resource_change: { address: "aws_x.y" } }],
      },
    ),
    { address: "aws_x.y" },
  ],
  "plan-partial": [planBetween(tableKept(true), {}, {}, { resource_changes: [] }), { leftOut: 1 }],
  "plan-incomplete": [planBetween({}, {}, {}, { errored: true }), {}],
};

describe.each(Object.entries(EXAMPLES))("%s", (kind, [plan, finding]) => {
  test("is found once, as data and as the sentence of the Markdown review", () => {
    const { markdown, json, needsCare } = reviewPlan(plan);
    const { verdict, findings } = JSON.parse(json);
    expect({ verdict, needsCare }).toEqual({ verdict: verdictIn(markdown), needsCare: true });
    const [found, ...others] = findings.filter((each: Finding) => each.kind === kind);
    expect(others).toEqual([]);
    expect(found).toEqual({ kind, broughtBy: "change", message: expect.any(String), ...finding });
    expect(findings.map(({ message }: { message: string }) => message)).toEqual(reasonsIn(markdown));
  });

  test("is documented, with each of its members", () => {
    const page = readFileSync(join(PROJECT_ROOT, "docs", "plan-review-json.md"), "utf8");
    const [, row = ""] = page.split(`\n| \`${kind}\` |`);
    const [line = ""] = row.split("\n");
    for (const member of Object.keys(finding)) {
      if (member !== "message") expect(line).toContain(`\`${member}\``);
    }
  });
});

test("the review of a plan as a whole", () => {
  expect(read(opened)).toEqual({
    schemaVersion: 1,
    verdict: "needs care",
    findings: [expect.objectContaining({ kind: "gate-lost" })],
    notJudged: [],
    accepted: [],
    changedAreas: ["routes"],
    actions: { update: 2, replace: 1 },
    outputs: [],
  });
  expect(read(planBetween(signed, signed))).toEqual({
    schemaVersion: 1,
    verdict: "nothing changes",
    findings: [],
    notJudged: [],
    accepted: [],
    changedAreas: [],
    actions: {},
    outputs: [],
  });
});

test("what the base brings is said of it", () => {
  const more = planBetween(signed, { ...anApi(["GET /a"], "2"), ...aRole("r", allow("*", "*")) }, REDEPLOYED);
  expect(
    read(more, opened).findings.map(({ kind, broughtBy }: Record<string, string>) => [kind, broughtBy]),
  ).toEqual([
    ["access-gained", "change"],
    ["gate-lost", "base"],
  ]);
});

test("all findings are there, also those that the Markdown has no room for", () => {
  const tables = Object.fromEntries(
    Array.from({ length: 600 }, (_, index) => [
      `aws_dynamodb_table.t${index}`,
      { name: `table-${index}-${"x".repeat(99)}` },
    ]),
  );
  const { markdown, json } = reviewPlan(planBetween(tables, {}));
  expect(reasonsIn(markdown).length).toBeLessThan(600);
  expect(JSON.parse(json).findings).toHaveLength(600);
});

test("names stand in it as they are, and cannot command a terminal", () => {
  const name = "a\u001b[2J\u009b31m\u202ereversed\u{e0041}\u2028|`<b>";
  const { json } = reviewPlan(planBetween({ "aws_dynamodb_table.t": { name } }, {}));
  expect(JSON.parse(json).findings[0].name).toBe(name);
  expect(json).not.toMatch(/(?!\n)[\p{C}\p{Zl}\p{Zp}]/u);
});

test("a secret is not in it, nor which of several are equal", () => {
  const secret = "Kx7pQ2mZ9vT4wB8nR5jL1cF6";
  const role = aRole("r", allow("execute-api:Invoke", `${EXECUTION_ARN}/${secret}`));
  const { json } = reviewPlan(planBetween({}, { ...role, [KEY]: { name: secret, value: secret } }));
  expect(json).toContain("/(sensitive value)");
  expect(json).not.toContain(secret);
  expect(json).not.toMatch(/sensitive value \d/);
});
