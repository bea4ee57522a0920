import { ANONYMOUS, type Caller, toCaller } from "#iam/caller";
import type { PolicyPrincipal } from "#iam/policy";
import { granteeOf, isNamedInOtherCase, isSpared } from "#iam/principal-element";

const principal = { address: "aws_iam_x.y", uniqueId: "AXXA1", identityPolicies: [], tags: {} };
const role = "arn:aws:iam::123456789012:role/team/reader";
const session = "arn:aws:sts::123456789012:assumed-role/reader/s1";
const user = "arn:aws:iam::123456789012:user/carlos";
const root = "arn:aws:iam::123456789012:root";
const github = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
const callers: Record<string, Caller> = {
  anonymous: ANONYMOUS,
  service: { kind: "service", service: "lambda.amazonaws.com" },
  federated: { kind: "federated", provider: github },
  user: toCaller({ ...principal, kind: "user", name: "carlos", arn: user }),
  session: toCaller({ ...principal, kind: "role", name: "reader", arn: role }, "s1"),
};
const callerNamed = (name: string): Caller => {
  const caller = callers[name];
  if (caller === undefined) throw new Error(`no caller ${name}`);
  return caller;
};

describe("Principal", () => {
  test.each<{ names: PolicyPrincipal; caller: string; expected: string | undefined }>([
    { names: "*", caller: "anonymous", expected: "everyone" },
    { names: { AWS: "*" }, caller: "anonymous", expected: "everyone" },
    { names: { AWS: "*" }, caller: "session", expected: "everyone" },
    { names: { AWS: "123456789012" }, caller: "anonymous", expected: undefined },
    { names: { AWS: "123456789012" }, caller: "session", expected: "account" },
    { names: { AWS: root }, caller: "user", expected: "account" },
    { names: { AWS: "210987654321" }, caller: "user", expected: undefined },
    { names: { AWS: root.replace("1234", "9999") }, caller: "user", expected: undefined },
    { names: { AWS: role }, caller: "session", expected: "role" },
    { names: { AWS: "arn:aws:iam::123456789012:role/reader" }, caller: "session", expected: undefined },
    { names: { AWS: session }, caller: "session", expected: "caller" },
    { names: { AWS: session.replace("s1", "s2") }, caller: "session", expected: undefined },
    { names: { AWS: [root, role, session] }, caller: "session", expected: "caller" },
    { names: { AWS: ["*", role] }, caller: "session", expected: "role" },
    { names: { AWS: user }, caller: "user", expected: "caller" },
    { names: { AWS: user.toUpperCase() }, caller: "user", expected: undefined },
    { names: { Service: "lambda.amazonaws.com" }, caller: "service", expected: "caller" },
    { names: { Service: ["edgelambda.amazonaws.com"] }, caller: "service", expected: undefined },
    { names: { AWS: "lambda.amazonaws.com" }, caller: "service", expected: undefined },
    { names: { Service: "*" }, caller: "session", expected: undefined },
    { names: { Federated: session }, caller: "session", expected: undefined },
    { names: { Federated: ["accounts.google.com", github] }, caller: "federated", expected: "caller" },
    { names: { Federated: "accounts.google.com" }, caller: "federated", expected: undefined },
    { names: { AWS: [root, "123456789012"] }, caller: "federated", expected: undefined },
    { names: { AWS: "*" }, caller: "federated", expected: "everyone" },
  ])("$names names the $caller as $expected", ({ names, caller, expected }) => {
    expect(granteeOf(names, callerNamed(caller))).toBe(expected);
  });
});

describe("a Principal in another case", () => {
  test.each<{ names: PolicyPrincipal; caller: string; expected: boolean }>([
    { names: { AWS: role.replace("reader", "Reader") }, caller: "session", expected: true },
    { names: { AWS: role.replace("team", "TEAM") }, caller: "session", expected: true },
    { names: { AWS: role.replace("role", "Role") }, caller: "session", expected: true },
    { names: { AWS: session.replace("reader", "Reader") }, caller: "session", expected: true },
    { names: { AWS: session.replace("s1", "S1") }, caller: "session", expected: true },
    { names: { AWS: [github, user.toUpperCase()] }, caller: "user", expected: true },
    { names: { Service: "Lambda.amazonaws.com" }, caller: "service", expected: true },
    { names: { Federated: github.replace("token", "Token") }, caller: "federated", expected: true },
    { names: { AWS: role.replace("reader", "readers") }, caller: "session", expected: false },
    { names: { AWS: role.replace("reader", "r\u0435ader") }, caller: "session", expected: false },
    { names: { AWS: role.replace("reader", "Reader") }, caller: "user", expected: false },
    { names: { Service: role.toUpperCase() }, caller: "session", expected: false },
    { names: "*", caller: "session", expected: false },
  ])("$names may name the $caller: $expected", ({ names, caller, expected }) => {
    expect(isNamedInOtherCase(names, callerNamed(caller))).toBe(expected);
  });
});

describe("NotPrincipal", () => {
  test("does not spare a role in another case", () => {
    const listed = [root, role.replace("reader", "Reader"), session.replace("reader", "Reader")];
    expect(isSpared({ AWS: listed }, callerNamed("session"))).toBe(false);
  });

  test.each<{ names: PolicyPrincipal; caller: string; expected: boolean }>([
    { names: { AWS: [session, role, root] }, caller: "session", expected: true },
    { names: { AWS: [session, role, "123456789012"] }, caller: "session", expected: true },
    { names: { AWS: [role, root] }, caller: "session", expected: false },
    { names: { AWS: [session, root] }, caller: "session", expected: false },
    { names: { AWS: [session, role] }, caller: "session", expected: false },
    { names: { AWS: [user, root] }, caller: "user", expected: true },
    { names: { AWS: user }, caller: "user", expected: false },
    { names: { AWS: root }, caller: "user", expected: false },
    { names: { Service: "lambda.amazonaws.com" }, caller: "service", expected: true },
    { names: { Service: "s3.amazonaws.com" }, caller: "service", expected: false },
    { names: { Federated: github }, caller: "federated", expected: true },
    { names: { Federated: "accounts.google.com" }, caller: "federated", expected: false },
    { names: { AWS: "*" }, caller: "anonymous", expected: false },
    { names: "*", caller: "session", expected: false },
  ])("$names spares the $caller: $expected", ({ names, caller, expected }) => {
    expect(isSpared(names, callerNamed(caller))).toBe(expected);
  });
});

describe("toCaller", () => {
  test("a role's session has an ARN of its own, without the role's path", () => {
    expect(callers["session"]).toMatchObject({ arn: session, roleArn: role, accountId: "123456789012" });
  });

  test("refuses a role without a session, and an ARN that is not IAM's", () => {
    expect(() => toCaller({ ...principal, kind: "role", name: "reader", arn: role })).toThrow(
      "aws_iam_x.y: a role",
    );
    expect(() => toCaller({ ...principal, kind: "user", name: "x", arn: "arn:aws:s3:::x" })).toThrow(
      'aws_iam_x.y: "arn:aws:s3:::x" is not the ARN of an IAM user',
    );
  });
});
