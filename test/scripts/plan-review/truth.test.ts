import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parsePlan } from "#plan/read-plan";
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
  REDEPLOYED,
  type Resources,
} from "../../support/terraform-plan";

function review(
  before: Resources,
  after: Resources,
  details?: Readonly<Record<string, ChangeDetails>>,
  over?: Readonly<Record<string, unknown>>,
) {
  const { markdown } = reviewPlan(planBetween(before, after, details, over));
  return { markdown, verdict: verdictIn(markdown), reasons: reasonsIn(markdown) };
}

const API = anApi(["GET /a AWS_IAM"]);
const ANY_AREA = /^No change in/m;

describe("what stays in AWS", () => {
  test("is not gone because a plan is of other resources", () => {
    const role = aRole("r", allow("execute-api:Invoke", `${EXECUTION_ARN}/*`));
    const stack = { ...API, ...role };
    const { markdown, reasons } = review(stack, {}, {}, { resource_changes: [] });
    expect(reasons).toEqual([
      `the plan leaves out ${Object.keys(stack).length} resources of the stack: nothing is said of these`,
    ]);
    expect(markdown).not.toContain("**gone**");
    expect(markdown).not.toMatch(ANY_AREA);
    expect(markdown).toContain("`GET /a` | `AWS_IAM` | no | mock | `stack-r` |");
  });

  test("is not lost because Terraform forgets it", () => {
    const role = aRole("r", allow("s3:GetObject", "*"));
    const { markdown, reasons } = review(role, aRole("r"), {
      "aws_iam_role_policy.r": { actions: ["forget"] },
    });
    expect(reasons).toEqual([]);
    expect(markdown).toContain("> - forgotten: policy of a role `own`");
    expect(markdown).not.toContain("| loses |");
    expect(review(role, aRole("r")).markdown).toContain("| loses | role `stack-r` |");
  });

  test("is what it was if only its address moves", () => {
    const [from, to] = ["aws_sqs_queue.a", "aws_sqs_queue.b"];
    const moved = review(
      { [from]: { name: "q" } },
      { [to]: { name: "q" } },
      { [to]: { actions: ["no-op"], previousAddress: from } },
      undefined,
    );
    expect(moved.markdown).toContain(
      `other addresses in Terraform, the same in AWS: \`${from}\` → \`${to}\``,
    );
  });
});

test("routes of for_each and count are at their paths", () => {
  const path = join(__dirname, "..", "..", "fixtures", "plans", "for-each-routes.json.gz");
  const { markdown } = reviewPlan(parsePlan(gunzipSync(readFileSync(path)).toString(), path));
  const routes = [...markdown.matchAll(/^\| \*\*new\*\* \| `([^`]+)`/gm)].map(([, route]) => route);
  expect(routes).toEqual(["PUT /", "GET /c0", "GET /c1", "PUT /c1", "GET /orders", "POST /refunds"]);
});

test("a path that is not known is not the root", () => {
  const method = "aws_api_gateway_method.GET__a_0";
  const { resource_id: _, ...rest } = API[method] as Record<string, unknown>;
  const unknown = {
    unknown: { resource_id: true },
    expressions: { resource_id: { references: ["local.x"] } },
  };
  const { markdown } = review({}, { ...API, [method]: rest }, { [method]: unknown });
  expect(markdown).toContain("`GET /(known after apply)`");
  expect(markdown).not.toContain("`GET /`");
});

describe("a deployment that is not in the plan", () => {
  const STAGE = "aws_api_gateway_stage.stage";
  const serving = (values: object): Resources => ({ ...API, [STAGE]: { ...API[STAGE], ...values } });

  test("has no rows, and is reported", () => {
    const { markdown, reasons } = review(API, serving({ deployment_id: "old123" }));
    expect(reasons[0]).toBe(
      "stage `dev` of API `stack-api` serves deployment `old123`, which is not in the plan: what it asks of callers is not known",
    );
    expect(markdown).not.toContain("| `GET /a` |");
    expect(markdown).not.toMatch(ANY_AREA);
  });

  test("is reported for a canary, with its share", () => {
    const canary = serving({ canary_settings: [{ deployment_id: "old123", percent_traffic: 50 }] });
    expect(review(API, canary).reasons[0]).toMatch(
      /^50 % of stage `dev` of API `stack-api` serves deployment `old123`/,
    );
    expect(review(canary, canary).reasons).toEqual([]);
    const none = serving({ canary_settings: [{ deployment_id: "deployment-1", percent_traffic: 50 }] });
    expect(review(none, none).markdown).not.toContain("is not known");
  });
});

test("a function of another account that answers a route is reported with its account", () => {
  const uri = (account: string) =>
    `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:${account}:function:f/invocations`;
  const answered = (account: string, trigger: string): Resources => {
    const api = anApi(["GET /a AWS_IAM"], trigger);
    const [integration = ""] = Object.keys(api).filter((each) =>
      each.startsWith("aws_api_gateway_integration."),
    );
    return { ...api, [integration]: { ...api[integration], type: "AWS_PROXY", uri: uri(account) } };
  };
  const { markdown, reasons } = review(
    answered("123456789012", "1"),
    answered("999999999999", "2"),
    REDEPLOYED,
  );
  expect(markdown).toContain("~~Lambda `f`~~ **Lambda `f (999999999999, us-east-1)`**");
  expect(reasons.filter((each) => each.startsWith("**another account**, `999999999999`"))).toHaveLength(1);
});

test("a Deny that goes gives nothing by itself", () => {
  const bucket = (Effect: string) => ({
    "aws_s3_bucket_policy.p": {
      bucket: "b",
      policy: policyText({ Effect, Principal: "*", Action: "s3:*", Resource: "arn:aws:s3:::b/*" }),
    },
  });
  const other = { "aws_s3_bucket_policy.p": { bucket: "b", policy: policyText() } };
  const gone = review(bucket("Deny"), other).reasons;
  expect(gone).toEqual([
    "**everyone** is not denied any more `s3:*` **(wildcard)** on resource `aws_s3_bucket_policy.p` `arn:aws:s3:::b/*` **(wildcard)**",
  ]);
  expect(review(other, bucket("Deny")).reasons).toEqual([]);
  expect(review(other, bucket("Allow")).reasons[0]).toMatch(/^\*\*everyone\*\* gains `s3:\*`/);
});

test("other conditions are reported, before and after", () => {
  const trusting = (sub: string) => {
    const Principal = {
      Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
    };
    const Condition = { StringLike: { "token.actions.githubusercontent.com:sub": sub } };
    const trust = { Effect: "Allow", Principal, Action: "sts:AssumeRoleWithWebIdentity", Condition };
    const role = aRole("r")["aws_iam_role.r"];
    return { "aws_iam_role.r": { ...role, assume_role_policy: policyText(trust) } };
  };
  const [reason] = review(trusting("repo:acme/app:ref:main"), trusting("repo:*")).reasons;
  expect(reason).toContain("**if `sub` `repo:*`**, before if `sub` `repo:acme/app:ref:main`");
  expect(review(trusting("repo:*"), trusting("repo:*")).reasons).toEqual([]);
});

test("of conditions, what changes is told, and comes first", () => {
  const trusting = (sub: readonly string[]) => {
    const trust = {
      Effect: "Allow",
      Principal: { Service: "ec2.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: { StringLike: { "a:aud": "sts", "a:sub": sub } },
    };
    return { "aws_iam_role.r": { ...aRole("r")["aws_iam_role.r"], assume_role_policy: policyText(trust) } };
  };
  const known = ["repo:acme/app:pull_request", "repo:acme/app:ref:refs/heads/main"];
  const [reason] = review(trusting(known), trusting([...known, "repo:mallory/app"])).reasons;
  expect(reason).toContain(
    "**if `sub` `repo:mallory/app`, `repo:acme/app:pull_request` and 1 more**, before if `sub`",
  );
  expect(reason).not.toContain("`aud`");
});

test("a function that API Gateway may not call any more needs care while routes lead to it", () => {
  const api = anApi(["GET /a AWS_IAM"]);
  const [integration = ""] = Object.keys(api).filter((each) =>
    each.startsWith("aws_api_gateway_integration."),
  );
  const stack = {
    ...api,
    [integration]: { ...api[integration], type: "AWS_PROXY", uri: "arn:of:f" },
    "aws_lambda_function.f": { function_name: "f", invoke_arn: "arn:of:f" },
  };
  const permission = {
    "aws_lambda_permission.p": {
      function_name: "f",
      principal: "apigateway.amazonaws.com",
      action: "lambda:InvokeFunction",
      source_arn: `${EXECUTION_ARN}/*`,
    },
  };
  const lost = "Lambda `f`: API Gateway may not call it any more, so that its routes answer 500";
  expect(review({ ...stack, ...permission }, stack).reasons).toEqual([lost]);
  expect(review({ ...api, ...permission }, api).reasons).toEqual([]);
});

describe("what is destroyed and still used needs care", () => {
  const arn = "arn:aws:lambda:us-east-1:123456789012:function:f";
  const api = anApi(["GET /a AWS_IAM"]);
  const [integration = ""] = Object.keys(api).filter((each) =>
    each.startsWith("aws_api_gateway_integration."),
  );
  const uri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${arn}/invocations`;
  const routed = { ...api, [integration]: { ...api[integration], type: "AWS_PROXY", uri } };
  const lambda = { "aws_lambda_function.f": { function_name: "f", arn } };
  const topic = { "aws_sns_topic.t": { name: "t", arn: "arn:aws:sns:us-east-1:123456789012:t" } };
  const alarm = (action: string) => ({ "aws_cloudwatch_metric_alarm.a": { alarm_actions: [action] } });

  test("a function, with its routes", () => {
    expect(review({ ...routed, ...lambda }, routed).reasons).toContain(
      "Lambda `f` is destroyed, and still answers `GET /a`, which fail then",
    );
  });

  test("anything else, with what has its ARN", () => {
    const used = alarm("arn:aws:sns:us-east-1:123456789012:t");
    expect(review({ ...topic, ...used }, used).reasons).toContain(
      "topic `t` is destroyed, and `aws_cloudwatch_metric_alarm.a` still uses it",
    );
  });

  test.each<{ name: string; before: Resources; after: Resources }>([
    { name: "nothing has its ARN", before: { ...api, ...lambda }, after: api },
    {
      name: "another one has an ARN that begins like it",
      before: { ...topic, ...alarm("arn:aws:sns:us-east-1:123456789012:t2") },
      after: alarm("arn:aws:sns:us-east-1:123456789012:t2"),
    },
    {
      name: "it is made again at another address",
      before: { ...routed, ...lambda },
      after: { ...routed, "aws_lambda_function.g": { function_name: "f", arn } },
    },
    {
      name: "a policy names it",
      before: { ...topic, ...aRole("r", allow("sns:Publish", "arn:aws:sns:us-east-1:123456789012:t")) },
      after: aRole("r", allow("sns:Publish", "arn:aws:sns:us-east-1:123456789012:t")),
    },
  ])("but not if $name", ({ before, after }) => {
    expect(review(before, after).markdown).not.toMatch(/is destroyed, and .*(still uses|still answers)/);
  });
});

test("new functions with roles that were there are one reason, in which what is wide comes first", () => {
  const roles = {
    ...aRole("a", allow("logs:CreateLogStream", "*")),
    ...aRole("b", allow(["s3:GetObject", "iam:PassRole", "dynamodb:*"], "*")),
  };
  const functions = Object.fromEntries(
    ["a", "b"].map((name) => [
      `aws_lambda_function.${name}`,
      { function_name: name, role: roles[`aws_iam_role.${name}`]?.["arn"] },
    ]),
  );
  expect(review(roles, { ...roles, ...functions }).reasons).toEqual([
    "2 new Lambdas run with roles that were there before, `a` (`stack-a`), `b` (`stack-b`): they gain `iam:PassRole`, `dynamodb:*`, `logs:CreateLogStream` and 1 more",
  ]);
  const [one] = Object.entries(functions);
  const single = review(roles, { ...roles, ...(one && { [one[0]]: one[1] }) }).reasons;
  expect(single).toEqual([
    "Lambda `a` runs with role `stack-a`, which was there before: it gains `logs:CreateLogStream`",
  ]);
});

describe("what is paid by the hour", () => {
  const table = (write_capacity: number): Resources => ({
    "aws_dynamodb_table.t": { name: "t", billing_mode: "PROVISIONED", read_capacity: 5, write_capacity },
  });

  test("has its price in a month, with the region of the price", () => {
    expect(review(table(5), table(20_000)).reasons).toEqual([
      "table `t`: it is paid by the hour (`write_capacity` `5` → `20000`, about 9,490 USD a month in us-east-1)",
    ]);
    expect(review(table(20_000), table(5)).reasons).toEqual([]);
  });

  test("needs care also if it is new, unless it is cheap", () => {
    expect(review({}, table(20_000)).reasons).toEqual([
      "new table `t`: it is paid by the hour (`write_capacity` `20000`, about 9,490 USD a month in us-east-1)",
    ]);
    expect(review({}, table(5)).reasons).toEqual([]);
  });

  test.each([
    [
      "aws_lambda_provisioned_concurrency_config",
      { function_name: "f", provisioned_concurrent_executions: 50 },
      "`provisioned_concurrent_executions` `50`, about 548 USD a month for each GB of the function's memory in us-east-1",
    ],
    [
      "aws_appautoscaling_target",
      { scalable_dimension: "dynamodb:table:WriteCapacityUnits", max_capacity: 40_000 },
      "`max_capacity` `40000`, about 18,980 USD a month in us-east-1",
    ],
    [
      "aws_api_gateway_stage",
      { stage_name: "prod", cache_cluster_enabled: true, cache_cluster_size: "237" },
      "`cache_cluster_size` `237`, about 2,774 USD a month in us-east-1",
    ],
  ])("%s has a price", (type, values, figure) => {
    expect(review({}, { [`${type}.x`]: values }).reasons.join("\n")).toContain(`(${figure})`);
  });

  test("has no price where AWS's is not known here", () => {
    const scaled = { scalable_dimension: "ecs:service:DesiredCount", max_capacity: 40_000 };
    const { markdown } = review({}, { "aws_appautoscaling_target.x": scaled });
    expect(markdown).not.toContain("USD");
  });
});

describe("limits", () => {
  const plan = (limit: number, period = "DAY") => ({
    "aws_api_gateway_usage_plan.p": { name: "p", quota_settings: [{ limit, period }] },
  });
  test("of which more than ten times as much is let through need care", () => {
    expect(review(plan(10), plan(1_000)).reasons).toEqual(["plan `p` has 100 times its former quota"]);
    expect(review(plan(10), plan(100)).reasons).toEqual([]);
    expect(review(plan(700, "WEEK"), plan(700, "DAY")).reasons).toEqual([]);
    expect(review(plan(700, "MONTH"), plan(700, "DAY")).reasons).toHaveLength(1);
  });
});

describe("weight", () => {
  test("a replaced table comes before a thousand public mocks", () => {
    const table = { "aws_dynamodb_table.t": { name: "t" } };
    const opened = anApi(Array.from({ length: 300 }, (_, index) => `GET /r${index}`));
    const { reasons } = review(table, opened);
    expect(reasons[0]).toBe("table `t` is destroyed: its items are lost");
    expect(reasons.length).toBeGreaterThan(10);
  });

  test("a preflight that a mock answers is no reason", () => {
    expect(review({}, anApi(["OPTIONS /a"])).reasons).toEqual([]);
    expect(review({}, anApi(["GET /a"])).reasons).toEqual(["`GET /a` is new and is public"]);
  });
});

test("what is the same in several resources is one reason", () => {
  const alarms = (threshold: number) =>
    Object.fromEntries(
      ["a", "b"].map((name) => [`aws_cloudwatch_metric_alarm.${name}`, { alarm_name: name, threshold }]),
    );
  expect(review(alarms(1), alarms(9)).reasons).toEqual([
    "alarm `a`, `b`: it goes off at another value (`threshold` `1` → `9`)",
  ]);
});

test("nothing reassures while something is not judged", () => {
  const { markdown } = review({ "aws_new_service.s": { a: 1 } }, { "aws_new_service.s": { a: 2 } });
  expect(markdown).toMatch(/^## Plan review: changes · not judged: 1 · ~1$/m);
  expect(markdown).toContain("> - `aws_new_service.s`: `a`");
  expect(markdown).not.toMatch(ANY_AREA);
  expect(
    review({ "aws_sns_topic.t": { signature_version: 1 } }, { "aws_sns_topic.t": { signature_version: 2 } })
      .markdown,
  ).toMatch(ANY_AREA);
});

test("tags need care if a policy asks for them, and are a text for people if none does", () => {
  const queue = (team: string) => ({ "aws_sqs_queue.q": { name: "q", tags: { team } } });
  const role = aRole("r", allow("sqs:*", "*"));
  const byTag = aRole("r", {
    ...allow("sqs:*", "*"),
    Condition: { StringEquals: { "aws:ResourceTag/team": "a" } },
  });
  expect(review({ ...role, ...queue("a") }, { ...role, ...queue("b") }).reasons).toEqual([]);
  expect(review({ ...byTag, ...queue("a") }, { ...byTag, ...queue("b") }).reasons).toEqual([
    "queue `q`: policies of the stack ask for tags, which change (`tags.team` `a` → `b`)",
  ]);
});

test("a URL of a function that leads to another host needs care", () => {
  const calling = (url: string) => ({
    "aws_lambda_function.f": { function_name: "f", environment: [{ variables: { API: url } }] },
  });
  const elsewhere = review(calling("https://a.example/x"), calling("https://b.example/x")).reasons;
  expect(elsewhere).toEqual([
    "Lambda `f`: what it calls, and what it sends there, is elsewhere (`environment.variables.API` `https://a.example/x` → `https://b.example/x`)",
  ]);
  expect(review(calling("https://a.example/x"), calling("https://a.example/y")).reasons).toEqual([]);
});

describe("what reviews of other people's plans said, and was not so", () => {
  const MADE = "aws_lambda_function.f";
  const lambda = (values: object) => review({}, { [MADE]: { function_name: "f", ...values } });

  test.each([
    ["python3.8", true],
    ["python3.9", true],
    ["python3.13", false],
    ["nodejs18.x", true],
    ["nodejs24.x", false],
    ["java8", true],
    ["java8.al2", false],
  ])("runtime %s gets no security updates: %p", (runtime, isOld) => {
    expect(lambda({ runtime }).reasons.join().includes("no security updates")).toBe(isOld);
  });

  test("an account is another one only if the stack's is known", () => {
    const topic = { "aws_x.y": { to: "arn:aws:sns:us-east-1:999999999999:t" } };
    expect(review({}, topic).reasons[0]).toMatch(/^account `999999999999` appears .+; the plan does not say/);
    const known = { "aws_sqs_queue.q": { name: "q", arn: "arn:aws:sqs:us-east-1:123456789012:q" } };
    expect(review(known, { ...known, ...topic }).reasons[0]).toMatch(
      /^\*\*another account\*\*, `999999999999`/,
    );
  });

  test("the policy of a lifecycle gives no access", () => {
    const policy = JSON.stringify({ rules: [{ rulePriority: 1 }] });
    const made = review({}, { "aws_ecr_lifecycle_policy.p": { repository: "r", policy } });
    expect(made.markdown).not.toContain("may gain");
    const access = review({}, { "aws_ecr_repository_policy.p": { repository: "r", policy } });
    expect(access.markdown).toContain("may gain");
  });

  test("of a permission whose source AWS assigns, who gets it is known", () => {
    const permission = {
      function_name: "f",
      principal: "apigateway.amazonaws.com",
      action: "lambda:InvokeFunction",
    };
    const { markdown } = review(
      {},
      { [MADE]: { function_name: "f" }, "aws_lambda_permission.p": permission },
      {
        "aws_lambda_permission.p": {
          unknown: { source_arn: true },
          expressions: { source_arn: { references: ["aws_s3_bucket.b.arn", "aws_s3_bucket.b"] } },
        },
      },
    );
    expect(markdown).toContain("`apigateway.amazonaws.com` | `lambda:InvokeFunction` on function `f`");
    expect(markdown).toContain("a source that is known after apply");
    expect(markdown).not.toContain("somebody");
  });

  test("new settings of methods lose no throttle, and are not all called by the name of their stage", () => {
    const settings = (path: string) => ({
      rest_api_id: "api",
      stage_name: "v1",
      method_path: path,
      settings: [{ throttling_rate_limit: -1, throttling_burst_limit: -1, caching_enabled: true }],
    });
    const { reasons } = review(API, {
      ...API,
      "aws_api_gateway_method_settings.one": settings("a/GET"),
      "aws_api_gateway_method_settings.two": settings("b/GET"),
    });
    expect(reasons).toContain("stage `v1` `a/GET` has no throttle");
    expect(reasons.join()).toContain(
      "new settings of methods `aws_api_gateway_method_settings.one`, `aws_api_gateway_method_settings.two`: answers are cached",
    );
  });

  test("a role that is known after apply was not there before", () => {
    const { reasons } = review(
      {},
      { [MADE]: { function_name: "f" } },
      { [MADE]: { unknown: { role: true }, expressions: { role: { references: ["var.role"] } } } },
    );
    expect(reasons).toEqual([
      "Lambda `f` runs with a role that is known after apply: what it may do is not known",
    ]);
  });

  test("a plan that only moves addresses changes something", () => {
    const queue = { name: "q" };
    const [from, to] = ["aws_sqs_queue.a", "aws_sqs_queue.b"];
    const change = { actions: ["no-op"], before: queue, after: queue, after_unknown: {} };
    const moved = { address: to, previous_address: from, mode: "managed", type: "aws_sqs_queue", change };
    const { verdict, markdown } = review(
      { [from]: queue },
      { [to]: queue },
      {},
      { resource_changes: [moved] },
    );
    expect([verdict, markdown.split("\n")[0]]).toEqual(["changes", "## Plan review: changes · moved: 1"]);
  });
});
