import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { ANONYMOUS, type Caller, callerKeys, toCaller } from "#iam/caller";
import { type ApplicablePolicies, type Evaluation, evaluate } from "#iam/evaluate";
import { explainEvaluation } from "#iam/explain";
import type { NamedPolicy } from "#iam/identity";
import { parsePolicy } from "#iam/parse-policy";
import type { PolicyPrincipal, PolicyStatement } from "#iam/policy";
import { type ContextKeys, createContext } from "#iam/request-context";
import type { AccessRequest } from "#iam/statement";

const ACCOUNT = "111122223333";
const principal = { address: "aws_iam_x.y", identityPolicies: [], tags: {} };
const CALLERS = {
  anonymous: ANONYMOUS,
  service: { kind: "service", service: "apigateway.amazonaws.com" },
  federated: {
    kind: "federated",
    provider: `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`,
  },
  user: toCaller({
    ...principal,
    kind: "user",
    name: "carlos",
    uniqueId: "AIDACARLOS",
    arn: `arn:aws:iam::${ACCOUNT}:user/team/carlos`,
  }),
  "user of another account": toCaller({
    ...principal,
    kind: "user",
    name: "olga",
    uniqueId: "AIDAOLGA",
    arn: "arn:aws:iam::444455556666:user/olga",
  }),
  "role session": toCaller(
    {
      ...principal,
      kind: "role",
      name: "reader",
      uniqueId: "AROAREADER",
      arn: `arn:aws:iam::${ACCOUNT}:role/reader`,
    },
    "s1",
  ),
} as const satisfies Record<string, Caller>;

type Statements = readonly object[];

/**
 * A row of `policy-cases.json`, or of `aws-examples.json`, whose policies are those of AWS's pages with values of our
 * own. To add a case, write down its statements and what they must decide.
 */
interface PolicyCase {
  readonly name: string;
  /** The page that it is from. */
  readonly source?: string;
  readonly caller?: keyof typeof CALLERS;
  readonly version?: string;
  readonly identity?: Statements;
  readonly boundary?: Statements;
  readonly session?: Statements;
  readonly resource?: Statements;
  readonly trust?: Statements;
  readonly allowed?: readonly Question[];
  readonly implicitlyDenied?: readonly Question[];
  readonly explicitlyDenied?: readonly Question[];
}

/** `ACTION RESOURCE`; a context key whose value is null is known to be absent. */
type Question =
  | string
  | {
      readonly ask: string;
      readonly caller?: keyof typeof CALLERS;
      readonly context?: Record<string, string | readonly string[] | null>;
    };

const CASES = ["policy-cases.json", "aws-examples.json"].flatMap(
  (file) => JSON.parse(readFileSync(join(__dirname, file), "utf8")) as PolicyCase[],
);

const policiesOf = (row: PolicyCase): ApplicablePolicies => {
  const named = (
    kind: "identity" | "boundary" | "session" | "resource" | "trust",
  ): NamedPolicy | undefined => {
    if (row[kind] === undefined) return undefined;
    const json = JSON.stringify({ Version: row.version ?? "2012-10-17", Statement: row[kind] });
    const use = kind === "resource" || kind === "trust" ? kind : "identity";
    return { address: `case.${kind}`, name: kind, document: parsePolicy(json, `case.${kind}`, use) };
  };
  return {
    identity: [named("identity")].flatMap((policy) => policy ?? []),
    boundary: named("boundary"),
    session: named("session"),
    resource: named("resource"),
    trust: named("trust"),
  };
};

const requestOf = (question: Question, fallback: keyof typeof CALLERS = "user"): AccessRequest => {
  const {
    ask,
    caller: name = fallback,
    context = {},
  } = typeof question === "string" ? { ask: question } : question;
  const [action = "", resource = ""] = ask.split(" ");
  const keys = Object.entries(context).map(([key, value]) => [key, value ?? undefined]);
  const caller: Caller = CALLERS[name];
  return {
    caller,
    action,
    resource,
    resourceAccountId: ACCOUNT,
    context: createContext({ ...callerKeys(caller), ...(Object.fromEntries(keys) as ContextKeys) }),
  };
};

describe.each(CASES)("$name", (row) => {
  const rows = [
    ...(row.allowed ?? []).map((question) => ({ question, decision: "Allowed" })),
    ...(row.implicitlyDenied ?? []).map((question) => ({ question, decision: "ImplicitlyDenied" })),
    ...(row.explicitlyDenied ?? []).map((question) => ({ question, decision: "ExplicitlyDenied" })),
  ];
  test.each(rows)("$decision: $question", ({ question, decision }) => {
    expect(evaluate(requestOf(question, row.caller), policiesOf(row)).decision).toBe(decision);
  });
});

/**
 * Tables A and B; and who does not sign, for whom the resource policy alone decides.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
describe("outcome tables of API Gateway", () => {
  const stance = (effect: string, from: object): Statements =>
    effect === "neither" ? [] : [{ ...from, Effect: effect, Action: "execute-api:Invoke", Resource: "*" }];
  const decide = (caller: keyof typeof CALLERS, iam: string, api: string): Evaluation =>
    evaluate(requestOf("execute-api:Invoke *", caller), {
      identity: [{ address: "i", name: "i", document: documentOf(stance(iam, {})) }],
      resource: { address: "r", name: "r", document: documentOf(stance(api, { Principal: "*" })) },
    });
  const documentOf = (statements: Statements): NamedPolicy["document"] => ({
    Version: "2012-10-17",
    Statement: statements as readonly PolicyStatement[],
  });

  test.each([
    { iam: "Allow", api: "Allow", sameAccount: "Allowed", crossAccount: "Allowed" },
    { iam: "Allow", api: "neither", sameAccount: "Allowed", crossAccount: "ImplicitlyDenied" },
    { iam: "Allow", api: "Deny", sameAccount: "ExplicitlyDenied", crossAccount: "ExplicitlyDenied" },
    { iam: "neither", api: "Allow", sameAccount: "Allowed", crossAccount: "ImplicitlyDenied" },
    { iam: "neither", api: "neither", sameAccount: "ImplicitlyDenied", crossAccount: "ImplicitlyDenied" },
    { iam: "neither", api: "Deny", sameAccount: "ExplicitlyDenied", crossAccount: "ExplicitlyDenied" },
    { iam: "Deny", api: "Allow", sameAccount: "ExplicitlyDenied", crossAccount: "ExplicitlyDenied" },
    { iam: "Deny", api: "neither", sameAccount: "ExplicitlyDenied", crossAccount: "ExplicitlyDenied" },
    { iam: "Deny", api: "Deny", sameAccount: "ExplicitlyDenied", crossAccount: "ExplicitlyDenied" },
  ])("IAM policy $iam, resource policy $api", ({ iam, api, sameAccount, crossAccount }) => {
    expect(decide("user", iam, api).decision).toBe(sameAccount);
    expect(decide("role session", iam, api).decision).toBe(sameAccount);
    expect(decide("user of another account", iam, api).decision).toBe(crossAccount);
  });

  test.each([
    { api: "Allow", outcome: "Allowed" },
    { api: "neither", outcome: "ImplicitlyDenied" },
    { api: "Deny", outcome: "ExplicitlyDenied" },
  ])("no authorization, resource policy $api", ({ api, outcome }) => {
    expect(decide("anonymous", "neither", api).decision).toBe(outcome);
  });
});

describe("what is not a policy of its kind grants nothing", () => {
  const statement = { Effect: "Allow", Action: "*", Resource: "*" } as const;
  const policy = (changes: object): NamedPolicy => ({
    address: "p",
    name: "p",
    document: { Version: "2012-10-17", Statement: { ...statement, ...changes } },
  });
  test.each<{ name: string; policies: ApplicablePolicies; decision: string }>([
    { name: "an identity policy", policies: { identity: [policy({})] }, decision: "Allowed" },
    {
      name: "… with a principal",
      policies: { identity: [policy({ Principal: "*" })] },
      decision: "ImplicitlyDenied",
    },
    {
      name: "a resource policy",
      policies: { identity: [], resource: policy({ Principal: "*" }) },
      decision: "Allowed",
    },
    {
      name: "… without a principal",
      policies: { identity: [], resource: policy({}) },
      decision: "ImplicitlyDenied",
    },
    {
      name: "no action",
      policies: { identity: [policy({ Action: undefined })] },
      decision: "ImplicitlyDenied",
    },
    {
      name: "no resource",
      policies: { identity: [policy({ Resource: undefined })] },
      decision: "ImplicitlyDenied",
    },
    {
      name: "a Deny without action",
      policies: { identity: [policy({}), policy({ Effect: "Deny", Action: undefined })] },
      decision: "ExplicitlyDenied",
    },
    {
      name: "a Deny without resource",
      policies: { identity: [policy({}), policy({ Effect: "Deny", Resource: undefined })] },
      decision: "ExplicitlyDenied",
    },
  ])("$name: $decision", ({ policies, decision }) => {
    expect(evaluate(requestOf("s3:GetObject arn:aws:s3:::b/a"), policies).decision).toBe(decision);
  });
});

describe("notes", () => {
  test.each([
    {
      statement: { Effect: "Allow", NotPrincipal: { AWS: ACCOUNT }, Action: "s3:*", Resource: "*" },
      note: "statement 0 of case.resource is assumed not to allow: NotPrincipal is not honoured in an Allow",
    },
    {
      statement: { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "arn:aws:s3:::${aws:Unheard}" },
      note:
        "statement 0 of case.resource is assumed to deny: " +
        'policy variable "${aws:Unheard}" cannot be resolved here',
    },
    {
      statement: {
        Effect: "Allow",
        Principal: "*",
        Action: "sqs:*",
        Resource: "arn:aws:s3:::${aws:Unheard}",
      },
      note: undefined,
    },
  ])("$statement: $note", ({ statement, note }) => {
    const evaluation = evaluate(requestOf("s3:GetObject *"), policiesOf({ name: "", resource: [statement] }));
    expect(evaluation.notes).toEqual(note === undefined ? [] : [note]);
  });

  test("several names of a resource that match unlike are unknown", () => {
    const asked = { ...requestOf("s3:GetObject *"), resource: ["arn:aws:s3:::b/%61", "arn:aws:s3:::b/a"] };
    const identity = [{ Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::b/a" }];
    const evaluation = evaluate(asked, policiesOf({ name: "", identity }));
    expect(evaluation.decision).toBe("ImplicitlyDenied");
    expect(evaluation.notes).toEqual([
      "statement 0 of case.identity is assumed not to allow: " +
        'it matches some and not others of "arn:aws:s3:::b/%61", "arn:aws:s3:::b/a"',
    ]);
    expect(evaluate({ ...asked, resource: [] }, policiesOf({ name: "", identity })).decision).toBe(
      "ImplicitlyDenied",
    );
  });
});

describe("laws", () => {
  const actions = ["s3:GetObject", "s3:PutObject", "sqs:SendMessage"];
  const resources = ["arn:aws:s3:::b/a", "arn:aws:s3:::b/c", "arn:aws:sqs:us-east-1:111122223333:q"];
  const oneOf = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
  const actionPattern = oneOf("*", "s3:*", "s3:Get*", "S3:PUTOBJECT", "sqs:SendMessag?", "s3:GetObject");
  const resourcePattern = oneOf(
    "*",
    "arn:aws:s3:::*",
    "arn:aws:s3:::b/?",
    "arn:*q",
    "arn:aws:s3:::${aws:username}/a",
  );
  const condition = oneOf<PolicyStatement["Condition"]>(
    undefined,
    { StringEquals: { "aws:username": "carlos" } },
    { StringNotLike: { "aws:username": "c*" } },
    { Bool: { "aws:Unheard": "true" } },
    { "ForAllValues:StringEquals": { "aws:username": ["olga", "x"] } },
    { Matches: { "aws:username": "x" } },
  );
  const statement = (effect: "Allow" | "Deny", kind: string): fc.Arbitrary<PolicyStatement> =>
    fc
      .record({
        pattern: actionPattern,
        notAction: fc.boolean(),
        resource: resourcePattern,
        notResource: fc.boolean(),
        principal: oneOf<PolicyPrincipal>(
          "*",
          { AWS: ACCOUNT },
          { AWS: `arn:aws:iam::${ACCOUNT}:role/reader` },
        ),
        condition,
      })
      .map((drawn) => ({
        Effect: effect,
        [drawn.notAction ? "NotAction" : "Action"]: drawn.pattern,
        [drawn.notResource ? "NotResource" : "Resource"]: drawn.resource,
        ...(kind === "resource" ? { Principal: drawn.principal } : {}),
        Condition: drawn.condition,
      }));
  type Kind = "identity" | "boundary" | "resource";
  const kinds = oneOf<Kind>("identity", "boundary", "resource");
  const statements = (kind: Kind): fc.Arbitrary<PolicyStatement[]> =>
    fc.array(fc.oneof(statement("Allow", kind), statement("Allow", kind), statement("Deny", kind)), {
      minLength: 0,
      maxLength: 3,
    });
  const policies = fc.record({
    identity: statements("identity"),
    boundary: fc.option(statements("boundary"), { nil: undefined }),
    resource: statements("resource"),
  });
  type Drawn = {
    identity: PolicyStatement[];
    boundary: PolicyStatement[] | undefined;
    resource: PolicyStatement[];
  };
  const named = (Statement: PolicyStatement[]): NamedPolicy => ({
    address: "p",
    name: "p",
    document: { Version: "2012-10-17", Statement },
  });
  const decide = (question: AccessRequest, { identity, boundary, resource }: Drawn): Evaluation["decision"] =>
    evaluate(question, {
      identity: [named(identity)],
      boundary: boundary && named(boundary),
      resource: named(resource),
    }).decision;
  const question = fc
    .tuple(oneOf(...actions), oneOf(...resources), oneOf<keyof typeof CALLERS>(...callerNames()))
    .map(([action, resource, caller]) => requestOf(`${action} ${resource}`, caller));
  const adding = (drawn: Drawn, kind: Kind, added: PolicyStatement): Drawn => ({
    ...drawn,
    [kind]: [...(drawn[kind] ?? []), added],
  });

  test("an explicit deny always wins", () => {
    const everything = { Effect: "Deny", Action: "*", Resource: "*" } as const;
    fc.assert(
      fc.property(question, policies, kinds, (asked, drawn, kind) => {
        const deny = kind === "resource" ? { ...everything, Principal: "*" as const } : everything;
        return decide(asked, adding(drawn, kind, deny)) === "ExplicitlyDenied";
      }),
    );
  });

  test("adding an allow never removes access", () => {
    const added = kinds.chain((kind) => statement("Allow", kind).map((allow) => ({ kind, allow })));
    fc.assert(
      fc.property(question, policies, added, (asked, drawn, { kind, allow }) => {
        fc.pre(kind !== "boundary" || drawn.boundary !== undefined);
        return decide(asked, drawn) !== "Allowed" || decide(asked, adding(drawn, kind, allow)) === "Allowed";
      }),
      { numRuns: 1000 },
    );
  });

  test("adding a deny never adds access", () => {
    const added = kinds.chain((kind) => statement("Deny", kind).map((deny) => ({ kind, deny })));
    fc.assert(
      fc.property(question, policies, added, (asked, drawn, { kind, deny }) => {
        fc.pre(kind !== "boundary" || drawn.boundary !== undefined);
        return decide(asked, drawn) === "Allowed" || decide(asked, adding(drawn, kind, deny)) !== "Allowed";
      }),
      { numRuns: 1000 },
    );
  });

  // Without what narrows when a pattern is widened, and without a variable that a cut would break.
  const positive = (effect: "Allow" | "Deny", kind: string): fc.Arbitrary<PolicyStatement> =>
    statement(effect, kind).map(({ Condition, Principal }) => ({
      Effect: effect,
      Action: "s3:GetObject",
      Resource: "arn:aws:s3:::b/a",
      ...(Principal === undefined ? {} : { Principal }),
      Condition,
    }));
  /** One element of a statement said more widely. */
  const wider = (narrow: PolicyStatement): fc.Arbitrary<PolicyStatement> =>
    fc.oneof(
      cut(String(narrow.Action), "s3:").map((Action) => ({ ...narrow, Action })),
      cut(String(narrow.Resource), "").map((Resource) => ({ ...narrow, Resource })),
      fc.constant({ ...narrow, Condition: undefined }),
      fc.constant(narrow.Principal === undefined ? narrow : { ...narrow, Principal: "*" as const }),
    );
  /** A pattern that ends in a `*`, for what followed there. */
  const cut = (pattern: string, atLeast: string): fc.Arbitrary<string> =>
    fc.integer({ min: atLeast.length, max: pattern.length }).map((length) => `${pattern.slice(0, length)}*`);
  const widened = (effect: "Allow" | "Deny") =>
    kinds.chain((kind) =>
      positive(effect, kind).chain((narrow) => wider(narrow).map((wide) => ({ kind, narrow, wide }))),
    );

  test("a wider allow never removes access", () => {
    fc.assert(
      fc.property(question, policies, widened("Allow"), (asked, drawn, { kind, narrow, wide }) => {
        fc.pre(kind !== "boundary" || drawn.boundary !== undefined);
        const before = decide(asked, adding(drawn, kind, narrow));
        return before !== "Allowed" || decide(asked, adding(drawn, kind, wide)) === "Allowed";
      }),
      { numRuns: 1000 },
    );
  });

  test("a wider deny never adds access", () => {
    fc.assert(
      fc.property(question, policies, widened("Deny"), (asked, drawn, { kind, narrow, wide }) => {
        fc.pre(kind !== "boundary" || drawn.boundary !== undefined);
        const before = decide(asked, adding(drawn, kind, narrow));
        return before === "Allowed" || decide(asked, adding(drawn, kind, wide)) !== "Allowed";
      }),
      { numRuns: 1000 },
    );
  });

  test("knowing less of the request never adds access", () => {
    fc.assert(
      fc.property(question, policies, (asked, drawn) => {
        const blind = { ...asked, context: createContext({}) };
        return decide(asked, drawn) === "Allowed" || decide(blind, drawn) !== "Allowed";
      }),
      { numRuns: 1000 },
    );
  });

  test("the order of statements does not matter", () => {
    fc.assert(
      fc.property(question, policies, (asked, drawn) => {
        const reversed = {
          ...drawn,
          identity: drawn.identity.toReversed(),
          resource: drawn.resource.toReversed(),
        };
        return decide(asked, drawn) === decide(asked, reversed);
      }),
    );
  });

  function callerNames(): (keyof typeof CALLERS)[] {
    return ["anonymous", "service", "user", "user of another account", "role session"];
  }
});

describe("explainEvaluation", () => {
  const explain = (row: Omit<PolicyCase, "name">, question: Question): string => {
    const request = requestOf(question, row.caller);
    return explainEvaluation(evaluate(request, policiesOf({ name: "", ...row })), request);
  };
  const read = { Sid: "Read", Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*" };

  test("names the statement that allowed", () => {
    expect(explain({ identity: [read] }, "s3:GetObject arn:aws:s3:::b/a")).toBe(
      's3:GetObject on arn:aws:s3:::b/a is allowed by statement 0 ("Read") of case.identity (identity-based policy)',
    );
  });

  test("names a statement with an empty Sid by its place alone", () => {
    expect(explain({ identity: [{ ...read, Sid: "" }] }, "s3:GetObject arn:aws:s3:::b/a")).toBe(
      "s3:GetObject on arn:aws:s3:::b/a is allowed by statement 0 of case.identity (identity-based policy)",
    );
  });

  test("names the statement that denied", () => {
    const deny = { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*" };
    expect(explain({ identity: [read], resource: [deny] }, "s3:GetObject arn:aws:s3:::b/a")).toBe(
      "s3:GetObject on arn:aws:s3:::b/a is denied by statement 0 of case.resource (resource-based policy); " +
        "narrow or remove that Deny if it should be allowed",
    );
  });

  test("names the nearest statement, what of it did not match, and what to do", () => {
    const other = { Effect: "Allow", Action: "sqs:*", NotResource: "arn:aws:s3:::c/*" };
    expect(explain({ identity: [other, read] }, "s3:GetObject arn:aws:s3:::c/a")).toBe(
      "no identity-based policy of arn:aws:iam::111122223333:user/team/carlos allows s3:GetObject on " +
        'arn:aws:s3:::c/a; nearest is statement 1 ("Read") of case.identity, but these do not match: Resource; ' +
        "to allow it, add s3:GetObject on arn:aws:s3:::c/a to case.identity",
    );
    expect(explain({ identity: [other] }, "s3:GetObject arn:aws:s3:::c/a")).toContain(
      ": Action, NotResource;",
    );
  });

  test("names the condition that does not hold, and what is not known here", () => {
    const conditional = {
      ...read,
      Condition: { Bool: { "aws:Unheard": "true" }, Null: { "aws:username": "false" } },
    };
    expect(explain({ identity: [conditional] }, "s3:GetObject arn:aws:s3:::b/a")).toBe(
      "no identity-based policy of arn:aws:iam::111122223333:user/team/carlos allows s3:GetObject on " +
        'arn:aws:s3:::b/a; nearest is statement 0 ("Read") of case.identity, but these do not match: ' +
        "Condition Bool aws:Unheard; to allow it, add s3:GetObject on arn:aws:s3:::b/a to case.identity; " +
        'statement 0 ("Read") of case.identity is assumed not to allow: condition key "aws:Unheard" cannot be known here',
    );
  });

  test("says so where there is no policy at all, and who lacks it", () => {
    expect(explain({}, "s3:GetObject *")).toBe(
      "no identity-based policy of arn:aws:iam::111122223333:user/team/carlos allows s3:GetObject on *; " +
        "attach a policy that allows it",
    );
    expect(explain({ caller: "anonymous" }, "s3:GetObject *")).toMatch(
      /^no resource-based policy of the resource/,
    );
  });

  test("is one line, whatever the resource holds", () => {
    expect(explain({}, "s3:GetObject arn:\n\u001b[2J\u2028\u0085")).toContain(
      "arn:\\u000a\\u001b[2J\\u2028\\u0085",
    );
  });
});
