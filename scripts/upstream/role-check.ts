import { callerKeys, toCaller } from "#iam/caller";
import { evaluate } from "#iam/evaluate";
import { accessDenied } from "#iam/explain";
import type { LocalCredentials } from "#iam/identity";
import { createContext } from "#iam/request-context";
import type { AccountLocation, AwsCall } from "./aws-call";
import { requiredAccess } from "./required-access";
import type { UpstreamAnswer, UpstreamFailure } from "./send";

/**
 * What a service answers to a role whose policies do not allow a call; undefined if they do. The emulator that the call is for
 * may know no policies. A call whose action or resource is not known here fails.
 *
 * Condition keys other than time and region are not known here: an Allow that needs them does not apply, and a Deny does.
 */
export function refuseRole(
  call: AwsCall,
  { principal, sessionName }: LocalCredentials,
  { accountId, partition, region }: AccountLocation,
  now: number,
): UpstreamAnswer | UpstreamFailure | undefined {
  const access = requiredAccess(call, { accountId, partition, region });
  if (access === undefined) {
    const what = `${call.method} ${call.path} of ${call.service}`;
    return {
      kind: "invalid",
      reason: `the action and resource of ${what} are not known; call it from a Lambda`,
    };
  }
  const caller = toCaller(principal, sessionName);
  const request = {
    ...access,
    caller,
    resourceAccountId: accountId,
    context: createContext(
      () => callerKeys(caller),
      () => ({
        "aws:CurrentTime": new Date(now).toISOString(),
        "aws:EpochTime": Math.floor(now / 1000),
        "aws:RequestedRegion": region,
      }),
    ),
  };
  const evaluation = evaluate(request, {
    identity: principal.identityPolicies,
    boundary: principal.permissionsBoundary,
  });
  if (evaluation.decision === "Allowed") return undefined;
  const message = accessDenied(evaluation, request, access.resource);
  return {
    kind: "answer",
    status: 403,
    headers: [["Content-Type", "application/json"]],
    body: Buffer.from(JSON.stringify({ __type: "AccessDeniedException", message })),
  };
}
