import { escapeControls } from "#text/printable";
import { describeStatement, type Evaluation } from "./evaluate";
import { toList } from "./policy";
import type { AccessRequest, PlacedStatement, PolicyKind } from "./statement";

/**
 * One line for a log on why a request was allowed or denied: which statements decided, or that no statement allows it,
 * which part of the nearest statement did not match, and what to do. Control characters are written as escapes.
 */
export function explainEvaluation(evaluation: Evaluation, request: AccessRequest): string {
  const { decision, statements, notes } = evaluation;
  const what = `${request.action} on ${toList(request.resource)[0]}`;
  const sentences =
    decision === "Allowed"
      ? [`${what} is allowed by ${describeAll(statements)}`]
      : decision === "ExplicitlyDenied"
        ? [
            `${what} is denied by ${describeAll(statements)}`,
            "narrow or remove that Deny if it should be allowed",
          ]
        : explainImplicitDeny(evaluation, request, what);
  return escapeControls([...sentences, ...notes].join("; "));
}

/**
 * AWS's message to a caller who is denied: the caller, the action, the resource, and which kind of policy decided. The
 * texts for a boundary come from services other than API Gateway. AWS does not document which kind it names if several
 * deny: here it is the first in the order identity, boundary, resource.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 *
 * @param resource - the resource as the service shows it
 */
export function accessDenied(
  evaluation: Evaluation,
  { caller, action }: Pick<AccessRequest, "caller" | "action">,
  resource: string,
): string {
  const user = "arn" in caller ? caller.arn : caller.kind;
  return `User: ${user} is not authorized to perform: ${action} on resource: ${resource}${why(evaluation, action)}`;
}

function explainImplicitDeny(evaluation: Evaluation, request: AccessRequest, what: string): string[] {
  const { missing = "identity", nearest } = evaluation;
  const nothing = `no ${POLICY_KIND_NAMES[missing]} of ${ownerOf(missing, request)} allows ${what}`;
  if (nearest === undefined) return [nothing, "attach a policy that allows it"];
  return [
    nothing,
    `nearest is ${describeStatement(nearest.statement)}, but these do not match: ${nearest.unmet.join(", ")}`,
    `to allow it, add ${what} to ${nearest.statement.policy.address}`,
  ];
}

function ownerOf(missing: PolicyKind, { caller }: AccessRequest): string {
  if (missing === "resource") return "the resource";
  if (missing === "trust") return "the role";
  return "arn" in caller ? caller.arn : caller.kind;
}

function describeAll(statements: readonly PlacedStatement[]): string {
  return statements
    .map((placed) => `${describeStatement(placed)} (${POLICY_KIND_NAMES[placed.kind]})`)
    .join(" and ");
}

/** AWS's names for the kinds of policy in access-denied messages. */
const POLICY_KIND_NAMES: Readonly<Record<PolicyKind, string>> = {
  identity: "identity-based policy",
  resource: "resource-based policy",
  trust: "resource-based policy",
  boundary: "permissions boundary",
  session: "session policy",
};

function why({ decision, statements, missing = "identity" }: Evaluation, action: string): string {
  const kind = decision === "ExplicitlyDenied" ? (statements[0]?.kind ?? missing) : missing;
  const name = POLICY_KIND_NAMES[kind];
  if (decision === "ImplicitlyDenied") return ` because no ${name} allows the ${action} action`;
  return ` with an explicit deny in ${/^[aeiou]/.test(name) ? "an" : "a"} ${name}`;
}
