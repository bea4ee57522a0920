import type { PolicyStatement } from "#iam/policy";
import type { Diagnosis } from "./diagnosis";
import type { LookedUp } from "./observed";
import type { Refused } from "./refused";

/**
 * A caller whose policies do not let them in. The answer names action and method, from which the statement that would
 * allow it is made; the account in it is masked and filled in where it is known.
 */
export function diagnoseAccessDenied({ message, observed }: Refused): Diagnosis | undefined {
  const found = DENIED.exec(message.replace(/\s+/g, " "));
  if (!found) return AUTHORIZER_DENIED.test(message) ? BY_AUTHORIZER : undefined;
  const [, sentCaller = "an unnamed caller", action = "", maskedArn = "", reason = ""] = found;
  const isAnonymous = /^ann?onymous$/i.test(sentCaller);
  const caller = isAnonymous ? "anonymous" : sentCaller;
  const resource = withAccount(maskedArn, caller, observed.lookedUp);
  const masked = resource.includes("*".repeat(8)) ? " Put the API's account in place of the asterisks." : "";
  const who = isAnonymous ? "An unsigned caller" : caller;
  const doubled = doubledStage(resource);
  if (doubled !== undefined) {
    return {
      gate: "route",
      fault: "no-such-route",
      cause: `The stage '${doubled}' stands twice in the path (${resource.slice(resource.indexOf("/"))}): the policy allows the route, and not this path.`,
      advice:
        "Leave one of them out of the URL; a custom domain's mapping adds the stage by itself. No policy has to change.",
    };
  }
  if (/explicit deny/.test(reason)) {
    const where =
      /explicit deny in (an? .*?)\.?$/.exec(reason)?.[1] ??
      (isAnonymous ? "the API's resource policy" : "a policy that applies to the request");
    return {
      gate: "iam",
      fault: "explicitly-denied",
      cause: `${who} may not ${action} ${resource}: a statement with Effect Deny in ${where} says so, and no Allow outweighs it.`,
      advice: `Find the Deny whose Action, Resource and Condition (a source address, say) fit this request, and narrow it; or sign as a principal that it does not apply to.${masked}`,
    };
  }
  const kind = kindOf(reason, isAnonymous);
  const guardrail = GUARDRAILS.get(kind);
  if (guardrail !== undefined) {
    return {
      gate: "iam",
      fault: "not-allowed",
      cause: `${who} is known, and no ${kind} allows ${action}: ${guardrail}, and bounds what other policies allow.`,
      advice: `Allow ${action} there as well; another identity policy does not help.`,
    };
  }
  const isResourceBased = isAnonymous || kind === "resource-based policy";
  const policyStatement: PolicyStatement = {
    Effect: "Allow",
    ...(isResourceBased && { Principal: isAnonymous ? "*" : { AWS: principalOf(caller) } }),
    Action: action,
    Resource: resource,
  };
  const owner = isAnonymous
    ? "Add this statement to the API's resource policy, or correct the one whose Condition (aws:SourceIp, aws:SourceVpce) does not fit, and deploy again; or sign the request."
    : isResourceBased
      ? "Add this statement to the API's resource policy and deploy the stage again."
      : `Add this statement to a policy of ${roleOrUser(caller)}, or sign as a principal that has it.`;
  return {
    gate: "iam",
    fault: "not-allowed",
    cause: `${who} is known, and no ${kind} allows ${action} on this method and path${isAnonymous ? " (the API's resource policy decides about unsigned requests)" : ""}.`,
    advice: `${owner}${masked}`,
    policyStatement,
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** The reason at the end is missing in older answers, and the user where a person cut it off. */
const DENIED =
  /^(?:User: )?(\S+) is not authorized to perform: (\S+) on resource: (\S+?)['".,]*(?: (because no .*|with an explicit deny.*)| .*)?$/;

/** Policies that bound what others allow, by AWS's names. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
const GUARDRAILS: ReadonlyMap<string, string> = new Map([
  ["permissions boundary", "the permissions boundary of the role or user lacks it"],
  ["session policy", "the policy that was given when the session was made (AssumeRole, Policy) lacks it"],
  ["service control policy", "an AWS Organizations policy of the account or its unit lacks it"],
  ["resource control policy", "an AWS Organizations policy for resources lacks it"],
  ["VPC endpoint policy", "the policy of the VPC endpoint lacks it"],
]);

/** `arn:…:API/prod/GET/prod/items`: the path that was called begins with the stage. */
function doubledStage(arn: string): string | undefined {
  return /^arn:[^/]*:[^/:]+\/([^/*]+)\/[A-Z*]+\/\1(?=\/|$)/.exec(arn)?.[1];
}

/** The role of a session, which is what a policy names. */
function principalOf(arn: string): string {
  return arn.replace(/^arn:([^:]*):sts::([^:]*):assumed-role\/([^/]+)\/.*$/, "arn:$1:iam::$2:role/$3");
}

/** Source: https://repost.aws/knowledge-center/api-gateway-403-error-lambda-authorizer */
const AUTHORIZER_DENIED = /^User is not authorized to access this resource/;

const BY_AUTHORIZER: Diagnosis = {
  gate: "authorizer",
  fault: "explicitly-denied",
  cause:
    "The API's authorizer, not IAM, refused the caller: the policy that it returned does not allow this method.",
  advice:
    "Look at what the authorizer returns for this caller and path, and whether its cached policy was made for another method or path (allow /*, or switch the cache off).",
};

function kindOf(reason: string, isAnonymous: boolean): string {
  return (
    /because no ((?:\S+ ){1,3}?policy|permissions boundary)/.exec(reason)?.[1] ??
    (isAnonymous ? "resource-based policy" : "policy")
  );
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
