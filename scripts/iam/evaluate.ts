import { escapeControls } from "#text/printable";
import type { NamedPolicy } from "./identity";
import { toList } from "./policy";
import { type Grantee, granteeOf } from "./principal-element";
import {
  type AccessRequest,
  type PlacedStatement,
  type PolicyKind,
  placeStatements,
  statementMatches,
  unmetElements,
} from "./statement";
import { isUnknown } from "./verdict";

/** The policies that bear on a request. */
export interface ApplicablePolicies {
  /** The caller's policies; none for an anonymous caller or a service. */
  readonly identity: readonly NamedPolicy[];
  /** The caller's permissions boundary. */
  readonly boundary?: NamedPolicy;
  /** The session policies that were passed when the caller's session was created. */
  readonly session?: NamedPolicy;
  /** The resource's policies: an API's resource policy, a function's policy, … */
  readonly resource?: NamedPolicy;
  /**
   * The role's trust policy, if the action is to assume the role: unlike other resource policies, it must always allow.
   */
  readonly trust?: NamedPolicy;
}

export interface Evaluation {
  readonly decision: "Allowed" | "ExplicitlyDenied" | "ImplicitlyDenied";
  /** The statements that decided: each Deny that applies, otherwise each Allow, including those that do not suffice. */
  readonly statements: readonly PlacedStatement[];
  /** If the denial is implicit: the kind of policy that must allow and does not. */
  readonly missing?: PolicyKind;
  /** If the denial is implicit: the Allow that came nearest, and which part of it did not match. */
  readonly nearest?: { readonly statement: PlacedStatement; readonly unmet: readonly string[] };
  /** What could not be evaluated, and how it was decided. */
  readonly notes: readonly string[];
}

/**
 * Decides a request by the policies that apply to it. An explicit deny in any of them wins. Otherwise an identity or a
 * resource policy must allow within one account, both must allow across accounts, and only the resource policy must
 * allow if the caller has no identity. A boundary or a session policy must then allow as well, unless a resource policy
 * of the same account names the exact user or session; a grant to the role or to everyone is assumed to stay within
 * them. Statements whose match is unknown apply if they deny and not if they allow. Service control policies are not
 * considered.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluate(request: AccessRequest, policies: ApplicablePolicies): Evaluation {
  const notes: string[] = [];
  const all = placeAll(policies);
  const applying = all.filter((placed) => applies(placed, request, notes));
  const denials = applying.filter(({ statement }) => statement.Effect === "Deny");
  if (denials.length > 0) return { decision: "ExplicitlyDenied", statements: denials, notes };
  const missing = missingAllow(request, policies, applying);
  if (missing === undefined) return { decision: "Allowed", statements: applying, notes };
  return {
    decision: "ImplicitlyDenied",
    statements: applying,
    missing,
    // Computed only when an explanation is requested, because that takes longer than the decision.
    get nearest() {
      return nearestAllow(missing, all, request);
    },
    notes,
  };
}

function placeAll({ identity, boundary, session, resource, trust }: ApplicablePolicies): PlacedStatement[] {
  return [
    ...identity.flatMap((policy) => placeStatements("identity", policy)),
    ...placeStatements("boundary", boundary),
    ...placeStatements("session", session),
    ...placeStatements("resource", resource),
    ...placeStatements("trust", trust),
  ];
}

function applies(placed: PlacedStatement, request: AccessRequest, notes: string[]): boolean {
  const verdict = statementMatches(placed, request);
  if (!isUnknown(verdict)) return verdict;
  const denies = placed.statement.Effect === "Deny";
  const outcome = denies ? "is assumed to deny" : "is assumed not to allow";
  notes.push(escapeControls(`${describeStatement(placed)} ${outcome}: ${verdict.unknown}`));
  return denies;
}

/** The kind of policy that must allow and does not; undefined if nothing is missing. Assumes that no Deny applies. */
function missingAllow(
  request: AccessRequest,
  policies: ApplicablePolicies,
  allows: readonly PlacedStatement[],
): PolicyKind | undefined {
  const { caller, resourceAccountId } = request;
  const by = (kind: PolicyKind): boolean => allows.some((placed) => placed.kind === kind);
  const resourceKind = policies.trust === undefined ? "resource" : "trust";
  const grantees = allows
    .filter(({ kind }) => kind === resourceKind)
    .flatMap((each) => granteesIn(each, request));

  if (caller.kind === "anonymous" || caller.kind === "service" || caller.kind === "federated") {
    return grantees.length > 0 ? undefined : resourceKind;
  }
  const isSameAccount = caller.accountId === resourceAccountId;
  const isGranted = isSameAccount && grantees.some((grantee) => grantee !== "account");
  const hasToBeGranted = !isSameAccount || resourceKind === "trust";
  if (!isGranted && !by("identity")) return "identity";
  if (hasToBeGranted && grantees.length === 0) return resourceKind;
  if (isSameAccount && grantees.includes("caller")) return undefined;
  if (policies.boundary !== undefined && !by("boundary")) return "boundary";
  if (policies.session !== undefined && !by("session")) return "session";
  return undefined;
}

function granteesIn({ statement }: PlacedStatement, { caller }: AccessRequest): Grantee[] {
  const grantee = statement.Principal === undefined ? undefined : granteeOf(statement.Principal, caller);
  return grantee === undefined ? [] : [grantee];
}

/**
 * The Allow of the missing kind with the fewest unmet elements; if there are several, one that is not for all
 * resources.
 */
function nearestAllow(
  missing: PolicyKind,
  all: readonly PlacedStatement[],
  request: AccessRequest,
): Evaluation["nearest"] {
  const [nearest] = all
    .filter(({ kind, statement }) => kind === missing && statement.Effect === "Allow")
    .map((statement) => ({ statement, unmet: unmetElements(statement, request) }))
    .sort((one, other) => one.unmet.length - other.unmet.length || breadth(one) - breadth(other));
  return nearest;
}

function breadth({ statement: { statement } }: NonNullable<Evaluation["nearest"]>): number {
  return toList(statement.Resource ?? []).includes("*") ? 1 : 0;
}

/** A statement by its place and policy: `statement 0 ("ReadProducts") of aws_iam_policy.reader`. */
export function describeStatement({ policy, index, statement }: PlacedStatement): string {
  const sid = statement.Sid ? ` ("${statement.Sid}")` : "";
  return `statement ${index}${sid} of ${policy.address}`;
}
