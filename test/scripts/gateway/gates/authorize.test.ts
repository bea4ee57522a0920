import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import {
  type Authorization,
  type AuthorizedApi,
  compileAuthorizer,
  type InvokeRequest,
  methodArn,
} from "#gateway/gates/authorize";
import { isRefusal, type Refusal } from "#gateway/refusal";
import type { NamedPolicy, Principal } from "#iam/identity";
import type { PolicyStatement } from "#iam/policy";

const ACCOUNT = "111122223333";
const ARN = `arn:aws:execute-api:eu-west-1:${ACCOUNT}:abcdef`;
const TIME = new Date("2026-11-22T10:00:00.900Z");

const policy = (address: string, ...Statement: PolicyStatement[]): NamedPolicy => ({
  address,
  name: address,
  document: { Version: "2012-10-17", Statement },
});
const invoke = (
  effect: "Allow" | "Deny",
  path: string,
  more: Partial<PolicyStatement> = {},
): PolicyStatement => ({
  Effect: effect,
  Action: "execute-api:Invoke",
  Resource: `${ARN}/${path}`,
  ...more,
});
const apiWith = (...statements: PolicyStatement[]): AuthorizedApi => ({
  partition: "aws",
  region: "eu-west-1",
  accountId: ACCOUNT,
  api: {
    id: "abcdef",
    policy:
      statements.length === 0 ? undefined : policy("aws_api_gateway_rest_api_policy.policy", ...statements),
  },
});
const role = (name: string, ...identityPolicies: NamedPolicy[]): Principal => ({
  address: `aws_iam_role.${name}`,
  kind: "role",
  name,
  arn: `arn:aws:iam::${ACCOUNT}:role/app/${name}`,
  uniqueId: `AROA${name.toUpperCase()}`,
  identityPolicies,
  tags: { Team: "blue" },
});
const signed = (principal: Principal, changes: Partial<InvokeRequest> = {}): InvokeRequest => ({
  authorization: "AWS_IAM",
  caller: { principal, sessionName: "s1" },
  method: "GET",
  stage: "dev",
  path: "/products",
  sourceIp: "203.0.113.7",
  userAgent: "curl/8",
  time: TIME,
  ...changes,
});
const anonymous = (changes: Partial<InvokeRequest> = {}): InvokeRequest =>
  signed(role("nobody"), { authorization: "NONE", caller: undefined, ...changes });

const refusalOf = (authorization: Authorization | Refusal): object => {
  if (!isRefusal(authorization)) throw new Error("passed");
  return authorization;
};
const decide = (api: AuthorizedApi, request: InvokeRequest): boolean =>
  !isRefusal(compileAuthorizer(api)(request));
const decideFor = (statements: PolicyStatement[], changes: Partial<InvokeRequest>): boolean =>
  decide(apiWith(), signed(role("reader", policy("p", ...statements)), changes));

describe("the method's ARN", () => {
  const longest = "/x".padEnd(1_600 - `${ARN}/dev/GET`.length, "x");
  const everything = invoke("Allow", "*");
  const reader = role("reader", policy("p", everything));

  test("may have 1,600 bytes", () => {
    expect(decide(apiWith(), signed(reader, { path: longest }))).toBe(true);
  });

  test.each([
    ["signed", apiWith(), signed(reader, { path: `${longest}x` })],
    [
      "under a policy of the API",
      apiWith({ ...everything, Principal: "*" }),
      anonymous({ path: `${longest}x` }),
    ],
  ])("may not have more where the request is %s", (_, api, request) => {
    expect(refusalOf(compileAuthorizer(api)(request))).toEqual({
      gate: "iam",
      response: "DEFAULT_4XX",
      status: 414,
      errorType: "BadRequestException",
      message: "Request URI too long",
      reason: "the method's ARN has 1601 bytes with this path; at most 1600 are allowed",
    });
  });

  test("may be of any length where nothing is decided by it", () => {
    expect(decide(apiWith(), anonymous({ path: `${longest}x` }))).toBe(true);
  });

  test.each([
    { path: "/products", expected: "GET/products" },
    { path: "/products/a%20b", expected: "GET/products/a%20b" },
    { path: "/test//", expected: "GET/test//" },
    { path: "/a//b", expected: "GET/a//b" },
    { path: "//a", expected: "GET//a" },
    { path: "/", expected: "GET/" },
    { path: "", expected: "GET/" },
    { path: "products", expected: "GET/products" },
  ])("of '$path' ends in $expected", ({ path, expected }) => {
    expect(methodArn(apiWith(), "dev", "GET", path)).toBe(`${ARN}/dev/${expected}`);
  });
});

describe("recorded answers", () => {
  interface Recorded {
    readonly id: string;
    readonly expect: { readonly status: number; readonly bodyText?: string };
  }
  const file = join(__dirname, "../../../fixtures/api-gateway-recorded.json");
  const rows = (JSON.parse(readFileSync(file, "utf8")) as { cases: Recorded[] }).cases;
  const roleA = role("role-a");
  const anyone = { Principal: "*" } as const;
  const notRoleA = { "ForAllValues:ArnNotEquals": { "aws:PrincipalArn": [roleA.arn] } };
  const short = (path: string): Partial<PolicyStatement> => ({ Resource: `execute-api:/*/GET/${path}` });
  const apis: Record<string, AuthorizedApi> = {
    policy: apiWith(
      invoke("Allow", "", { ...short("x"), Principal: { AWS: roleA.arn } }),
      invoke("Deny", "", { ...short("x"), ...anyone, Condition: notRoleA }),
      invoke("Allow", "", { ...short("open"), ...anyone }),
      invoke("Deny", "", {
        ...short("open"),
        ...anyone,
        Condition: { IpAddress: { "aws:SourceIp": "203.0.113.7" } },
      }),
    ),
    iam: apiWith(),
  };
  test.each([
    { id: "authz-resource-allow", api: "policy", request: signed(roleA, { path: "/x" }) },
    { id: "authz-anonymous-deny", api: "policy", request: anonymous({ path: "/open" }) },
    { id: "authz-implicit-identity", api: "iam", request: signed(role("no-policies"), { path: "/x" }) },
  ])("$id", ({ id, api, request }) => {
    const recorded = rows.find((row) => row.id === id);
    const answer = compileAuthorizer(apis[api] ?? apiWith())(request);
    const body = isRefusal(answer) ? JSON.stringify({ Message: answer.message }) : undefined;
    expect({ status: isRefusal(answer) ? 403 : 200, body }).toEqual({
      status: recorded?.expect.status,
      body: recorded?.expect.bodyText
        ?.replace("{{region}}", "eu-west-1")
        .replace("{{accountMasked}}", "********3333")
        .replace("{{apiId}}", "abcdef")
        .replace("{{stage}}", "dev")
        .replace("{{callerArn}}", `arn:aws:sts::${ACCOUNT}:assumed-role/no-policies/s1`),
    });
  });

  test("another role than role-a is denied by the same policy", () => {
    expect(
      refusalOf(compileAuthorizer(apis["policy"] ?? apiWith())(signed(role("role-b"), { path: "/x" }))),
    ).toEqual({
      gate: "iam",
      response: "ACCESS_DENIED",
      errorType: "AccessDeniedException",
      message:
        `User: arn:aws:sts::${ACCOUNT}:assumed-role/role-b/s1 is not authorized to perform: execute-api:Invoke on ` +
        "resource: arn:aws:execute-api:eu-west-1:********3333:abcdef/dev/GET/x " +
        "with an explicit deny in a resource-based policy",
      reason:
        `execute-api:Invoke on ${ARN}/dev/GET/x is denied by statement 1 of ` +
        "aws_api_gateway_rest_api_policy.policy (resource-based policy); narrow or remove that Deny if it should be allowed",
    });
  });

  test("an anonymous caller from elsewhere passes", () => {
    expect(decide(apis["policy"] ?? apiWith(), anonymous({ path: "/open", sourceIp: "203.0.113.8" }))).toBe(
      true,
    );
  });
});

describe("how the message ends", () => {
  const reader = (...statements: PolicyStatement[]): Principal => role("reader", policy("p", ...statements));
  const boundary = policy("aws_iam_policy.boundary", invoke("Allow", "dev/PUT/*"));
  const everyone = { Principal: "*" } as const;
  test.each<{ name: string; api?: AuthorizedApi; request: InvokeRequest; end: string }>([
    {
      name: "a Deny of the caller's own",
      request: signed(reader(invoke("Allow", "*"), invoke("Deny", "dev/GET/*"))),
      end: "/dev/GET/products with an explicit deny in an identity-based policy",
    },
    {
      name: "a Deny of the caller's boundary",
      request: signed({
        ...reader(invoke("Allow", "*")),
        permissionsBoundary: policy("b", invoke("Allow", "*"), invoke("Deny", "*")),
      }),
      end: "/dev/GET/products with an explicit deny in a permissions boundary",
    },
    {
      name: "a boundary that does not allow",
      request: signed({ ...reader(invoke("Allow", "*")), permissionsBoundary: boundary }),
      end: "/dev/GET/products because no permissions boundary allows the execute-api:Invoke action",
    },
    {
      name: "nothing that allows a signed caller, with a resource policy that does not either",
      api: apiWith(invoke("Allow", "dev/PUT/*", everyone)),
      request: signed(role("reader")),
      end: "/dev/GET/products because no identity-based policy allows the execute-api:Invoke action",
    },
    {
      name: "nothing that allows an anonymous caller",
      api: apiWith(invoke("Allow", "dev/PUT/*", everyone)),
      request: anonymous(),
      end: "/dev/GET/products because no resource-based policy allows the execute-api:Invoke action",
    },
    {
      name: "a caller of another account whom the resource policy does not allow",
      request: signed({ ...reader(invoke("Allow", "*")), arn: "arn:aws:iam::444455556666:role/reader" }),
      end: "/dev/GET/products because no resource-based policy allows the execute-api:Invoke action",
    },
  ])("$name", ({ api = apiWith(), request, end }) => {
    const message = String(Reflect.get(refusalOf(compileAuthorizer(api)(request)), "message"));
    expect(message.slice(message.indexOf("/dev/"))).toBe(end);
  });
});

describe("who passes", () => {
  const allowProducts = invoke("Allow", "dev/GET/products");
  test.each<{ name: string; api?: AuthorizedApi; request: InvokeRequest; allowed: boolean }>([
    {
      name: "a role with the permission",
      request: signed(role("r", policy("p", allowProducts))),
      allowed: true,
    },
    { name: "a role without a policy", request: signed(role("r")), allowed: false },
    {
      name: "the same role on another method",
      request: signed(role("r", policy("p", allowProducts)), { method: "PUT" }),
      allowed: false,
    },
    {
      name: "the same role on another stage",
      request: signed(role("r", policy("p", allowProducts)), { stage: "prod" }),
      allowed: false,
    },
    {
      name: "the same role on a path below",
      request: signed(role("r", policy("p", allowProducts)), { path: "/products/1" }),
      allowed: false,
    },
    {
      name: "the same role with a trailing slash, which the ARN keeps",
      request: signed(role("r", policy("p", allowProducts)), { path: "/products/" }),
      allowed: false,
    },
    { name: "anyone, without a resource policy", request: anonymous(), allowed: true },
    {
      name: "anyone, with a resource policy that says nothing of it",
      api: apiWith(invoke("Allow", "dev/GET/other", { Principal: "*" })),
      request: anonymous(),
      allowed: false,
    },
    {
      name: "anyone, where the resource policy allows",
      api: apiWith(invoke("Allow", "dev/GET/products", { Principal: "*" })),
      request: anonymous(),
      allowed: true,
    },
    {
      name: "a signer on a method without authorization counts as anonymous",
      api: apiWith(invoke("Allow", "*", { Principal: { AWS: role("r").arn } })),
      request: signed(role("r", policy("p", allowProducts)), { authorization: "NONE" }),
      allowed: false,
    },
    {
      name: "an anonymous caller is not held to a signer's policies",
      api: apiWith(invoke("Allow", "*", { Principal: "*" })),
      request: signed(role("r", policy("p", invoke("Deny", "*"))), { authorization: "NONE" }),
      allowed: true,
    },
    {
      name: "the same signer on a method with authorization",
      api: apiWith(invoke("Allow", "*", { Principal: { AWS: role("r").arn } })),
      request: signed(role("r")),
      allowed: true,
    },
  ])("$name: $allowed", ({ api = apiWith(), request, allowed }) => {
    expect(decide(api, request)).toBe(allowed);
  });

  test("an AWS_IAM method without a caller is the pipeline's fault, and never open", () => {
    expect(() => decide(apiWith(), signed(role("r"), { caller: undefined }))).toThrow("has no caller");
  });

  test("a user needs no session", () => {
    const user: Principal = { ...role("carlos", policy("p", allowProducts)), kind: "user" };
    const arn = `arn:aws:iam::${ACCOUNT}:user/carlos`;
    expect(decide(apiWith(), signed({ ...user, arn }, { caller: { principal: { ...user, arn } } }))).toBe(
      true,
    );
    expect(() =>
      decide(apiWith(), signed(user, { caller: { principal: { ...user, kind: "role" } } })),
    ).toThrow("session");
  });
});

describe("the short form of resource policies", () => {
  const everyone = { Principal: "*" } as const;
  test.each([
    { resource: "execute-api:/dev/GET/products", allowed: true },
    { resource: "execute-api:/*", allowed: true },
    { resource: "execute-api:/*/GET/products", allowed: true },
    { resource: ["execute-api:/prod/*", "execute-api:/dev/*"], allowed: true },
    { resource: "execute-api:/prod/*", allowed: false },
    { resource: "execute-api:/dev/PUT/products", allowed: false },
  ])("$resource: $allowed", ({ resource, allowed }) => {
    const api = apiWith(invoke("Allow", "", { ...everyone, Resource: resource }));
    expect(decide(api, anonymous())).toBe(allowed);
    const inverse = invoke("Allow", "", { ...everyone, Resource: undefined, NotResource: resource });
    expect(decide(apiWith(inverse), anonymous())).toBe(!allowed);
  });
});

describe("condition keys", () => {
  test.each<{
    operator: string;
    key: string;
    value: string;
    changes?: Partial<InvokeRequest>;
    allowed: boolean;
  }>([
    { operator: "IpAddress", key: "aws:SourceIp", value: "203.0.113.0/24", allowed: true },
    { operator: "IpAddress", key: "aws:SourceIp", value: "198.51.100.0/24", allowed: false },
    { operator: "Bool", key: "aws:SecureTransport", value: "true", allowed: true },
    { operator: "Bool", key: "aws:SecureTransport", value: "false", allowed: false },
    { operator: "StringLike", key: "aws:UserAgent", value: "curl/*", allowed: true },
    {
      operator: "StringLike",
      key: "aws:UserAgent",
      value: "*",
      changes: { userAgent: undefined },
      allowed: false,
    },
    { operator: "StringLike", key: "aws:Referer", value: "*", allowed: false },
    {
      operator: "StringLike",
      key: "aws:Referer",
      value: "*",
      changes: { referer: "https://a/" },
      allowed: true,
    },
    { operator: "DateGreaterThan", key: "aws:CurrentTime", value: "2026-11-22T10:00:00Z", allowed: true },
    { operator: "DateGreaterThan", key: "aws:CurrentTime", value: "2026-11-22T10:00:01Z", allowed: false },
    { operator: "NumericEquals", key: "aws:EpochTime", value: "1795341600", allowed: true },
    { operator: "DateLessThan", key: "aws:EpochTime", value: "1795341600", allowed: false },
    { operator: "StringEquals", key: "aws:RequestedRegion", value: "eu-west-1", allowed: true },
    { operator: "StringEquals", key: "aws:RequestedRegion", value: "us-east-1", allowed: false },
    { operator: "StringNotEquals", key: "aws:SourceVpc", value: "vpc-1", allowed: true },
    { operator: "StringEquals", key: "aws:SourceVpc", value: "vpc-1", allowed: false },
    { operator: "ArnEquals", key: "aws:PrincipalArn", value: role("reader").arn, allowed: true },
    { operator: "ArnEquals", key: "aws:PrincipalArn", value: role("writer").arn, allowed: false },
    { operator: "StringEquals", key: "aws:PrincipalAccount", value: ACCOUNT, allowed: true },
    { operator: "StringEquals", key: "aws:PrincipalType", value: "User", allowed: false },
    { operator: "StringLike", key: "aws:userid", value: "AROAREADER:*", allowed: true },
    { operator: "Null", key: "aws:username", value: "true", allowed: true },
    { operator: "StringEquals", key: "aws:PrincipalTag/team", value: "blue", allowed: true },
    { operator: "StringEquals", key: "aws:PrincipalTag/team", value: "red", allowed: false },
    { operator: "Null", key: "aws:PrincipalTag/other", value: "true", allowed: true },
    { operator: "Bool", key: "aws:MultiFactorAuthPresent", value: "false", allowed: false },
    { operator: "BoolIfExists", key: "aws:MultiFactorAuthPresent", value: "false", allowed: false },
  ])("$operator $key $value $changes: $allowed", ({ operator, key, value, changes = {}, allowed }) => {
    const statement = invoke("Allow", "*", { Condition: { [operator]: { [key]: value } } });
    expect(decideFor([statement], changes)).toBe(allowed);
  });

  test("a condition that is not known here is noted beside an allowed request", () => {
    const statements = [
      invoke("Allow", "*"),
      invoke("Allow", "*", { Condition: { Bool: { "aws:Unheard": "true" } } }),
    ];
    expect(compileAuthorizer(apiWith())(signed(role("reader", policy("p", ...statements))))).toEqual({
      notes: ['statement 1 of p is assumed not to allow: condition key "aws:Unheard" cannot be known here'],
    });
  });
});

describe("the spelling of a path", () => {
  const guarded = [invoke("Allow", "*"), invoke("Deny", "dev/GET/admin*")];
  test.each(["/admin", "/%61dmin", "/adm%69n/x", "/%61%64%6d%69%6E", "//admin", "///%61dmin"])(
    "%s does not evade a Deny of admin",
    (path) => {
      expect(decideFor(guarded, { path })).toBe(false);
    },
  );

  test.each([
    "/./admin",
    "/x/../admin",
    "/x/%2e%2e/admin",
    "/x/.%2E/admin/y",
    "/products//../admin",
    "/../dev/admin",
    "/x%2F..%2Fadmin",
    "/x\\..\\admin",
    "/admin/.",
  ])("%s does not evade a Deny of admin, signed or not", (path) => {
    const open = { Principal: "*" } as const;
    const api = apiWith(
      { ...invoke("Allow", "*"), ...open },
      { ...invoke("Deny", "dev/GET/admin*"), ...open },
    );
    expect(decideFor(guarded, { path })).toBe(false);
    expect(decide(api, anonymous({ path }))).toBe(false);
    expect(decide(api, anonymous({ path: path.replace("admin", "products") }))).toBe(true);
  });

  test.each([
    "/open/../admin",
    "/open/%2e%2e/admin",
    "/open/./../../prod/x",
    "/open/..%2Fadmin",
    "/open\\..\\admin",
    "/admin/../open/x",
    "//open/x",
    "/open//../../x",
  ])("an Allow of open/* does not let %s through, signed or not", (path) => {
    const api = apiWith({ ...invoke("Allow", "dev/GET/open/*"), Principal: "*" });
    expect(decideFor([invoke("Allow", "dev/GET/open/*")], { path })).toBe(false);
    expect(decide(api, anonymous({ path }))).toBe(false);
    expect(decide(api, anonymous({ path: "/open/x" }))).toBe(true);
  });

  test("dots that lead out of the stage are another stage's", () => {
    const statements = [invoke("Allow", "*"), invoke("Deny", "prod/*")];
    expect(decideFor(statements, { path: "/../prod/x" })).toBe(false);
    expect(decideFor(statements, { path: "/../dev/x" })).toBe(true);
  });

  test.each(["/products", "/a%20dmin", "/products/%2561dmin", "/%2561dmin"])("%s is not admin", (path) => {
    expect(decideFor(guarded, { path })).toBe(true);
  });

  test.each([
    { pattern: "dev/GET/caf%C3%A9", path: "/caf%c3%a9" },
    { pattern: "dev/GET/café", path: "/caf%C3%A9" },
    { pattern: "dev/GET/café", path: "/caf\u00c3\u00a9" },
    { pattern: "dev/GET/a/b", path: "/a%2Fb" },
    { pattern: "dev/GET/a%2Fb", path: "/a%2fb" },
  ])("$path does not evade a Deny of $pattern", ({ pattern, path }) => {
    expect(decideFor([invoke("Allow", "*"), invoke("Deny", pattern)], { path })).toBe(false);
    expect(decideFor([invoke("Allow", "*"), invoke("Deny", `${pattern}x`)], { path })).toBe(true);
  });

  test.each([
    { pattern: "dev/GET/products/*", path: "/products/a%20b", allowed: true },
    { pattern: "dev/GET/products/a:b@c", path: "/products/a:b@c", allowed: true },
    { pattern: "dev/GET/products", path: "/product%73", allowed: false },
    { pattern: "dev/GET/product%73", path: "/product%73", allowed: false },
    { pattern: "dev/GET/a/b", path: "/a%2Fb", allowed: false },
    { pattern: "dev/GET/a*", path: "//a", allowed: false },
    { pattern: "dev/GET/*", path: "//a", allowed: true },
  ])("an Allow of $pattern lets $path through: $allowed", ({ pattern, path, allowed }) => {
    expect(decideFor([invoke("Allow", pattern)], { path })).toBe(allowed);
  });

  test("a decoded line end does not end the log's line", () => {
    const statements = [invoke("Allow", "*"), invoke("Allow", "dev/GET/a\nb")];
    const answer = compileAuthorizer(apiWith())(
      signed(role("reader", policy("p", ...statements)), { path: "/a%0Ab" }),
    );
    expect(answer).toEqual({
      notes: [
        "statement 1 of p is assumed not to allow: it matches some and not others of " +
          `"${ARN}/dev/GET/a%0Ab", "${ARN}/dev/GET/a\\u000ab"`,
      ],
    });
  });

  test("law: encoding any characters of a path neither evades a Deny nor gains an Allow", () => {
    const segment = fc.array(fc.tuple(fc.constantFrom(..."admin/x.é"), fc.boolean(), fc.boolean()), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(segment, (characters) => {
        const plain = `/${characters.map(([character]) => character).join("")}`;
        const spelled = `/${characters
          .map(([character, isEncoded, isLower]) => {
            const hex = Array.from(
              Buffer.from(character),
              (byte) => `%${byte.toString(16).padStart(2, "0")}`,
            ).join("");
            return isEncoded
              ? isLower
                ? hex
                : hex.toUpperCase()
              : Buffer.from(character).toString("latin1");
          })
          .join("")}`;
        const exact = `dev/GET${plain}`;
        expect(decideFor([invoke("Allow", "*"), invoke("Deny", exact)], { path: spelled })).toBe(false);
        expect(decideFor([invoke("Allow", exact)], { path: spelled })).toBe(
          plain === spelled && !/\/\/|\/\.\.?(\/|$)/.test(plain),
        );
      }),
    );
  });
});
