import { type Access, decideAccess } from "#access/authorization-matrix";
import { callerKeys, toCaller } from "#iam/caller";
import { type PolicyStatement, toList } from "#iam/policy";
import { createContext } from "#iam/request-context";
import { type Budget, mayAllowSome, type PlannedPolicy, patternsIn } from "./policies";
import type { PlannedPrincipal } from "./principals";

/** What a principal may do more or less than before. */
export interface PermissionChange {
  readonly kind: "gains" | "loses" | "may-gain";
  /** As the policy writes it, wildcards and all: `dynamodb:*`, `everything but iam:*`. */
  readonly action: string;
  readonly resource: string;
  /** Names of the policies that say so. */
  readonly policies: readonly string[];
  readonly isConditional: boolean;
  /** Why it cannot be told what the policy allows: `known after apply`; then it names no action. */
  readonly opaque?: string;
}

/**
 * Compares what a principal may do, by evaluating its policies before and after, permissions boundary included, for each
 * action and resource that any of them names. A pattern stands for what it matches: what another one covered already is
 * no gain, and what a Deny or the boundary takes away is none either. A pattern of which the boundary leaves some counts whole.
 */
export function comparePermissions(
  before: PlannedPrincipal | undefined,
  after: PlannedPrincipal | undefined,
  budget: Budget,
): PermissionChange[] {
  if (stateOf(before) === stateOf(after)) return [];
  return [
    ...compareExamples(before, after, budget),
    ...compareTexts(before, after),
    ...compareOpaque(before, after),
  ];
}

type MaybePrincipal = PlannedPrincipal | undefined;

function stateOf(principal: MaybePrincipal): string {
  const { policies = [], boundary } = principal ?? {};
  const states = policies.map((policy) => JSON.stringify(policy.document ?? identityOf(policy)));
  return JSON.stringify([states.sort(), boundary && (boundary.document ?? identityOf(boundary))]);
}

/** What tells a policy from others that cannot be read either. */
function identityOf({ name, opaque, text }: PlannedPolicy): string {
  return JSON.stringify([name, opaque, text]);
}

interface Pattern {
  readonly action: string;
  readonly resource: string;
}

function compareExamples(before: MaybePrincipal, after: MaybePrincipal, budget: Budget): PermissionChange[] {
  const statements = [...statementsOf(before), ...statementsOf(after)];
  const boundaries = [before, after].flatMap((each) => toList(each?.boundary?.document?.Statement ?? []));
  const examples = statements.reduce((sum, { statement }) => sum + countExamples(statement), 0);
  if (
    !budget.spend(examples * patternsIn([...statements.map(({ statement }) => statement), ...boundaries]))
  ) {
    return [tooMuch(after)];
  }
  // Where the boundary is another one, what it left some of before may be more of it now.
  const isHeldAlike = boundaryOf(before) === boundaryOf(after);
  const patterns = new Map(
    statements
      .flatMap(({ statement }) => patternsOf(statement))
      .map((pattern) => [JSON.stringify(pattern), pattern]),
  );
  return [...patterns.values()].flatMap((pattern): PermissionChange[] => {
    const [old, now] = [accessOf(before, pattern, isHeldAlike), accessOf(after, pattern, true)];
    const [formerly, currently] = [naming(before, pattern), naming(after, pattern)];
    const hasOtherConditions = now === "part" && JSON.stringify(formerly) !== JSON.stringify(currently);
    if (old === now && !hasOtherConditions) return [];
    const isGain = RANK[now] >= RANK[old];
    return [
      {
        kind: isGain ? "gains" : "loses",
        ...pattern,
        policies: [...new Set((isGain ? currently : formerly).map(({ policy }) => policy))],
        isConditional: (isGain ? now : old) === "part",
      },
    ];
  });
}

function countExamples({ Action = [], Resource = [] }: PolicyStatement): number {
  return toList(Action).length * toList(Resource).length;
}

/** What there is to say where comparing would take for ever. */
function tooMuch(after: MaybePrincipal): PermissionChange {
  const policies = (after?.policies ?? []).map(({ name }) => name);
  const opaque = "too much to compare";
  return { kind: "may-gain", action: "", resource: "", policies, isConditional: false, opaque };
}

const RANK: Readonly<Record<Access, number>> = { none: 0, part: 1, full: 2 };

interface OwnStatement {
  readonly policy: string;
  readonly statement: PolicyStatement;
}

function statementsOf(principal: MaybePrincipal): OwnStatement[] {
  return (principal?.policies ?? []).flatMap(({ name, document }) =>
    toList(document?.Statement ?? []).map((statement) => ({ policy: name, statement })),
  );
}

/** What a statement names; nothing where it says what it excludes, or depends on who the caller is. */
function patternsOf(statement: PolicyStatement): Pattern[] {
  if (isText(statement)) return [];
  return toList(statement.Action ?? []).flatMap((action) =>
    toList(statement.Resource ?? []).map((resource) => ({ action, resource })),
  );
}

function isText({ Action, Resource }: PolicyStatement): boolean {
  if (Action === undefined || Resource === undefined) return true;
  return toList(Resource).some((pattern) => pattern.includes("${"));
}

/** The Allow statements that name just this action and resource. */
function naming(principal: MaybePrincipal, { action, resource }: Pattern): OwnStatement[] {
  return statementsOf(principal).filter(
    ({ statement: { Effect, Action, Resource } }) =>
      Effect === "Allow" &&
      toList(Action ?? []).includes(action) &&
      toList(Resource ?? []).includes(resource),
  );
}

function boundaryOf(principal: MaybePrincipal): string | undefined {
  return JSON.stringify(principal?.principal.permissionsBoundary?.document);
}

/**
 * How far a principal gets with all that a pattern matches, by examples of it.
 * @param countsSome - whether a pattern counts of which the principal's boundary leaves some and not all
 */
function accessOf(principal: MaybePrincipal, pattern: Pattern, countsSome: boolean): Access {
  if (principal === undefined) return "none";
  const { action, resource } = pattern;
  const caller = toCaller(principal.principal, "any-session");
  const request = {
    caller,
    action: action === "*" ? "any-service:AnyAction" : exampleOf(action, "AnyAction"),
    // What matches the one and not the other, matches a part of the pattern.
    resource: resource === "*" ? resource : [exampleOf(resource, ""), exampleOf(resource, "any-value")],
    resourceAccountId: caller.accountId,
    context: createContext(callerKeys(caller), { "aws:SecureTransport": true }),
  };
  const { identityPolicies: identity, permissionsBoundary: boundary } = principal.principal;
  const ofAll = decideAccess(request, { identity, boundary });
  const isSome = countsSome && ofAll === "none" && boundary && mayAllowSome(boundary.document, pattern);
  return isSome ? decideAccess(request, { identity }) : ofAll;
}

function exampleOf(pattern: string, run: string): string {
  return pattern.replaceAll("*", run).replaceAll("?", "x");
}

/** Compares by their text those Allow statements that have no examples. */
function compareTexts(before: MaybePrincipal, after: MaybePrincipal): PermissionChange[] {
  const [old, now] = [before, after].map(
    (each) =>
      new Map(
        statementsOf(each)
          .filter(({ statement }) => statement.Effect === "Allow" && isText(statement))
          .map((own) => [JSON.stringify(own.statement), own]),
      ),
  );
  const changes = (kind: "gains" | "loses", from: typeof now, to: typeof now): PermissionChange[] =>
    [...(to ?? [])]
      .filter(([text]) => !from?.has(text))
      .map(([, { policy, statement }]) => ({
        kind,
        action: describeText(statement.Action, statement.NotAction),
        resource: describeText(statement.Resource, statement.NotResource),
        policies: [policy],
        isConditional: statement.Condition !== undefined,
      }));
  return [...changes("gains", old, now), ...changes("loses", now, old)];
}

function describeText(listed: PolicyStatement["Action"], excluded: PolicyStatement["Action"]): string {
  if (listed !== undefined) return toList(listed).join(", ");
  return `everything but ${toList(excluded ?? []).join(", ")}`;
}

function compareOpaque(before: MaybePrincipal, after: MaybePrincipal): PermissionChange[] {
  const [old = [], now = []] = [before, after].map((each) =>
    [...(each?.policies ?? []), each?.boundary].flatMap((policy) =>
      policy?.opaque === undefined
        ? []
        : [{ identity: identityOf(policy), name: policy.name, opaque: policy.opaque }],
    ),
  );
  const changes = (kind: "may-gain" | "loses", from: typeof now, to: typeof now): PermissionChange[] =>
    to
      .filter(({ identity }) => !from.some((each) => each.identity === identity))
      .map(({ name, opaque }) => ({
        kind,
        action: "",
        resource: "",
        policies: [name],
        isConditional: false,
        opaque,
      }));
  return [...changes("may-gain", old, now), ...changes("loses", now, old)];
}
