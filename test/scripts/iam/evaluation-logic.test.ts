import { type Caller, callerKeys, toCaller } from "#iam/caller";
import { type ApplicablePolicies, evaluate } from "#iam/evaluate";
import type { NamedPolicy } from "#iam/identity";
import type { PolicyPrincipal, PolicyStatement } from "#iam/policy";
import { createContext } from "#iam/request-context";

/**
 * Which of the policies that bear on a request have to allow it, by whom the resource's policy names.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
 */

const ACCOUNT = "111122223333";
const ROOT = `arn:aws:iam::${ACCOUNT}:root`;
const USER = `arn:aws:iam::${ACCOUNT}:user/carlos`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/reader`;
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/reader/s1`;
const principal = { address: "aws_iam_x.y", identityPolicies: [], tags: {}, uniqueId: "AXXA1" };
const user = toCaller({ ...principal, kind: "user", name: "carlos", arn: USER });
const session = toCaller({ ...principal, kind: "role", name: "reader", arn: ROLE }, "s1");

type Kind = "identity" | "boundary" | "session" | "resource" | "trust";
interface Row {
  readonly name: string;
  readonly caller: Caller;
  /** The account of the resource. */
  readonly account: "own" | "other";
  /** The policy of the resource, or trust in the role that is the resource. */
  readonly by: "resource" | "trust";
  /** Its principal. */
  readonly names: PolicyPrincipal;
  /** The kinds without whose Allow the request is denied, though all others allow it. */
  readonly needed: readonly Kind[];
}

const inOwn = { account: "own", by: "resource" } as const;
const inOther = { account: "other", by: "resource" } as const;
const toAssume = { account: "own", by: "trust" } as const;
const ALL: readonly Kind[] = ["identity", "boundary", "session", "resource"];

const ROWS: readonly Row[] = [
  { name: "a user by name", caller: user, ...inOwn, names: { AWS: USER }, needed: [] },
  { name: "a session by name", caller: session, ...inOwn, names: { AWS: SESSION }, needed: [] },
  {
    name: "a session by its role",
    caller: session,
    ...inOwn,
    names: { AWS: ROLE },
    needed: ["boundary", "session"],
  },
  // No page tells whether a grant to everyone passes by a boundary: here it does not.
  { name: "a session as everyone", caller: session, ...inOwn, names: "*", needed: ["boundary", "session"] },
  // Naming the account delegates to its own policies.
  {
    name: "a user by the account",
    caller: user,
    ...inOwn,
    names: { AWS: ROOT },
    needed: ["identity", "boundary", "session"],
  },
  { name: "another account's user by name", caller: user, ...inOther, names: { AWS: USER }, needed: ALL },
  {
    name: "another account's user by the account",
    caller: user,
    ...inOther,
    names: { AWS: ACCOUNT },
    needed: ALL,
  },
  {
    name: "another account's session by name",
    caller: session,
    ...inOther,
    names: { AWS: SESSION },
    needed: ALL,
  },
  {
    name: "another account's session by its role",
    caller: session,
    ...inOther,
    names: { AWS: ROLE },
    needed: ALL,
  },
  { name: "trust in a user by name", caller: user, ...toAssume, names: { AWS: USER }, needed: ["trust"] },
  {
    name: "trust in a user by the account",
    caller: user,
    ...toAssume,
    names: { AWS: ROOT },
    needed: ["identity", "boundary", "session", "trust"],
  },
];

/** Policies of every kind that allow, but for those that say nothing of the request, and those that deny it. */
function policiesOf(
  { names, by }: Row,
  silent: readonly Kind[],
  denying: readonly Kind[],
): ApplicablePolicies {
  const policy = (kind: Kind): NamedPolicy => {
    const statement: PolicyStatement = {
      Effect: denying.includes(kind) ? "Deny" : "Allow",
      Principal: kind === by ? names : undefined,
      Action: silent.includes(kind) ? "sts:GetCallerIdentity" : "*",
      Resource: kind === "trust" ? undefined : "*",
    };
    return { address: kind, name: kind, document: { Version: "2012-10-17", Statement: [statement] } };
  };
  return {
    identity: [policy("identity")],
    boundary: policy("boundary"),
    session: policy("session"),
    [by]: policy(by),
  };
}

function decide(row: Row, silent: readonly Kind[], denying: readonly Kind[] = []): string {
  const { caller, account } = row;
  return evaluate(
    {
      caller,
      action: "sts:AssumeRole",
      resource: `arn:aws:iam::${ACCOUNT}:role/target`,
      resourceAccountId: account === "own" ? ACCOUNT : "444455556666",
      context: createContext(callerKeys(caller)),
    },
    policiesOf(row, silent, denying),
  ).decision;
}

describe.each(ROWS)("$name", (row) => {
  const kinds: readonly Kind[] = ["identity", "boundary", "session", row.by];

  test("all policies allow: allowed", () => {
    expect(decide(row, [])).toBe("Allowed");
  });

  test.each(kinds)("the %s policy is silent", (kind) => {
    expect(decide(row, [kind])).toBe(row.needed.includes(kind) ? "ImplicitlyDenied" : "Allowed");
  });

  test.each(kinds)("the %s policy denies: denied", (kind) => {
    expect(decide(row, [], [kind])).toBe("ExplicitlyDenied");
  });

  test("neither the caller's own policies nor the resource's allow: denied", () => {
    expect(decide(row, ["identity", row.by])).toBe("ImplicitlyDenied");
  });
});
