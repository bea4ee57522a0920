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

function review(before: Resources, after: Resources, details: Readonly<Record<string, ChangeDetails>> = {}) {
  const { markdown } = reviewPlan(planBetween(before, after, { ...REDEPLOYED, ...details }));
  return { markdown, reasons: reasonsIn(markdown) };
}

/** The rows of the matrix that name a route. */
function rowsOf(markdown: string, route: string): string[] {
  return markdown.split("\n").filter((line) => line.startsWith("|") && line.includes(`| \`${route}\` |`));
}

describe("a route that loses a gate needs care", () => {
  test.each([
    {
      name: "its signature",
      from: ["GET /a AWS_IAM"],
      to: ["GET /a"],
      reason: "`GET /a` loses its signature (`AWS_IAM` → `NONE`) and becomes public",
    },
    {
      name: "its signature, though a key stays",
      from: ["GET /a AWS_IAM key"],
      to: ["GET /a NONE key"],
      reason: "`GET /a` loses its signature (`AWS_IAM` → `NONE`)",
    },
    {
      name: "its key",
      from: ["GET /a AWS_IAM key"],
      to: ["GET /a AWS_IAM"],
      reason: "`GET /a` needs no API key any more",
    },
    {
      name: "its key, without a signature",
      from: ["GET /a NONE key"],
      to: ["GET /a"],
      reason: "`GET /a` needs no API key any more and becomes public",
    },
    {
      name: "both",
      from: ["GET /a AWS_IAM key"],
      to: ["GET /a"],
      reason:
        "`GET /a` loses its signature (`AWS_IAM` → `NONE`) and needs no API key any more and becomes public",
    },
    {
      name: "its authorizer",
      from: ["GET /a CUSTOM"],
      to: ["GET /a"],
      reason: "`GET /a` loses its authorizer (`CUSTOM` → `NONE`) and becomes public",
    },
    {
      name: "its authorization, for another",
      from: ["GET /a AWS_IAM"],
      to: ["GET /a CUSTOM"],
      reason: "`GET /a` exchanges its authorization (`AWS_IAM` → `CUSTOM`)",
    },
    {
      name: "nothing, but it is new and public",
      from: [],
      to: ["GET /a"],
      reason: "`GET /a` is new and is public",
    },
    {
      name: "itself, to one for any path",
      from: ["GET /a AWS_IAM", "GET /{x}"],
      to: ["GET /{x}"],
      reason:
        "`GET /a` is gone: its requests reach `GET /{x}`, which loses its signature (`AWS_IAM` → `NONE`) and becomes public",
    },
    {
      name: "itself, to one for any method",
      from: ["GET /a AWS_IAM", "ANY /a"],
      to: ["ANY /a"],
      reason:
        "`GET /a` is gone: its requests reach `ANY /a`, which loses its signature (`AWS_IAM` → `NONE`) and becomes public",
    },
    {
      name: "what covered it, to a route of its own",
      from: ["ANY /{proxy+} AWS_IAM"],
      to: ["ANY /{proxy+} AWS_IAM", "GET /a/b NONE key"],
      reason: "`GET /a/b` takes over from `ANY /{proxy+}` and loses its signature (`AWS_IAM` → `NONE`)",
    },
  ])("$name", ({ from, to, reason }) => {
    expect(review(anApi(from), anApi(to, "2")).reasons).toEqual([reason]);
  });
});

describe("a route that keeps its gates needs none", () => {
  test.each([
    { name: "it gains a signature", from: ["GET /a"], to: ["GET /a AWS_IAM"] },
    { name: "it gains a key", from: ["GET /a AWS_IAM"], to: ["GET /a AWS_IAM key"] },
    { name: "a new one is signed", from: ["GET /a"], to: ["GET /a", "GET /b AWS_IAM"] },
    { name: "a new one needs a key", from: ["GET /a"], to: ["GET /a", "GET /b NONE key"] },
    { name: "one is gone", from: ["GET /a AWS_IAM", "GET /b"], to: ["GET /b"] },
    {
      name: "one is gone, and another one for any path is as strict",
      from: ["GET /a AWS_IAM", "GET /{x} AWS_IAM"],
      to: ["GET /{x} AWS_IAM"],
    },
    {
      name: "one is gone that a public one for another path is near",
      from: ["GET /a AWS_IAM", "GET /b/{x}"],
      to: ["GET /b/{x}"],
    },
    { name: "one for what was public already", from: ["ANY /{proxy+}"], to: ["ANY /{proxy+}", "GET /a"] },
  ])("$name", ({ from, to }) => {
    expect(review(anApi(from), anApi(to, "2")).reasons).toEqual([]);
  });
});

test("what is known after apply counts as lost", () => {
  const method = "aws_api_gateway_method.GET__a_0";
  const before = anApi(["GET /a AWS_IAM key"]);
  const { authorization: _, api_key_required: __, ...known } = before[method] as Record<string, unknown>;
  const details = {
    [method]: {
      unknown: { authorization: true, api_key_required: true },
      expressions: { authorization: { references: ["var.a"] }, api_key_required: { references: ["var.b"] } },
    },
  };
  const { markdown, reasons } = review(
    before,
    { ...anApi(["GET /a AWS_IAM key"], "2"), [method]: known },
    details,
  );
  expect(reasons).toEqual([
    "`GET /a` has an authorization that is known after apply and needs an API key or not: that is known after apply",
  ]);
  expect(rowsOf(markdown, "GET /a")[0]).toContain(
    "~~`AWS_IAM`~~ **known after apply** | ~~yes~~ **known after apply**",
  );
});

test("an authorizer that is exchanged for another one needs care", () => {
  const withAuthorizer = (id: string, trigger: string): Resources => {
    const api = anApi(["GET /a CUSTOM"], trigger);
    const method = "aws_api_gateway_method.GET__a_0";
    return {
      ...api,
      [method]: { ...api[method], authorizer_id: id },
      "aws_api_gateway_authorizer.one": { rest_api_id: "abc123", id: "one", name: "strict" },
    };
  };
  expect(review(withAuthorizer("one", "1"), withAuthorizer("two", "2")).reasons).toEqual([
    "`GET /a` exchanges its authorization (`CUSTOM` by `strict` → `CUSTOM` by `two`)",
  ]);
  expect(review(withAuthorizer("one", "1"), withAuthorizer("one", "2")).reasons).toEqual([]);
});

describe("who may call a route", () => {
  const invoke = (...tails: string[]) =>
    allow(
      "execute-api:Invoke",
      tails.map((tail) => `${EXECUTION_ARN}/dev/${tail}`),
    );
  const API = anApi(["GET /a AWS_IAM", "GET /b/{x} AWS_IAM"]);

  test("is found by evaluating policies, with those that let them", () => {
    const { markdown } = review(API, {
      ...API,
      ...aRole("one", invoke("GET/*")),
      ...aRole("two", invoke("GET/b/1")),
      ...aRole("no", allow("s3:GetObject", "*")),
    });
    expect(rowsOf(markdown, "GET /a")[0]).toBe(
      "| **changed** | `GET /a` | `AWS_IAM` | no | mock | ~~nobody~~ **`one`** | **`one/own`** |",
    );
    expect(rowsOf(markdown, "GET /b/{x}")[0]).toBe(
      "| **changed** | `GET /b/{x}` | `AWS_IAM` | no | mock | **`one`**, **`two` (in part)**, ~~nobody~~ | **`one/own`**, **`two/own` (in part)** |",
    );
  });

  test("has not changed where they are found in another order", () => {
    const roles = (two: object) => ({ ...API, ...aRole("one", invoke("GET/a")), ...aRole("two", two) });
    const { markdown } = review(roles(invoke("GET/a")), roles(allow("execute-api:Invoke", "*")));
    expect(rowsOf(markdown, "GET /a")[0]).not.toContain("**");
    expect(rowsOf(markdown, "GET /b/{x}")[0]).toContain("| **changed** |");
  });

  test("takes a Deny and a permissions boundary into account", () => {
    const boundary = {
      "aws_iam_policy.b": {
        name: "stack-b",
        arn: "arn:aws:iam::123456789012:policy/b",
        policy: policyText(allow("s3:*", "*")),
      },
    };
    const denied = aRole("denied", allow("*", "*"), {
      Effect: "Deny",
      Action: "execute-api:*",
      Resource: "*",
    });
    const bound = aRole("bound", allow("*", "*"));
    const role = {
      ...bound["aws_iam_role.bound"],
      permissions_boundary: "arn:aws:iam::123456789012:policy/b",
    };
    const stack = { ...API, ...boundary, ...denied, ...bound, "aws_iam_role.bound": role };
    expect(rowsOf(review(stack, stack).markdown, "GET /a")[0]).toContain("| nobody |");
  });

  test("counts a role that is outside the stack, and a managed policy that is attached", () => {
    const attached = {
      "aws_iam_policy.p": {
        name: "stack-p",
        arn: "arn:aws:iam::123456789012:policy/p",
        policy: policyText(invoke("GET/a")),
      },
      "aws_iam_role_policy_attachment.p": {
        role: "elsewhere",
        policy_arn: "arn:aws:iam::123456789012:policy/p",
      },
    };
    const stack = { ...API, ...attached };
    expect(rowsOf(review(stack, stack).markdown, "GET /a")[0]).toContain("| `elsewhere` | `stack-p` |");
  });

  test("does not count what a role repeats of a policy that is taken from it", () => {
    const before = { ...API, ...aRole("one", invoke("GET/a")) };
    const repeated = [{ name: "own", policy: policyText(invoke("GET/a")) }];
    const role = { ...before["aws_iam_role.one"], inline_policy: repeated };
    const { "aws_iam_role_policy.one": _, ...after }: Resources = { ...before, "aws_iam_role.one": role };
    expect(rowsOf(review({ ...before, "aws_iam_role.one": role }, after).markdown, "GET /a")[0]).toContain(
      "| ~~`stack-one`~~ **nobody** | ~~`stack-one/own`~~ |",
    );
  });

  test("but counts what another stack gave it", () => {
    const role = {
      ...aRole("one")["aws_iam_role.one"],
      inline_policy: [{ name: "by hand", policy: policyText(invoke("GET/a")) }],
    };
    const stack = { ...API, "aws_iam_role.one": role };
    expect(rowsOf(review(stack, stack).markdown, "GET /a")[0]).toContain(
      "| `stack-one` | `stack-one/by hand` |",
    );
  });

  test("is reported as unknown where a policy that let them in is known after apply", () => {
    const before = { ...API, ...aRole("one", invoke("GET/a")) };
    const { policy: _, ...known } = before["aws_iam_role_policy.one"] as Record<string, unknown>;
    const { markdown, reasons } = review(
      before,
      { ...before, "aws_iam_role_policy.one": known },
      {
        "aws_iam_role_policy.one": {
          unknown: { policy: true },
          expressions: { policy: { references: ["var.x"] } },
        },
      },
    );
    expect(rowsOf(markdown, "GET /a")[0]).toContain(
      "| ~~`stack-one`~~ **`stack-one` (known after apply)** |",
    );
    expect(reasons).toEqual(["role `stack-one` may gain what `stack-one/own` allows (known after apply)"]);
    expect(markdown).toContain(
      "What these policies allow is not in the table: `stack-one/own` of role `stack-one` (known after apply).",
    );
  });

  test("for a route without a signature, is decided by the API's policy", () => {
    const withPolicy = (api: Resources, ...statements: object[]): Resources => ({
      ...api,
      "aws_api_gateway_rest_api.api": {
        ...api["aws_api_gateway_rest_api.api"],
        policy: policyText(...statements),
      },
    });
    const [open, signed] = [anApi(["GET /a"]), anApi(["GET /a AWS_IAM"])];
    const everyone = {
      Effect: "Allow",
      Principal: "*",
      Action: "execute-api:Invoke",
      Resource: "execute-api:/*",
    };
    const office = { ...everyone, Condition: { IpAddress: { "aws:SourceIp": "203.0.113.0/24" } } };
    const nobody = { ...everyone, Effect: "Deny" };
    const who = (api: Resources) => rowsOf(review(api, api).markdown, "GET /a")[0]?.split(" | ")[5];
    expect(who(withPolicy(open, everyone))).toBe("anyone");
    expect(who(withPolicy(open, office))).toBe("anyone (in part)");
    expect(who(withPolicy(open, nobody))).toBe("nobody");
    expect(who(withPolicy(signed, everyone))).toBe("any AWS account");
    expect(review(withPolicy(open, office), withPolicy(anApi(["GET /a"], "2"), everyone)).reasons).toEqual([
      "**everyone** gains `execute-api:Invoke` on API `stack-api` `execute-api:/*` **(wildcard)** **without conditions**, before if `SourceIp` `203.0.113.0/24`",
      "`GET /a` lets in more callers who sign nothing, by the API's policy",
    ]);
  });
});

describe("who invokes a route's Lambda", () => {
  const FN = "arn:aws:lambda:us-east-1:123456789012:function:stack-read";
  const invokedAs = (credentials: string): Resources => ({
    ...aRole("invoker"),
    ...anApi(["GET /a"]),
    "aws_api_gateway_integration.GET__a_0": {
      rest_api_id: "abc123",
      resource_id: "resource-/a",
      http_method: "GET",
      type: "AWS_PROXY",
      uri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FN}/invocations`,
      credentials,
    },
  });

  test.each([
    ["arn:aws:iam::123456789012:role/stack-invoker", "Lambda `stack-read` as `stack-invoker`"],
    ["arn:aws:iam::*:user/*", "Lambda `stack-read` as its caller"],
    ["", "Lambda `stack-read`"],
  ])("with the credentials '%s' is shown", (credentials, answer) => {
    const [row] = rowsOf(review(invokedAs(credentials), invokedAs(credentials)).markdown, "GET /a");
    expect(row).toContain(`| ${answer} |`);
  });

  test("is a change of the route", () => {
    const role = "arn:aws:iam::123456789012:role/stack-invoker";
    const [row] = rowsOf(review(invokedAs(""), invokedAs(role)).markdown, "GET /a");
    expect(row).toContain("**changed**");
  });
});

test("routes of several stages are kept apart", () => {
  const api = anApi(["GET /a"]);
  const second = { ...api["aws_api_gateway_stage.stage"], stage_name: "blue" };
  const stack = { ...api, "aws_api_gateway_stage.blue": second };
  const { markdown } = review(stack, stack);
  expect(rowsOf(markdown, "stack-api/dev GET /a")).toHaveLength(1);
  expect(rowsOf(markdown, "stack-api/blue GET /a")).toHaveLength(1);
});

test("routes of an API that another stack owns are reviewed too", () => {
  const {
    "aws_api_gateway_rest_api.api": _,
    "aws_api_gateway_stage.stage": __,
    ...rest
  } = anApi(["GET /a AWS_IAM"]);
  const { markdown, reasons } = review(rest, { ...rest, ...anOpened(rest) });
  expect(rowsOf(markdown, "GET /a")).toHaveLength(1);
  expect(reasons).toEqual(["`GET /a` loses its signature (`AWS_IAM` → `NONE`) and becomes public"]);
  expect(markdown).toContain("API `abc123` has no stage here");
});

function anOpened(resources: Resources): Resources {
  const method = "aws_api_gateway_method.GET__a_0";
  return { [method]: { ...resources[method], authorization: "NONE" } };
}

test("routes that an OpenAPI document makes are reported as not read", () => {
  const withBody = (body: string, trigger: string): Resources => {
    const api = anApi(["GET /a AWS_IAM"], trigger);
    return { ...api, "aws_api_gateway_rest_api.api": { ...api["aws_api_gateway_rest_api.api"], body } };
  };
  const { markdown, reasons } = review(withBody("{}", "1"), withBody('{"paths":{}}', "2"));
  expect(reasons).toEqual([
    "API `stack-api` has routes in an OpenAPI document that changes, which is not read here",
  ]);
  expect(markdown).toContain(
    "Routes that API `stack-api` has from an OpenAPI document are not in the table.",
  );
  expect(review(withBody("{}", "1"), withBody("{}", "2")).reasons).toEqual([]);
});

test("two methods with one path hide each other from no caller", () => {
  const stack = anApi(["GET /a AWS_IAM", "GET /a"]);
  expect(rowsOf(review(stack, stack).markdown, "GET /a")).toHaveLength(2);
});

test("a plan without an API has a review that says so", () => {
  const { markdown } = review({}, { "aws_s3_bucket.b": { bucket: "b" } });
  expect(markdown).toContain("### Who can call what\n\nThere is no REST API in this plan.\n");
});
