import type { OneOrMany } from "#iam/policy";
import { reviewPlan } from "#plan-review/review";
import { reasonsIn } from "../../support/review-text";
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

const ACCOUNT = "123456789012";
const TABLE = `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/products`;

/** The reasons for care, and the table of permissions without its head. */
function review(before: Resources, after: Resources, details: Readonly<Record<string, ChangeDetails>> = {}) {
  const { markdown } = reviewPlan(planBetween(before, after, { ...REDEPLOYED, ...details }));
  const [, permissions = ""] = markdown.split("### Permissions");
  const [table = ""] = permissions.split("### ");
  return { reasons: reasonsIn(markdown), rows: table.split("\n").filter((line) => /^\| [*l]/.test(line)) };
}

const gains = (action: string, on: string) =>
  `| **gains** | role \`stack-r\` | ${action} on ${on} | \`stack-r/own\` |`;
const loses = (action: string, on: string) =>
  `| loses | role \`stack-r\` | ${action} on ${on} | \`stack-r/own\` |`;

describe("what a role may do more needs care", () => {
  test.each([
    {
      name: "another action",
      from: [allow("dynamodb:GetItem", TABLE)],
      to: [allow(["dynamodb:GetItem", "dynamodb:PutItem"], TABLE)],
      row: gains("`dynamodb:PutItem`", `\`table/products\``),
    },
    {
      name: "any action",
      from: [allow("dynamodb:GetItem", TABLE)],
      to: [allow("dynamodb:*", TABLE)],
      row: gains("`dynamodb:*` **(wildcard)**", `\`table/products\``),
    },
    {
      name: "any resource",
      from: [allow("dynamodb:GetItem", TABLE)],
      to: [allow("dynamodb:GetItem", "*")],
      row: gains("`dynamodb:GetItem`", "`*` **(wildcard)**"),
    },
    {
      name: "a wider pattern",
      from: [allow("dynamodb:GetItem", `${TABLE}?`)],
      to: [allow("dynamodb:GetItem", `${TABLE}*`)],
      row: gains("`dynamodb:GetItem`", "`table/products*` **(wildcard)**"),
    },
    {
      name: "what a Deny took away",
      from: [allow("dynamodb:GetItem", TABLE), { ...allow("dynamodb:*", "*"), Effect: "Deny" }],
      to: [allow("dynamodb:GetItem", TABLE)],
      row: gains("`dynamodb:GetItem`", `\`table/products\``),
    },
    {
      name: "everything but something",
      from: [allow("dynamodb:GetItem", TABLE)],
      to: [allow("dynamodb:GetItem", TABLE), { Effect: "Allow", NotAction: "iam:*", Resource: "*" }],
      row: gains("`everything but iam:*` **(wildcard)**", "`*` **(wildcard)**"),
    },
    {
      name: "what depends on the caller",
      from: [allow("dynamodb:GetItem", TABLE)],
      to: [allow("dynamodb:GetItem", TABLE), allow("s3:GetObject", "arn:aws:s3:::b/${aws:username}/*")],
      row: gains("`s3:GetObject`", "`arn:aws:s3:::b/${aws:username}/*` **(wildcard)**"),
    },
  ])("$name", ({ from, to, row }) => {
    const { reasons, rows } = review(aRole("r", ...from), aRole("r", ...to));
    expect(rows).toContain(row);
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toMatch(/^role `stack-r` gains /);
  });

  test("is in one row, whatever it is on", () => {
    const items = ["dynamodb:GetItem", "dynamodb:PutItem"];
    const { rows } = review(
      { ...aRole("r"), ...aRole("s", allow("s3:GetObject", "*")) },
      {
        ...aRole("r", allow(items, TABLE), allow(items, `${TABLE}2`), allow("s3:GetObject", "*")),
        ...aRole("s"),
      },
    );
    expect(rows).toEqual([
      "| **gains** | role `r` | `dynamodb:GetItem`, `dynamodb:PutItem` on `table/products`, `table/products2`<br>`s3:GetObject` on `*` **(wildcard)** | `r/own` |",
      "| loses | role `s` | `s3:GetObject` on `*` **(wildcard)** | `s/own` |",
    ]);
  });

  test("with other conditions", () => {
    const within = (range: string) => ({
      ...allow("dynamodb:GetItem", TABLE),
      Condition: { IpAddress: { "aws:SourceIp": range } },
    });
    const { reasons, rows } = review(
      aRole("r", within("203.0.113.7/32")),
      aRole("r", within("203.0.113.0/24")),
    );
    expect(reasons).toEqual([`role \`stack-r\` gains \`dynamodb:GetItem\` on \`table/products\``]);
    expect(rows).toEqual([
      `| **gains** | role \`stack-r\` | \`dynamodb:GetItem\` on \`table/products\` | \`stack-r/own\` (with conditions) |`,
    ]);
  });

  test("without its permissions boundary", () => {
    const boundary = {
      "aws_iam_policy.b": {
        name: "stack-b",
        arn: `arn:aws:iam::${ACCOUNT}:policy/b`,
        policy: policyText(allow("s3:*", "*")),
      },
    };
    const role = aRole("r", allow("dynamodb:GetItem", TABLE));
    const bound = {
      ...role,
      "aws_iam_role.r": {
        ...role["aws_iam_role.r"],
        permissions_boundary: `arn:aws:iam::${ACCOUNT}:policy/b`,
      },
    };
    expect(review({ ...bound, ...boundary }, { ...role, ...boundary }).reasons).toEqual([
      `role \`stack-r\` gains \`dynamodb:GetItem\` on \`table/products\``,
      "role `stack-r`: another permissions boundary holds it, or none (`permissions_boundary` `arn:aws:iam::123456789012:policy/b` → none)",
    ]);
    expect(review({ ...role, ...boundary }, { ...bound, ...boundary }).reasons).toEqual([]);
  });

  describe("within its permissions boundary", () => {
    const ITEMS = `${TABLE.replace("products", "stack-")}*`;
    /** A role whose policy allows one thing, and whose boundary another. */
    const held = (own: readonly [OneOrMany<string>, string], most: readonly [OneOrMany<string>, string]) => {
      const role = aRole("r", allow(...own));
      const arn = `arn:aws:iam::${ACCOUNT}:policy/most`;
      return {
        ...role,
        "aws_iam_role.r": { ...role["aws_iam_role.r"], permissions_boundary: arn },
        "aws_iam_policy.most": { name: "most", arn, policy: policyText(allow(...most)) },
      };
    };
    const GET = ["dynamodb:GetItem", `${TABLE.replace("products", "stack-a")}`] as const;
    const READ_ITEMS = [["dynamodb:GetItem", "dynamodb:PutItem"], ITEMS] as const;

    test.each<{
      name: string;
      own: readonly [OneOrMany<string>, string];
      most?: readonly [OneOrMany<string>, string];
      gained: string[];
    }>([
      {
        name: "what all of it is in",
        own: ["dynamodb:PutItem", GET[1]],
        gained: ["`dynamodb:PutItem` on `table/stack-a`"],
      },
      {
        name: "what some of it is in",
        own: ["dynamodb:*", "*"],
        gained: ["`dynamodb:*` **(wildcard)** on `*` **(wildcard)**"],
      },
      {
        name: "what some of it is in, by the middle",
        own: ["DynamoDB:GetItem", "arn:aws:dynamodb:*:table/stack-?"],
        gained: ["`DynamoDB:GetItem` on `arn:aws:dynamodb:*:table/stack-?` **(wildcard)**"],
      },
      { name: "what none of it is in, by the action", own: ["dynamodb:Scan", ITEMS], gained: [] },
      { name: "what none of it is in, by the resource", own: ["dynamodb:GetItem", `${TABLE}*`], gained: [] },
      { name: "nothing, but a wider boundary", own: GET, most: ["dynamodb:*", "*"], gained: [] },
    ])("$name", ({ own, most = READ_ITEMS, gained }) => {
      const reasons = gained.map((each) => `role \`stack-r\` gains ${each}`);
      expect(review(held(GET, READ_ITEMS), held(own, most)).reasons).toEqual(reasons);
    });

    test("by a boundary that leaves more of what it has", () => {
      const wide = ["dynamodb:*", "*"] as const;
      const { reasons } = review(held(wide, READ_ITEMS), held(wide, ["dynamodb:*", ITEMS]));
      expect(reasons).toEqual(["role `stack-r` gains `dynamodb:*` **(wildcard)** on `*` **(wildcard)**"]);
      expect(review(held(wide, READ_ITEMS), held(wide, READ_ITEMS)).reasons).toEqual([]);
    });
  });

  const attach = (name: string) => ({
    "aws_iam_role_policy_attachment.a": { role: "stack-r", policy_arn: `arn:aws:iam::aws:policy/${name}` },
  });

  test("by a policy of AWS that is attached, as AWS has published it", () => {
    const { reasons } = review(aRole("r"), { ...aRole("r"), ...attach("AdministratorAccess") });
    expect(reasons).toEqual(["role `stack-r` gains `*` **(wildcard)** on `*` **(wildcard)**"]);
  });

  test("by a policy that only the attachments of a role name", () => {
    const only = (...names: readonly string[]) => ({
      "aws_iam_role_policy_attachments_exclusive.a": {
        role_name: "stack-r",
        policy_arns: names.map((name) => `arn:aws:iam::aws:policy/${name}`),
      },
    });
    const both = [only("AdministratorAccess"), only()].map((each) => ({ ...aRole("r"), ...each }));
    const [wide = {}, none = {}] = both;
    expect(review(none, wide).reasons).toEqual([
      "role `stack-r` gains `*` **(wildcard)** on `*` **(wildcard)**",
    ]);
    expect(review(wide, wide).reasons).toEqual([]);
  });

  test("by a policy that is attached and not in the plan", () => {
    const attached = attach("SomethingElse");
    const { reasons, rows } = review(aRole("r"), { ...aRole("r"), ...attached });
    expect(reasons).toEqual(["role `stack-r` may gain what `SomethingElse` allows (not in the plan)"]);
    expect(rows).toEqual([
      "| **may gain** | role `stack-r` | what `SomethingElse` allows (not in the plan) | `SomethingElse` |",
    ]);
    expect(review({ ...aRole("r"), ...attached }, aRole("r")).reasons).toEqual([]);
  });

  test("where a new one may do something to what was there", () => {
    const { reasons } = review({}, aRole("r", allow("dynamodb:GetItem", TABLE)));
    expect(reasons).toEqual([`role \`stack-r\` gains \`dynamodb:GetItem\` on \`table/products\``]);
  });

  test("by a policy that is not understood", () => {
    const after = aRole("r", { Effect: "Maybe", Action: "*", Resource: "*" });
    expect(review(aRole("r"), after).reasons).toEqual([
      "role `stack-r` may gain what `stack-r/own` allows (not understood)",
    ]);
  });

  test("by a policy that is too large to be compared", () => {
    const names = Array.from({ length: 1_500 }, (_, index) => String(index));
    const large = allow(
      names.map((name) => `a:B${name}`),
      names.map((name) => `arn:aws:x:::${name}`),
    );
    expect(review(aRole("r"), aRole("r", large)).reasons).toEqual([
      "role `stack-r` may gain what `stack-r/own` allows (too much to compare)",
    ]);
    expect(review(aRole("r"), aRole("r", large, large, large)).reasons).toEqual([
      "role `stack-r` may gain what `stack-r/own` allows (longer than AWS takes)",
    ]);
  });

  test("as any holder of a managed policy that none in the stack has", () => {
    const managed = (resource: string) => ({
      "aws_iam_policy.p": {
        name: "stack-p",
        arn: `arn:aws:iam::${ACCOUNT}:policy/p`,
        policy: policyText(allow("s3:GetObject", resource)),
      },
    });
    expect(review(managed("arn:aws:s3:::b/a"), managed("arn:aws:s3:::b/*")).reasons).toEqual([
      "everyone with policy `stack-p` gains `s3:GetObject` on `arn:aws:s3:::b/*` **(wildcard)**",
    ]);
  });

  test("as a user, and as a group", () => {
    const policies = (resource: string) => ({
      "aws_iam_user.u": { name: "ann", arn: `arn:aws:iam::${ACCOUNT}:user/ann` },
      "aws_iam_user_policy.u": {
        user: "ann",
        name: "own",
        policy: policyText(allow("s3:GetObject", resource)),
      },
      "aws_iam_group.g": { name: "staff", arn: `arn:aws:iam::${ACCOUNT}:group/staff` },
      "aws_iam_group_policy.g": {
        group: "staff",
        name: "own",
        policy: policyText(allow("s3:GetObject", resource)),
      },
    });
    expect(review(policies("arn:aws:s3:::b/a"), policies("*")).reasons).toEqual([
      "user `ann` gains `s3:GetObject` on `*` **(wildcard)**",
      "group `staff` gains `s3:GetObject` on `*` **(wildcard)**",
    ]);
  });
});

describe("what takes nothing from anyone needs none", () => {
  test.each([
    {
      name: "the same, written otherwise",
      from: [allow(["a:B", "a:C"], TABLE)],
      to: [allow("a:C", TABLE), allow("a:B", [TABLE])],
    },
    {
      name: "what a pattern covered already",
      from: [allow("a:*", "*")],
      to: [allow("a:*", "*"), allow("a:B", TABLE)],
    },
    {
      name: "what a Deny takes away",
      from: [{ ...allow("a:*", "*"), Effect: "Deny" }],
      to: [{ ...allow("a:*", "*"), Effect: "Deny" }, allow("a:B", TABLE)],
    },
  ])("$name", ({ from, to }) => {
    expect(review(aRole("r", ...from), aRole("r", ...to))).toEqual({ reasons: [], rows: [] });
  });

  test("less than before, which is reported", () => {
    const before = aRole("r", allow(["dynamodb:GetItem", "dynamodb:PutItem"], TABLE));
    expect(review(before, aRole("r", allow("dynamodb:GetItem", TABLE)))).toEqual({
      reasons: [],
      rows: [loses("`dynamodb:PutItem`", `\`table/products\``)],
    });
  });

  test("a narrower pattern, which is reported", () => {
    const { reasons, rows } = review(aRole("r", allow("a:B", "*")), aRole("r", allow("a:B", TABLE)));
    expect({ reasons, rows }).toEqual({ reasons: [], rows: [loses("`a:B`", "`*` **(wildcard)**")] });
  });

  test("access to a resource that is made, and to what is in it", () => {
    const arn = `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:/new`;
    const group = { "aws_cloudwatch_log_group.g": { name: "/new" } };
    const details = { "aws_cloudwatch_log_group.g": { unknown: { arn: true, id: true } } };
    const before = aRole("r", allow("a:B", TABLE));
    const after = { ...aRole("r", allow("a:B", TABLE), allow("logs:PutLogEvents", `${arn}:*`)), ...group };
    expect(review(before, after, details)).toEqual({
      reasons: [],
      rows: [gains("`logs:PutLogEvents`", "`log-group:/new:*` **(wildcard)**")],
    });
    const wider = { ...aRole("r", allow("a:B", TABLE), allow("logs:PutLogEvents", `${arn}*`)), ...group };
    expect(review(before, wider, details).reasons).toHaveLength(1);
  });

  test("invoking routes that are new, and no others", () => {
    const invoke = (...tails: string[]) =>
      allow(
        "execute-api:Invoke",
        tails.map((tail) => `${EXECUTION_ARN}/dev/${tail}`),
      );
    const before = { ...anApi(["GET /a AWS_IAM"]), ...aRole("r", invoke("GET/x")) };
    const with_ = (...tails: string[]) => ({
      ...anApi(["GET /a AWS_IAM", "GET /b/{x} AWS_IAM"], "2"),
      ...aRole("r", invoke("GET/x", ...tails)),
    });
    expect(review(before, with_("GET/b/*")).reasons).toEqual([]);
    expect(review(before, with_("GET/*")).reasons).toHaveLength(1);
    expect(review(before, with_("GET/a")).reasons).toHaveLength(1);
    expect(review(before, with_("GET/c")).reasons).toHaveLength(1);
  });
});

describe("policies of resources", () => {
  const trusting = (...statements: object[]) => {
    const role = aRole("r");
    return { "aws_iam_role.r": { ...role["aws_iam_role.r"], assume_role_policy: policyText(...statements) } };
  };
  const assume = (Principal: unknown, more = {}) => ({
    Effect: "Allow",
    Principal,
    Action: "sts:AssumeRole",
    ...more,
  });
  const own = { AWS: `arn:aws:iam::${ACCOUNT}:role/a` };

  test.each([
    { name: "everyone", to: assume("*"), who: "**everyone**" },
    {
      name: "another role",
      to: assume({ AWS: [own.AWS, `arn:aws:iam::${ACCOUNT}:role/b`] }),
      who: "`role/b`",
    },
    { name: "a service", to: assume({ Service: "ec2.amazonaws.com" }), who: "`ec2.amazonaws.com`" },
    {
      name: "all principals in its account",
      to: assume({ AWS: `arn:aws:iam::${ACCOUNT}:root` }),
      who: `account \`${ACCOUNT}\``,
    },
    {
      name: "all principals in another account",
      to: assume({ AWS: "999999999999" }),
      who: "account `999999999999` **(another account)**",
    },
    {
      name: "a role of another account",
      to: assume({ AWS: "arn:aws:iam::999999999999:role/b" }),
      who: "`arn:aws:iam::999999999999:role/b` **(another account)**",
    },
    {
      name: "everyone but one",
      to: { Effect: "Allow", NotPrincipal: own, Action: "sts:AssumeRole" },
      who: `\`everyone but ${own.AWS}\``,
    },
    {
      name: "without its condition",
      to: assume(own),
      from: assume(own, { Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } }),
      who: "`role/a`",
      conditions: " **without conditions**, before if `MultiFactorAuthPresent` `true`",
    },
  ])("a role that $name may assume needs care", ({ from = assume(own), to, who, conditions = "" }) => {
    const { reasons, rows } = review(trusting(from), trusting(to));
    expect(reasons).toEqual([`${who} gains \`sts:AssumeRole\` on role \`stack-r\`${conditions}`]);
    expect(rows[0]).toBe(
      `| **gains** | ${who} | \`sts:AssumeRole\` on role \`stack-r\` |${conditions === "" ? " –" : conditions} |`,
    );
  });

  test("what everyone gains comes first, and the same on several in one phrase", () => {
    const trusted = (principal: unknown): Resources =>
      Object.fromEntries(
        ["r", "s"].map((name) => [
          `aws_iam_role.${name}`,
          { ...aRole(name)[`aws_iam_role.${name}`], assume_role_policy: policyText(assume(principal)) },
        ]),
      );
    const other = { AWS: `arn:aws:iam::${ACCOUNT}:role/b` };
    const before = trusted(own);
    const after = {
      ...trusted("*"),
      ...aRole("a", allow("s3:GetObject", "*")),
      "aws_iam_role.t": { ...aRole("t")["aws_iam_role.t"], assume_role_policy: policyText(assume(other)) },
    };
    expect(review({ ...before, ...aRole("a"), ...aRole("t") }, after).reasons).toEqual([
      "**everyone** gains `sts:AssumeRole` on role `r`, role `s`",
      "role `a` gains `s3:GetObject` on `*` **(wildcard)**",
      `\`role/b\` gains \`sts:AssumeRole\` on role \`t\``,
    ]);
  });

  test("a Deny that is taken away needs care, one that is added does not", () => {
    const deny = { ...assume(own), Effect: "Deny" };
    expect(review(trusting(assume("*"), deny), trusting(assume("*"))).reasons).toHaveLength(1);
    expect(review(trusting(assume("*")), trusting(assume("*"), deny)).reasons).toEqual([]);
  });

  test.each([
    { name: "its own account", principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, care: 0 },
    { name: "a service", principal: { Service: "lambda.amazonaws.com" }, care: 0 },
    { name: "another account", principal: { AWS: "arn:aws:iam::999999999999:root" }, care: 1 },
    { name: "another account by its number", principal: { AWS: "999999999999" }, care: 1 },
    { name: "everyone", principal: "*", care: 1 },
  ])("a new role for $name: $care reasons", ({ principal, care }) => {
    expect(review({}, trusting(assume(principal))).reasons).toHaveLength(care);
  });

  const permission = (source: string | undefined, more = {}) => ({
    "aws_lambda_function.f": {
      function_name: "stack-f",
      arn: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:stack-f`,
    },
    "aws_lambda_permission.p": {
      function_name: "stack-f",
      action: "lambda:InvokeFunction",
      principal: "apigateway.amazonaws.com",
      source_arn: source,
      ...more,
    },
  });

  test.each([
    { name: "from a new route", source: `${EXECUTION_ARN}/dev/GET/b`, reasons: [] },
    {
      name: "from a route that was there",
      source: `${EXECUTION_ARN}/dev/GET/a`,
      reasons: [
        `\`apigateway.amazonaws.com\` gains \`lambda:InvokeFunction\` on function \`stack-f\` from \`abc123/dev/GET/a\``,
      ],
    },
    {
      name: "from any route",
      source: `${EXECUTION_ARN}/*`,
      reasons: [
        `\`apigateway.amazonaws.com\` gains \`lambda:InvokeFunction\` on function \`stack-f\` from \`abc123/*\` **(wildcard)**`,
      ],
    },
    {
      name: "from anywhere",
      source: undefined,
      reasons: [
        "`apigateway.amazonaws.com` gains `lambda:InvokeFunction` on function `stack-f` from `any source`",
      ],
    },
  ])("a function that is invoked $name", ({ source, reasons }) => {
    const before = { ...anApi(["GET /a AWS_IAM"]), ...permission(`${EXECUTION_ARN}/dev/GET/x`) };
    const after = { ...anApi(["GET /a AWS_IAM", "GET /b AWS_IAM"], "2"), ...permission(source) };
    expect(review(before, after).reasons).toEqual(reasons);
  });

  test("a bucket's policy, of which nothing more is understood, is compared too", () => {
    const bucket = (...statements: object[]) => ({
      "aws_s3_bucket_policy.b": { bucket: "b", policy: policyText(...statements) },
    });
    const read = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*" };
    expect(review(bucket(), bucket(read)).reasons).toEqual([
      "**everyone** gains `s3:GetObject` on resource `aws_s3_bucket_policy.b` `arn:aws:s3:::b/*` **(wildcard)**",
    ]);
    expect(review(bucket(read), bucket(read)).reasons).toEqual([]);
  });

  test("a policy that cannot be read needs care", () => {
    const bucket = (policy: string) => ({ "aws_s3_bucket_policy.b": { bucket: "b", policy } });
    const reason =
      "an unknown principal may gain what the policy of resource `aws_s3_bucket_policy.b` allows (not understood)";
    expect(review(bucket(policyText()), bucket("no JSON")).reasons).toEqual([reason]);
  });
});
