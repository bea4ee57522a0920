import { callerKeys, toCaller } from "#iam/caller";
import { evaluate } from "#iam/evaluate";
import { accessDenied, explainEvaluation } from "#iam/explain";
import type { LocalCredentials } from "#iam/identity";
import { createContext } from "#iam/request-context";
import type { AccountLocation, AskedCall } from "./aws-call";
import { requiredAccess } from "./required-access";

/**
 * Why a call is not sent. `denied`: the policies of the role do not allow it. `unknown`: its action or its resource is not known
 * here, so that policies cannot be asked.
 */
export interface RoleRefusal {
  readonly kind: "denied" | "unknown";
  /** AWS's message to the caller; what is not known has one of this project. */
  readonly message: string;
  /** One line for the log. */
  readonly reason: string;
}

/**
 * Asks the policies of a role, or of a user, for a call; undefined if they allow it. The emulator that the call is for may know
 * no policies.
 *
 * Condition keys other than time and region are not known here: an Allow that needs them does not apply, and a Deny does.
 */
export function refuseRole(
  call: AskedCall,
  { principal, sessionName }: LocalCredentials,
  location: AccountLocation,
  now: number,
): RoleRefusal | undefined {
  const accesses = requiredAccess(call, location);
  if (accesses === undefined) {
    const target = call.headers.find(([name]) => name.toLowerCase() === "x-amz-target")?.[1];
    const what = `${target ?? `${call.method} ${call.path}`} of ${call.service}`;
    const message = `the action and resource of ${what} are not known here, so that no policy can be asked for them`;
    return { kind: "unknown", message, reason: message };
  }
  const caller = toCaller(principal, sessionName);
  for (const access of accesses) {
    const request = {
      ...access,
      caller,
      resourceAccountId: location.accountId,
      context: createContext(
        () => callerKeys(caller),
        () => ({
          "aws:CurrentTime": new Date(now).toISOString(),
          "aws:EpochTime": Math.floor(now / 1000),
          "aws:RequestedRegion": location.region,
        }),
      ),
    };
    const evaluation = evaluate(request, {
      identity: principal.identityPolicies,
      boundary: principal.permissionsBoundary,
    });
    if (evaluation.decision === "Allowed") continue;
    return {
      kind: "denied",
      message: accessDenied(evaluation, request, access.resource),
      reason: explainEvaluation(evaluation, request),
    };
  }
  return undefined;
}
