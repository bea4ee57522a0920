import fc from "fast-check";
import { reviewPlan } from "#plan-review/review";
import { LONGEST_REVIEW } from "#plan-review/write/review";
import type { Value } from "#terraform/value";
import { character } from "../../support/character";
import { largeStack } from "../../support/large-stack";
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

/**
 * Checks what holds for every review: it keeps to its length, its tables have a row's columns in every row, and its only
 * HTML is the folds around what stays and around the plan's text.
 */
function assertWellFormed(markdown: string): void {
  expect(markdown.length).toBeLessThanOrEqual(LONGEST_REVIEW);
  const html = (markdown.match(/<[^>]*/g) ?? []).join(" ");
  expect(html).toMatch(/^(?:<details <summary <\/summary <\/details ?){0,3}$/);
  expect(html === "").toBe(!markdown.includes("```"));
  expect(markdown.match(/^```/gm) ?? []).toHaveLength(markdown.includes("```") ? 2 : 0);
  const [tables = ""] = markdown.split("```");
  let columns: number | undefined;
  for (const line of tables.split("\n")) {
    const pipes = line.match(/\|/g)?.length;
    if (pipes !== undefined) expect(pipes).toBe(columns ?? pipes);
    columns = pipes;
    // Every backquote outside the fold belongs to a pair.
    expect((line.match(/`/g) ?? []).length % 2).toBe(0);
  }
}

/** A stack all of whose names are hostile. */
function stackNamed(name: string, trigger = "1"): Resources {
  const api = anApi(["GET /a AWS_IAM", "GET /b"], trigger);
  const part = Object.keys(api).find((address) => address.startsWith("aws_api_gateway_resource.")) ?? "";
  const role = aRole("r", allow("execute-api:Invoke", `${EXECUTION_ARN}/dev/GET/*`));
  return {
    ...api,
    [part]: { ...api[part], path_part: name },
    "aws_api_gateway_rest_api.api": { ...api["aws_api_gateway_rest_api.api"], name, tags: { [name]: name } },
    "aws_api_gateway_stage.stage": { ...api["aws_api_gateway_stage.stage"], stage_name: name },
    ...role,
    "aws_iam_role.r": { ...role["aws_iam_role.r"], name },
    "aws_iam_role_policy.r": { ...role["aws_iam_role_policy.r"], role: name, name },
    [`aws_lambda_function.${name}`]: { function_name: name, arn: name, invoke_arn: name },
    "aws_lambda_permission.p": { function_name: name, action: name, principal: name, source_arn: name },
    [`aws_dynamodb_table.${name}`]: { name, tags: { [name]: name } },
    "aws_api_gateway_usage_plan.p": {
      id: name,
      name,
      quota_settings: [{ limit: name, period: name }],
      api_stages: [{ stage: name }],
    },
    "aws_api_gateway_api_key.k": { id: name, name },
    "aws_api_gateway_usage_plan_key.k": { key_id: name, usage_plan_id: name },
    "aws_s3_bucket_policy.b": {
      policy: policyText({ Effect: "Allow", Principal: { AWS: name }, Action: name, Resource: name }),
    },
  };
}

const NAMES = [
  "<script>alert(1)</script>",
  "a`b``c```d",
  "a|b\\|c",
  "| --- | --- |",
  "line\nend\r\n## heading",
  "[link](http://example.com) ![image](x)",
  "</details></summary>",
  "**bold** ~~struck~~",
  "```\n<b>",
  "@someone #1",
  "\u202Ereversed",
  "constructor",
  "__proto__",
  "${aws_x.y.z}",
  "",
  "x".repeat(100_000),
];

test.each(NAMES.map((name) => ({ name, shown: JSON.stringify(name.slice(0, 40)) })))(
  "the name $shown breaks nothing",
  ({ name }) => {
    for (const [before, after] of [
      [{}, stackNamed(name)],
      [stackNamed(name), {}],
      [stackNamed(name), stackNamed(`${name}2`, "2")],
    ] as const) {
      const { markdown } = reviewPlan(planBetween(before, after));
      assertWellFormed(markdown);
      expect(markdown.match(/^\| .* \| `GET \/b` \|/gm)).toHaveLength(1);
    }
  },
);

test("any name breaks nothing", () => {
  fc.assert(
    fc.property(fc.string({ unit: character }), (name) => {
      assertWellFormed(reviewPlan(planBetween(stackNamed(name), stackNamed(`${name}|`, "2"))).markdown);
    }),
    { numRuns: 10 },
  );
});

test("whatever stands in a plan's place, there is a review", () => {
  const members = [
    "resource_changes",
    "planned_values",
    "prior_state",
    "configuration",
    "output_changes",
    "root_module",
    "resources",
    "values",
    "address",
    "type",
    "change",
    "before",
    "after",
    "actions",
    "after_unknown",
    "policy",
  ];
  const { plan } = fc.letrec<{ plan: Value }>((tie) => ({
    plan: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom<Value>(null, true, 1, "", "aws_iam_role", "aws_api_gateway_method"),
      fc.array(tie("plan"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...members), tie("plan"), { maxKeys: 5 }),
    ),
  }));
  fc.assert(
    fc.property(plan, (json) => assertWellFormed(reviewPlan(json).markdown)),
    { numRuns: 100 },
  );
});

test("values of other kinds than they should be leave a review", () => {
  const good = planBetween({}, stackNamed("a"));
  const replacements: Value[] = [null, 1, true, "x", [], {}, [[]], [{}]];
  const text = JSON.stringify(good);
  for (const [index, replacement] of replacements.entries()) {
    let seen = 0;
    // Every seventh value of the plan is something else.
    const broken = JSON.parse(text, (_, value) => {
      seen += 1;
      return seen % 7 === index % 7 ? replacement : value;
    });
    if (typeof broken === "object" && broken !== null) assertWellFormed(reviewPlan(broken).markdown);
  }
});

test.each(["", "1234", "(x)", "000000000000/x", "*"])(
  "an account '%s' that is none leaves a review",
  (accountId) => {
    const api = anApi(["GET /a AWS_IAM"]);
    const stack = {
      ...api,
      ...aRole("r", allow("execute-api:Invoke", "*")),
      "aws_api_gateway_rest_api.api": {
        ...api["aws_api_gateway_rest_api.api"],
        execution_arn: `arn:aws:execute-api:us-east-1:${accountId}:abc123`,
      },
      "aws_iam_role.other": { name: "other", arn: `arn:aws:iam::${accountId}:role/other` },
    };
    const caller = {
      address: "data.aws_caller_identity.c",
      mode: "data",
      type: "aws_caller_identity",
      values: { account_id: accountId },
    };
    const over = { prior_state: { values: { root_module: { resources: [caller] } } } };
    assertWellFormed(reviewPlan(planBetween({}, stack, {}, over)).markdown);
  },
);

test("resources that are each other's parents have a path", () => {
  const circle = {
    "aws_api_gateway_resource.a": { rest_api_id: "abc123", id: "a", parent_id: "b", path_part: "a" },
    "aws_api_gateway_resource.b": { rest_api_id: "abc123", id: "b", parent_id: "a", path_part: "b" },
    "aws_api_gateway_method.m": {
      rest_api_id: "abc123",
      resource_id: "a",
      http_method: "GET",
      authorization: "NONE",
    },
  };
  expect(reviewPlan(planBetween({}, { ...anApi([]), ...circle })).markdown).toContain("`GET /b/a`");
});

const KEY = "Kx7pQ2mZ9vT4wB8nR5jL1cF6";

describe("a known key is in no output", () => {
  /** A stack that has its key wherever a text may be. */
  const leaky = (trigger: string): Resources => ({
    ...stackNamed(`name-${KEY}-${trigger}`, trigger),
    "aws_api_gateway_api_key.secret": { id: "k", name: "k", value: KEY },
    "aws_api_gateway_usage_plan_key.secret": {
      id: "k",
      key_id: "k",
      usage_plan_id: "p",
      name: KEY,
      value: KEY,
    },
    "aws_lambda_function.secret": {
      function_name: "f",
      environment: [{ variables: { KEY } }],
      tags: { [KEY]: KEY },
    },
    [`aws_dynamodb_table.${KEY}${trigger}`]: { name: KEY },
  });
  const marked: Readonly<Record<string, ChangeDetails>> = {
    "aws_api_gateway_api_key.secret": { beforeSensitive: { value: true }, afterSensitive: { value: true } },
    "aws_api_gateway_usage_plan_key.secret": { actions: ["delete", "create"] },
  };
  const many = (stack: Resources): Resources => ({
    ...stack,
    ...Object.fromEntries(
      Array.from({ length: 400 }, (_, index) => [
        `aws_dynamodb_table.${KEY}_${index}`,
        { name: `${KEY}-${index}` },
      ]),
    ),
  });

  test.each([
    { name: "of what is made", plans: [planBetween({}, leaky("1"), marked)] },
    { name: "of what is destroyed", plans: [planBetween(leaky("1"), {}, marked)] },
    { name: "of what is exchanged", plans: [planBetween(leaky("1"), leaky("2"), marked)] },
    { name: "that is cut", plans: [planBetween(many(leaky("1")), leaky("2"), marked)] },
    {
      name: "with a base",
      plans: [planBetween(leaky("1"), leaky("2"), marked), planBetween(leaky("1"), leaky("3"), marked)],
    },
    {
      name: "whose base alone knows the key",
      plans: [
        planBetween(stackNamed(KEY), stackNamed(`${KEY}2`, "2")),
        planBetween(leaky("1"), leaky("1"), marked),
      ],
    },
  ])("$name", ({ plans: [plan = null, base] }) => {
    const { markdown } = reviewPlan(plan, base);
    expect(markdown).not.toContain(KEY);
    expect(markdown).not.toContain(KEY.slice(0, 10));
    expect(markdown).toContain("(sensitive value)");
    assertWellFormed(markdown);
  });

  test("and it would be, were it not for the redaction", () => {
    const { markdown } = reviewPlan(planBetween(stackNamed(KEY), stackNamed(`${KEY}2`, "2")));
    expect(markdown).toContain(KEY);
  });

  test("a policy that is sensitive as a whole is not read, and needs care", () => {
    const before = aRole("r", allow("a:B", "arn:aws:s3:::b"));
    const after = aRole("r", allow("a:B", "*"));
    const mark = {
      "aws_iam_role_policy.r": { beforeSensitive: { policy: true }, afterSensitive: { policy: true } },
    };
    const { markdown } = reviewPlan(planBetween(before, after, mark));
    expect(verdictIn(markdown)).toBe("needs care");
    expect(markdown).not.toContain("arn:aws:s3:::b");
  });
});

test("a stack of 400 resources is reviewed in less than 2 seconds of the processor", () => {
  const [before, after] = [largeStack(50, "1"), largeStack(50, "2")];
  expect(Object.keys(after).length).toBeGreaterThan(400);
  const plan = planBetween(before, after);
  // Not by the clock, which others' work on the machine moves on as well.
  const started = process.cpuUsage();
  const { markdown } = reviewPlan(plan);
  const { user, system } = process.cpuUsage(started);
  expect((user + system) / 1_000).toBeLessThan(2_000);
  expect(markdown).toContain("`GET /route-49/{id}`");
  assertWellFormed(markdown);
});

test("of 1,170 changes, the replaced table is the first line, in less than 4 seconds of the processor", () => {
  const routes = Array.from({ length: 1_170 }, (_, index) => `GET /route-${index}`);
  const table = (hash_key: string): Resources => ({ "aws_dynamodb_table.t": { name: "t", hash_key } });
  const plan = planBetween(
    table("id"),
    { ...anApi(routes), ...table("code") },
    { "aws_dynamodb_table.t": { actions: ["delete", "create"] } },
  );
  const started = process.cpuUsage();
  const { markdown } = reviewPlan(plan);
  const { user, system } = process.cpuUsage(started);
  expect((user + system) / 1_000).toBeLessThan(4_000);
  expect(reasonsIn(markdown)[0]).toBe("table `t` is replaced: its items are lost");
  expect(reasonsIn(markdown)[1]).toContain("is new and is public");
  expect(markdown.length).toBeLessThanOrEqual(LONGEST_REVIEW);
});

test("of a stack that is too large for a comment, the verdict and what changes come first", () => {
  const routes = Array.from({ length: 800 }, (_, index) => `GET /route-${index}/{id} AWS_IAM`);
  const opened = routes.map((route, index) => (index === 698 ? route.replace("AWS_IAM", "NONE") : route));
  const keyed = opened.map((route, index) => (index > 700 ? `${route} key` : route));
  const { markdown } = reviewPlan(planBetween(anApi(routes), anApi(keyed, "2")));
  expect(reasonsIn(markdown)).toContain(
    "`GET /route-698/{id}` loses its signature (`AWS_IAM` → `NONE`) and becomes public",
  );
  expect(markdown.split("\n").find((line) => line.startsWith("|") && line.includes("GET /route-"))).toContain(
    "| **changed** | `GET /route-698/{id}` |",
  );
  expect(markdown).toMatch(/\n\*\d+ routes left out here: a review is short enough for a comment/);
  expect(markdown).toMatch(/\n\*\d+ lines left out here/);
  assertWellFormed(markdown);
});
