import type { Caller } from "./caller";
import { lowerCaseAscii } from "./fold-case";
import { type PolicyPrincipal, toList } from "./policy";

/**
 * Whom a `Principal` names when it names the caller: the very user, role session or service, or the provider of a
 * federated identity; the session's role; the caller's whole account, which only delegates to that account's own
 * policies; or everyone.
 */
export type Grantee = "caller" | "role" | "everyone" | "account";

/**
 * How a `Principal` names the caller, most specific first; undefined if it does not.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function granteeOf(principal: PolicyPrincipal, caller: Caller): Grantee | undefined {
  if (principal === "*") return "everyone";
  const listed = toList(principal["AWS"] ?? []);
  if (caller.kind === "service" && toList(principal["Service"] ?? []).includes(caller.service))
    return "caller";
  if (caller.kind === "federated" && toList(principal["Federated"] ?? []).includes(caller.provider))
    return "caller";
  if ((caller.kind === "user" || caller.kind === "role-session") && listed.includes(caller.arn))
    return "caller";
  if (caller.kind === "role-session" && listed.includes(caller.roleArn)) return "role";
  if (listed.includes("*")) return "everyone";
  return namesAccount(listed, caller) ? "account" : undefined;
}

/**
 * Whether a `Principal` that does not name the caller would, if case did not count. Names of users and roles are unique
 * without case, and AWS looks them up when a policy is saved: whether it finds the role `app` as `role/App` is not known.
 * Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
 */
export function isNamedInOtherCase(principal: PolicyPrincipal, caller: Caller): boolean {
  if (principal === "*") return false;
  const lower = Object.entries(principal).map(([kind, names]) => [kind, toList(names).map(lowerCaseAscii)]);
  return granteeOf(Object.fromEntries(lower), inLowerCase(caller)) !== undefined;
}

/**
 * Whether a `NotPrincipal` excludes the caller. AWS requires that an excluded session is listed together with its role
 * and its account, and a user together with the account; an incomplete list excludes no caller here.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
export function isSpared(notPrincipal: PolicyPrincipal, caller: Caller): boolean {
  if (notPrincipal === "*") return false;
  const listed = toList(notPrincipal["AWS"] ?? []);
  switch (caller.kind) {
    case "anonymous":
      return false;
    case "service":
      return toList(notPrincipal["Service"] ?? []).includes(caller.service);
    case "federated":
      return toList(notPrincipal["Federated"] ?? []).includes(caller.provider);
    case "user":
      return listed.includes(caller.arn) && namesAccount(listed, caller);
    case "role-session":
      return listed.includes(caller.arn) && listed.includes(caller.roleArn) && namesAccount(listed, caller);
  }
}

/** The forms in which a `Principal` can name the caller, in lower case. */
function inLowerCase(caller: Caller): Caller {
  switch (caller.kind) {
    case "anonymous":
      return caller;
    case "service":
      return { ...caller, service: lowerCaseAscii(caller.service) };
    case "federated":
      return { ...caller, provider: lowerCaseAscii(caller.provider) };
    case "user":
      return { ...caller, arn: lowerCaseAscii(caller.arn) };
    case "role-session":
      return { ...caller, arn: lowerCaseAscii(caller.arn), roleArn: lowerCaseAscii(caller.roleArn) };
  }
}

function namesAccount(listed: readonly string[], caller: Caller): boolean {
  if (caller.kind !== "user" && caller.kind !== "role-session") return false;
  return listed.some(
    (entry) => (/^arn:[^:]+:iam::(\d{12}):root$/.exec(entry)?.[1] ?? entry) === caller.accountId,
  );
}
