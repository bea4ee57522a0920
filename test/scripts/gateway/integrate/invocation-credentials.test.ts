import { compileCredentialsCheck } from "#gateway/integrate/invocation-credentials";
import type { NamedPolicy, Principal } from "#iam/identity";
import type { PolicyStatement } from "#iam/policy";
import type { LambdaProxyIntegration } from "#model/rest-api";
import { aSigner, LAMBDA_INTEGRATION } from "../../../support/gateway-model";

const ACCOUNT = "111122223333";
const FUNCTION = { arn: LAMBDA_INTEGRATION.functionArn };
const TIME = Date.parse("2026-11-22T10:15:30Z");
const ALLOW: PolicyStatement = { Effect: "Allow", Action: "lambda:InvokeFunction", Resource: FUNCTION.arn };
const TRUST: PolicyStatement = {
  Effect: "Allow",
  Principal: { Service: "apigateway.amazonaws.com" },
  Action: "sts:AssumeRole",
};

function policy(address: string, ...statements: PolicyStatement[]): NamedPolicy {
  return { address, name: address, document: { Version: "2012-10-17", Statement: statements } };
}

function principal(kind: "role" | "user", over: Partial<Principal> = {}): Principal {
  return {
    address: `aws_iam_${kind}.invoker`,
    kind,
    name: "invoker",
    arn: `arn:aws:iam::${ACCOUNT}:${kind}/invoker`,
    uniqueId: "AIDAINVOKER",
    identityPolicies: [policy("aws_iam_policy.invoke", ALLOW)],
    tags: {},
    ...(kind === "role" && { trustPolicy: policy("trust", TRUST) }),
    ...over,
  };
}

const account = (...principals: Principal[]) => ({ region: "us-east-1", accountId: ACCOUNT, principals });

/** Why a role may not invoke the function; undefined if it may. */
function refusalOfRole(over: Partial<Principal>, credentials?: LambdaProxyIntegration["credentials"]) {
  const role = principal("role", over);
  const integration = {
    ...LAMBDA_INTEGRATION,
    credentials: credentials ?? { kind: "role" as const, roleArn: role.arn },
  };
  return compileCredentialsCheck(account(role), integration, FUNCTION)({ receivedAt: TIME });
}

describe("a role", () => {
  test.each<[string, Partial<Principal>]>([
    ["with a policy for the function, that API Gateway may assume", {}],
    [
      "with a policy for all functions",
      { identityPolicies: [policy("p", { ...ALLOW, Action: "lambda:*", Resource: "*" })] },
    ],
    ["within its boundary", { permissionsBoundary: policy("b", { ...ALLOW, Action: "*", Resource: "*" }) }],
    [
      "until a time that is not over",
      {
        identityPolicies: [
          policy("p", {
            ...ALLOW,
            Condition: { DateLessThan: { "aws:CurrentTime": "2026-11-22T10:15:31Z" } },
          }),
        ],
      },
    ],
  ])("%s invokes the function", (_, over) => {
    expect(refusalOfRole(over)).toBeUndefined();
  });

  test.each<[string, Partial<Principal>, string]>([
    ["without a policy", { identityPolicies: [] }, "no identity-based policy of"],
    [
      "for another function",
      { identityPolicies: [policy("p", { ...ALLOW, Resource: `${FUNCTION.arn}2` })] },
      "nearest is statement 0 of p, but these do not match: Resource",
    ],
    [
      "for another version",
      { identityPolicies: [policy("p", { ...ALLOW, Resource: `${FUNCTION.arn}:*` })] },
      "nearest is statement 0 of p, but these do not match: Resource",
    ],
    [
      "with a Deny",
      { identityPolicies: [policy("p", ALLOW, { ...ALLOW, Effect: "Deny" })] },
      "is denied by statement 1 of p",
    ],
    ["outside its boundary", { permissionsBoundary: policy("b") }, "no permissions boundary of"],
    [
      "until a time that is over",
      {
        identityPolicies: [
          policy("p", {
            ...ALLOW,
            Condition: { DateLessThan: { "aws:CurrentTime": "2026-11-22T10:15:30Z" } },
          }),
        ],
      },
      "but these do not match: Condition DateLessThan aws:CurrentTime",
    ],
    [
      "with a condition that is not known here",
      {
        identityPolicies: [
          policy("p", { ...ALLOW, Condition: { IpAddress: { "aws:SourceIp": "192.0.2.1" } } }),
        ],
      },
      'condition key "aws:SourceIp" cannot be known here',
    ],
    [
      "that another service may assume",
      { trustPolicy: policy("trust", { ...TRUST, Principal: { Service: "lambda.amazonaws.com" } }) },
      "apigateway.amazonaws.com cannot assume the role",
    ],
    ["without a trust policy", { trustPolicy: undefined }, "apigateway.amazonaws.com cannot assume the role"],
  ])("%s does not: 500", (_, over, reason) => {
    expect(refusalOfRole(over)).toMatchObject({
      response: "INTEGRATION_FAILURE",
      status: 500,
      message: "Internal server error",
      reason: expect.stringContaining(reason),
    });
  });

  test("that is not there does not either", () => {
    const other = { kind: "role" as const, roleArn: `arn:aws:iam::${ACCOUNT}:role/other` };
    expect(refusalOfRole({}, other)?.reason).toBe(
      "aws_api_gateway_integration.lambda.credentials: the stack has no such role",
    );
  });
});

describe("the caller's own identity", () => {
  const check = compileCredentialsCheck(
    account(
      principal("user"),
      principal("role", { name: "reader", arn: `arn:aws:iam::${ACCOUNT}:role/a/reader` }),
    ),
    { ...LAMBDA_INTEGRATION, credentials: { kind: "caller" } },
    FUNCTION,
  );
  const signedBy = (signer: Principal) => check({ receivedAt: TIME, signer: aSigner(signer, "AKIA") });

  test("of a user and of a role that may invoke the function is enough", () => {
    expect(signedBy(principal("user"))).toBeUndefined();
    const reader = principal("role", { name: "reader", arn: `arn:aws:iam::${ACCOUNT}:role/a/reader` });
    expect(signedBy(reader)).toBeUndefined();
  });

  test("of who may not is not: 500", () => {
    const stranger = principal("role", { name: "stranger", arn: `arn:aws:iam::${ACCOUNT}:role/stranger` });
    expect(signedBy(stranger)).toMatchObject({ status: 500, message: "Internal server error" });
  });

  test("is none if the request is not signed: 500", () => {
    expect(check({ receivedAt: TIME })).toMatchObject({
      status: 500,
      reason: expect.stringContaining("the request is not signed"),
    });
  });
});
