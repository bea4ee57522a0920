import { type Caller, callerKeys, toCaller } from "#iam/caller";
import { evaluate } from "#iam/evaluate";
import { explainEvaluation } from "#iam/explain";
import type { Principal } from "#iam/identity";
import { createContext } from "#iam/request-context";
import type { AccessRequest } from "#iam/statement";
import type { LambdaFunction } from "#model/lambda-function";
import type { Model } from "#model/model";
import type { LambdaProxyIntegration } from "#model/rest-api";
import type { GatewayCall } from "../call";
import type { Refusal } from "../refusal";
import { permissionFailure } from "./integration-failures";

/** The account whose functions are invoked, with its principals. */
export type InvokingAccount = Pick<Model, "region" | "accountId" | "principals">;

/** Refuses a call if the identity that would invoke the function does not have permission. */
export type CredentialsCheck = (call: Pick<GatewayCall, "receivedAt" | "signer">) => Refusal | undefined;

/**
 * Prepares the check of an integration with credentials. API Gateway then does not invoke the function as itself, so the
 * function's permissions play no part. It assumes a role, whose trust policy has to allow that, or passes the caller's own
 * identity through. The policies of that identity have to allow `lambda:InvokeFunction`.
 *
 * Not known, and therefore stricter than AWS may be: the name of the role's session and the condition keys of these two
 * requests except time and region, so that an Allow that requires them does not apply; a function's permissions for a
 * principal other than API Gateway. The answer is the one for a missing permission.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html (`credentials`);
 *   https://docs.aws.amazon.com/apigateway/latest/developerguide/permissions.html
 */
export function compileCredentialsCheck(
  account: InvokingAccount,
  { address, credentials }: Pick<LambdaProxyIntegration, "address" | "credentials">,
  target: Pick<LambdaFunction, "arn">,
): CredentialsCheck {
  const refuse = (reason: string): Refusal => permissionFailure(`${address}.credentials: ${reason}`);
  const withArn = (arn: string) => account.principals.find((principal) => principal.arn === arn);
  const checkInvoke = (
    caller: Caller,
    principal: Principal | undefined,
    time: number,
  ): Refusal | undefined => {
    const denied = denialOf(requestOf(account, caller, "lambda:InvokeFunction", target.arn, time), {
      identity: principal?.identityPolicies ?? [],
      boundary: principal?.permissionsBoundary,
    });
    return denied === undefined ? undefined : refuse(denied);
  };
  if (credentials?.kind === "caller") {
    return ({ signer, receivedAt }) => {
      if (signer === undefined)
        return refuse("the request is not signed, so there is no caller to pass through");
      const { caller } = signer;
      return checkInvoke(caller, withArn(caller.kind === "user" ? caller.arn : caller.roleArn), receivedAt);
    };
  }
  if (!credentials) return () => refuse("the stack has no such role");
  const role = withArn(credentials.roleArn);
  const checkRole = compileRoleCheck(account, address, credentials.roleArn);
  return (call) => checkRole(call) ?? (role && checkInvoke(toCaller(role, SESSION), role, call.receivedAt));
}

/** Prepares the check whether API Gateway may assume a role: an integration calls what is behind it with its credentials. */
export function compileRoleCheck(
  account: InvokingAccount,
  address: string,
  roleArn: string,
): CredentialsCheck {
  const refuse = (reason: string): Refusal => permissionFailure(`${address}.credentials: ${reason}`);
  const role = account.principals.find((principal) => principal.arn === roleArn);
  if (!role) return () => refuse("the stack has no such role");
  return ({ receivedAt }) => {
    const denied = denialOf(requestOf(account, API_GATEWAY, "sts:AssumeRole", role.arn, receivedAt), {
      identity: [],
      trust: role.trustPolicy ?? NO_TRUST,
    });
    return denied === undefined
      ? undefined
      : refuse(`apigateway.amazonaws.com cannot assume the role: ${denied}`);
  };
}

// ---------------------------------------------------------------------------------------------------- internal

const API_GATEWAY: Caller = { kind: "service", service: "apigateway.amazonaws.com" };

/** Stands for the session's name in messages. */
const SESSION = "apigateway";

const NO_TRUST = { address: "", name: "", document: { Statement: [] } };

function requestOf(
  { region, accountId }: InvokingAccount,
  caller: Caller,
  action: string,
  resource: string,
  time: number,
): AccessRequest {
  return {
    caller,
    action,
    resource,
    resourceAccountId: accountId,
    context: createContext(() => callerKeys(caller), {
      "aws:CurrentTime": new Date(time).toISOString(),
      "aws:EpochTime": Math.floor(time / 1000),
      "aws:RequestedRegion": region,
    }),
  };
}

/** Why a request is denied; undefined if it is allowed. */
function denialOf(request: AccessRequest, policies: Parameters<typeof evaluate>[1]): string | undefined {
  const evaluation = evaluate(request, policies);
  return evaluation.decision === "Allowed" ? undefined : explainEvaluation(evaluation, request);
}
