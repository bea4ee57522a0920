import { PolicyError, type PolicyUse, parsePolicy } from "#iam/parse-policy";

const statement = { Effect: "Allow", Action: "execute-api:Invoke", Resource: "*" };
const withPrincipal = { ...statement, Principal: "*" };
const { Resource: _, ...trusting } = { ...withPrincipal, Action: "sts:AssumeRole" };

const parse = (value: unknown, use: PolicyUse = "identity"): unknown =>
  parsePolicy(typeof value === "string" ? value : JSON.stringify(value), "aws_iam_policy.p", use);
const policyOf = (changes: object, base: object = statement): object => ({
  Version: "2012-10-17",
  Statement: [{ ...base, ...changes }],
});

describe("accepted", () => {
  test.each<{ name: string; use: PolicyUse; policy: object }>([
    { name: "an identity policy", use: "identity", policy: policyOf({ Sid: "Read", Condition: {} }) },
    {
      name: "one statement without a list",
      use: "identity",
      policy: { Version: "2012-10-17", Statement: statement },
    },
    {
      name: "the old version",
      use: "identity",
      policy: { Version: "2008-10-17", Id: "x", Statement: [statement] },
    },
    {
      name: "lists, NotResource and conditions",
      use: "identity",
      policy: policyOf({
        Action: ["s3:Get*", "*"],
        Resource: undefined,
        NotResource: ["arn:aws:s3:::a", "arn:*"],
        Condition: { Bool: { "aws:SecureTransport": true }, NumericLessThan: { "a:b": [1, "2"] } },
      }),
    },
    {
      name: "a resource policy",
      use: "resource",
      policy: policyOf({ Resource: "execute-api:/*" }, withPrincipal),
    },
    {
      name: "principals of each kind",
      use: "resource",
      policy: policyOf({
        Principal: {
          AWS: [
            "*",
            "123456789012",
            "arn:aws:iam::123456789012:root",
            "arn:aws-cn:iam::123456789012:role/a/b",
            "arn:aws:iam::123456789012:user/c",
            "arn:aws:sts::123456789012:assumed-role/r/s",
          ],
          Service: "lambda.amazonaws.com",
          Federated: "accounts.google.com",
        },
      }),
    },
    { name: "a trust policy", use: "trust", policy: policyOf({}, trusting) },
    ...(["identity", "resource", "trust"] as const).map((use) => ({
      name: `empty Sids in a policy of the use ${use}`,
      use,
      policy: {
        Version: "2012-10-17",
        Statement: [0, 1].map(() => ({
          Sid: "",
          ...{ identity: statement, resource: withPrincipal, trust: trusting }[use],
        })),
      },
    })),
  ])("$name", ({ use, policy }) => {
    expect(parse(policy, use)).toEqual(JSON.parse(JSON.stringify(policy)));
  });
});

describe("refused", () => {
  const twice =
    '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}}';
  test.each<{ name: string; policy: unknown; use?: PolicyUse; message: string }>([
    { name: "no JSON", policy: "{", message: "not JSON: " },
    { name: "a list", policy: [], message: "got []; expected an object" },
    { name: "a member written twice", policy: twice, message: "a member is written twice" },
    {
      name: "no version",
      policy: { Statement: [statement] },
      message: 'Version: missing; expected "2012-10-17"',
    },
    {
      name: "another version",
      policy: { ...policyOf({}), Version: "2015-10-17" },
      message: 'Version: "2015-10-17"; ',
    },
    {
      name: "a stray member",
      policy: { ...policyOf({}), Statements: [] },
      message: '"Statements" is not a member',
    },
    {
      name: "an Id of another type",
      policy: { ...policyOf({}), Id: 1 },
      message: "Id: got 1; expected a non-empty",
    },
    { name: "no statement", policy: { Version: "2012-10-17" }, message: "Statement: missing" },
    {
      name: "no statements",
      policy: { Version: "2012-10-17", Statement: [] },
      message: "Statement: an empty list",
    },
    {
      name: "a statement that is text",
      policy: { Version: "2012-10-17", Statement: ["x"] },
      message: 'got "x"',
    },
    {
      name: "a member in another case",
      policy: policyOf({ resource: "*" }),
      message: '"resource" is not a member',
    },
    { name: "a Sid of another type", policy: policyOf({ Sid: 1 }), message: "Statement[0].Sid: got 1" },
    {
      name: "two statements with one Sid",
      policy: { Version: "2012-10-17", Statement: ["A", "", "A"].map((Sid) => ({ Sid, ...statement })) },
      message: 'aws_iam_policy.p: Statement: two statements with the Sid "A"; expected one of each',
    },
    {
      name: "an empty Sid's statement, by its number alone",
      policy: policyOf({ Sid: "", Effect: "allow" }),
      message: "aws_iam_policy.p: Statement[0].Effect: got",
    },
    { name: "no effect", policy: policyOf({ Effect: undefined }), message: "Statement[0].Effect: missing" },
    {
      name: "an effect in another case",
      policy: policyOf({ Effect: "allow" }),
      message: 'Effect: got "allow"',
    },
    { name: "no action", policy: policyOf({ Action: undefined }), message: "neither Action nor NotAction" },
    { name: "both actions", policy: policyOf({ NotAction: "s3:*" }), message: "both Action and NotAction" },
    { name: "an empty list of actions", policy: policyOf({ Action: [] }), message: "Action: an empty list" },
    { name: "an action that is a number", policy: policyOf({ Action: [1] }), message: "Action: got 1" },
    {
      name: "an action without a service",
      policy: policyOf({ Action: "Invoke" }),
      message: 'Action: "Invoke"',
    },
    { name: "an action of any service", policy: policyOf({ Action: "s*:Get" }), message: 'Action: "s*:Get"' },
    {
      name: "no resource",
      policy: policyOf({ Resource: undefined }),
      message: "neither Resource nor NotResource",
    },
    {
      name: "both resources",
      policy: policyOf({ NotResource: "*" }),
      message: "both Resource and NotResource",
    },
    {
      name: "a resource that is no ARN",
      policy: policyOf({ Resource: "table" }),
      message: 'Resource: "table"',
    },
    {
      name: "the short form in an identity policy",
      policy: policyOf({ Resource: "execute-api:/*" }),
      message: 'Resource: "execute-api:/*"; expected an ARN',
    },
    {
      name: "a principal of an identity",
      policy: policyOf({ Principal: "*" }),
      message: "has no Principal",
    },
    {
      name: "a NotPrincipal of an identity",
      policy: policyOf({ NotPrincipal: "*" }),
      message: "has no Principal",
    },
    {
      name: "no principal",
      use: "resource",
      policy: policyOf({}),
      message: "neither Principal nor NotPrincipal",
    },
    {
      name: "no resource in a resource policy",
      use: "resource",
      policy: policyOf({ Resource: undefined }, withPrincipal),
      message: "neither Resource",
    },
    {
      name: "a resource in a trust policy",
      use: "trust",
      policy: policyOf({}, withPrincipal),
      message: "has no Resource",
    },
    {
      name: "no principal in trust",
      use: "trust",
      policy: policyOf({ Principal: undefined }, trusting),
      message: "neither",
    },
    ...[
      ["arn:aws:iam::123456789012:root", 'got "arn:aws:iam'],
      [{}, "names no principal"],
      [{ AWS: [] }, "Principal.AWS: an empty list"],
      [{ AWS: "arn:aws:iam::123456789012:role/*" }, 'role/*"; expected'],
      [{ AWS: "AROAEXAMPLE" }, 'AWS: "AROAEXAMPLE"'],
      [{ AWS: "arn:aws:iam::123456789012:group/g" }, 'group/g"; expected'],
      [{ CanonicalUser: "x" }, '"CanonicalUser" is not a member'],
      [{ Service: "*" }, 'Service: "*"; expected a name without wildcards'],
    ].map(([Principal, message]) => ({
      name: `the principal ${JSON.stringify(Principal)}`,
      use: "resource" as const,
      policy: policyOf({ Principal }, withPrincipal),
      message: String(message),
    })),
    { name: "a condition that is a list", policy: policyOf({ Condition: [] }), message: "Condition: got []" },
    {
      name: "an operator without keys",
      policy: policyOf({ Condition: { Bool: {} } }),
      message: "Bool: names no",
    },
    {
      name: "a key without values",
      policy: policyOf({ Condition: { Bool: { a: [] } } }),
      message: "Bool.a: an empty",
    },
    {
      name: "a value that is null",
      policy: policyOf({ Condition: { Bool: { a: null } } }),
      message: "Bool.a: got null",
    },
  ])("$name", ({ policy, use, message }) => {
    expect(() => parse(policy, use)).toThrow(PolicyError);
    expect(() => parse(policy, use)).toThrow(message);
  });

  test("the error names the address and the statement by number and Sid", () => {
    const policy = {
      Version: "2012-10-17",
      Statement: [statement, { ...statement, Sid: "Write", Effect: "Permit" }],
    };
    const expected =
      'aws_iam_policy.p: Statement[1] ("Write").Effect: got "Permit"; expected "Allow" or "Deny"';
    expect(() => parse(policy)).toThrow(expected);
  });

  test("text that looks like a member written twice is none", () => {
    expect(parse(policyOf({ Sid: '"Effect": "x"', Condition: { Bool: { 'a":': "true" } } }))).toBeDefined();
  });
});
