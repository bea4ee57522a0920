import type { PolicyStatement } from "#iam/policy";
import type { Diagnosis } from "./diagnosis";
import type { LookedUp } from "./observed";
import type { Refused } from "./refused";

/**
 * A caller whose policies do not let them in. The answer names action and method, from which the statement that would
 * allow it is made; the account in it is masked and filled in where it is known.
 */
export function diagnoseAccessDenied({ message, observed }: Refused): Diagnosis | undefined {
  const found = DENIED.exec(message);
  if (!found) return AUTHORIZER_DENIED.test(message) ? BY_AUTHORIZER : undefined;
  const [, caller = "", action = "", maskedArn = "", reason = ""] = found;
  const resource = withAccount(maskedArn, caller, observed.lookedUp);
  const masked = resource.includes("*".repeat(8)) ? " Put the API's account in place of the asterisks." : "";
  const isAnonymous = caller === "anonymous";
  const who = isAnonymous ? "An unsigned caller" : caller;
  if (/explicit deny/.test(reason)) {
    const where = /explicit deny in (an? .*)$/.exec(reason)?.[1] ?? "a policy that applies to the request";
    return {
      gate: "iam",
      fault: "explicitly-denied",
      cause: `${who} may not ${action} ${resource}: a statement with Effect Deny in ${where} says so, and no Allow outweighs it.`,
      advice: `Find the Deny whose Action, Resource and Condition fit this request, and narrow it; or call as somebody whom it spares.${masked}`,
    };
  }
  const policyStatement: PolicyStatement = {
    Effect: "Allow",
    ...(isAnonymous && { Principal: "*" }),
    Action: action,
    Resource: resource,
  };
  const owner = isAnonymous
    ? "Add this statement to the API's resource policy and deploy again, or sign the request."
    : `Add this statement to a policy of ${roleOrUser(caller)}, or call as somebody who has it.`;
  return {
    gate: "iam",
    fault: "not-allowed",
    cause: `${who} is known, and no ${kindOf(reason, isAnonymous)} allows ${action} on this method and path.`,
    advice: `${owner}${masked}`,
    policyStatement,
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** The reason at the end is missing in older answers. */
const DENIED =
  /^User: (\S+) is not authorized to perform: (\S+) on resource: (\S+?)((?: because no | with an explicit deny).*)?$/s;

/** Source: https://repost.aws/knowledge-center/api-gateway-403-error-lambda-authorizer */
const AUTHORIZER_DENIED = /^User is not authorized to access this resource/;

const BY_AUTHORIZER: Diagnosis = {
  gate: "authorizer",
  fault: "explicitly-denied",
  cause:
    "The API's authorizer, not IAM, refused the caller: the policy that it returned does not allow this method.",
  advice:
    "Look at what the authorizer returns for this caller and path, and whether it is cached for another path.",
};

function kindOf(reason: string, isAnonymous: boolean): string {
  return /because no (\S+ policy)/.exec(reason)?.[1] ?? (isAnonymous ? "resource-based policy" : "policy");
}

/** `arn:aws:sts::111122223333:assumed-role/reader/session` → `role reader`; the path of a user is not in its name. */
function roleOrUser(arn: string): string {
  const role = /:assumed-role\/([^/]+)/.exec(arn)?.[1];
  if (role !== undefined) return `role ${role}`;
  const [, kind, name] = /:(user|federated-user)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  return kind === undefined ? arn : `${kind} ${name}`;
}

/** Fills in an account of which the answer shows the last four digits: the API's, or the caller's, where it fits. */
function withAccount(arn: string, caller: string, lookedUp: LookedUp | undefined): string {
  const last = /:\*{8}(\d{4}):/.exec(arn)?.[1];
  const candidates = [lookedUp?.accountId, /^arn:[^:]*:[^:]*::(\d{12}):/.exec(caller)?.[1]];
  const account = last && candidates.find((candidate) => candidate?.endsWith(last));
  return account ? arn.replace(`********${last}`, account) : arn;
}
