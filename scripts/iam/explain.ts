import { escapeControls } from "#text/one-line";
import { describeStatement, type Evaluation } from "./evaluate";
import { toList } from "./one-or-many";
import type { AccessRequest, PlacedStatement, PolicyKind } from "./statement";

/**
 * One line for a log on why a request was allowed or denied: which statements decided, or that nothing allows it, what
 * of the nearest statement did not match, and what to do. Control characters are written as escapes.
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

function explainImplicitDeny(evaluation: Evaluation, request: AccessRequest, what: string): string[] {
  const { missing = "identity", nearest } = evaluation;
  const nothing = `no ${POLICY_KIND_NAMES[missing]} of ${ownerOf(missing, request)} allows ${what}`;
  if (nearest === undefined) return [nothing, "attach a policy that allows it"];
  return [
    nothing,
    `nearest is ${describeStatement(nearest.statement)}, where these do not match: ${nearest.unmet.join(", ")}`,
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

/** What AWS calls each kind of policy when it says why access was denied. */
export const POLICY_KIND_NAMES: Readonly<Record<PolicyKind, string>> = {
  identity: "identity-based policy",
  resource: "resource-based policy",
  trust: "resource-based policy",
  boundary: "permissions boundary",
  session: "session policy",
};
