import { matchesResource } from "./arn-pattern";
import type { Caller } from "./caller";
import { conditionTests, evaluateCondition } from "./conditions";
import type { NamedPolicy } from "./identity";
import { type OneOrMany, type PolicyStatement, toList } from "./policy";
import { granteeOf, isNamedInOtherCase, isSpared } from "./principal-element";
import type { RequestContext } from "./request-context";
import { substituteVariables, type Variables } from "./variables";
import { every, not, some, unknown, type Verdict } from "./verdict";
import { matchesAction } from "./wildcard";

/** The question: can this caller perform this action on this resource? */
export interface AccessRequest {
  readonly caller: Caller;
  /** `execute-api:Invoke` */
  readonly action: string;
  /**
   * The resource's ARN, or `*` for an action without a resource. Several if it is not known which of them AWS uses: a
   * statement then matches only if it matches all of them, does not match only if it matches none, and is unknown
   * otherwise.
   */
  readonly resource: OneOrMany<string>;
  /** The account that owns the resource. */
  readonly resourceAccountId: string;
  readonly context: RequestContext;
}

export type PolicyKind = "identity" | "resource" | "trust" | "boundary" | "session";

/** A statement and its position. */
export interface PlacedStatement {
  readonly kind: PolicyKind;
  readonly policy: NamedPolicy;
  /** Its place in the policy, from 0. */
  readonly index: number;
  readonly statement: PolicyStatement;
}

/** The statements of a policy in their order; none without a policy. */
export function placeStatements(kind: PolicyKind, policy: NamedPolicy | undefined): PlacedStatement[] {
  if (policy === undefined) return [];
  return toList(policy.document.Statement).map((statement, index) => ({ kind, policy, index, statement }));
}

/** Whether a statement applies to a request, whatever its effect. */
export function statementMatches(placed: PlacedStatement, request: AccessRequest): Verdict {
  return every(ELEMENTS, ({ matches }) => matches(placed, request));
}

/**
 * The elements of a statement that do not match a request, named as in the policy: `Resource`, `IpAddress
 * aws:SourceIp`.
 */
export function unmetElements(placed: PlacedStatement, request: AccessRequest): string[] {
  const unmet = ELEMENTS.filter(({ matches }) => matches(placed, request) !== true);
  return unmet.flatMap(({ name }) =>
    name === "Condition"
      ? unmetConditions(placed, request)
      : placed.statement[name] !== undefined
        ? name
        : `Not${name}`,
  );
}

interface StatementElement {
  readonly name: "Action" | "Resource" | "Principal" | "Condition";
  readonly matches: (placed: PlacedStatement, request: AccessRequest) => Verdict;
}

const ELEMENTS: readonly StatementElement[] = [
  { name: "Action", matches: matchesActions },
  { name: "Resource", matches: matchesResources },
  { name: "Principal", matches: matchesPrincipals },
  { name: "Condition", matches: matchesConditions },
];

function matchesActions({ statement }: PlacedStatement, { action }: AccessRequest): Verdict {
  const isListed = (patterns: OneOrMany<string>): boolean =>
    toList(patterns).some((pattern) => matchesAction(pattern, action));
  if (statement.Action !== undefined) return isListed(statement.Action);
  if (statement.NotAction !== undefined) return !isListed(statement.NotAction);
  return unknown("it names no Action");
}

function matchesResources(placed: PlacedStatement, request: AccessRequest): Verdict {
  const { Resource, NotResource } = placed.statement;
  const patterns = Resource ?? NotResource;
  if (patterns === undefined) return placed.kind === "trust" || unknown("it names no Resource");
  const variables = variablesOf(placed, request);
  const names = toList(request.resource);
  const [listed, ...others] = names.map((name) =>
    some(toList(patterns), (pattern) => matchesResource(pattern, name, variables)),
  );
  if (listed === undefined || others.some((other) => other !== listed)) {
    return unknown(`it matches some and not others of ${names.map((name) => `"${name}"`).join(", ")}`);
  }
  if (Resource !== undefined) return listed;
  const unresolved = toList(patterns).find(
    (pattern) => substituteVariables(pattern, variables) === undefined,
  );
  if (listed === false && unresolved !== undefined) {
    return unknown(`a policy variable of NotResource "${unresolved}" has no value in this request`);
  }
  return not(listed);
}

function matchesPrincipals({ statement, kind, policy }: PlacedStatement, { caller }: AccessRequest): Verdict {
  const { Effect, Principal, NotPrincipal } = statement;
  const isResourceBased = kind === "resource" || kind === "trust";
  if (isResourceBased !== (Principal !== undefined || NotPrincipal !== undefined)) {
    return unknown(`${policy.address} ${isResourceBased ? "names no" : "may not name a"} Principal`);
  }
  if (Principal !== undefined) {
    if (granteeOf(Principal, caller) !== undefined) return true;
    return (
      isNamedInOtherCase(Principal, caller) &&
      unknown("its Principal names the caller, but not in the same case")
    );
  }
  if (NotPrincipal === undefined) return true;
  return Effect === "Deny"
    ? !isSpared(NotPrincipal, caller)
    : unknown("NotPrincipal is not honoured in an Allow");
}

function matchesConditions(placed: PlacedStatement, request: AccessRequest): Verdict {
  const variables = variablesOf(placed, request);
  return every(conditionTests(placed.statement.Condition), (test) =>
    evaluateCondition(test, request.context, variables),
  );
}

function unmetConditions(placed: PlacedStatement, request: AccessRequest): string[] {
  const variables = variablesOf(placed, request);
  return conditionTests(placed.statement.Condition)
    .filter((test) => evaluateCondition(test, request.context, variables) !== true)
    .map(({ operator, key }) => `Condition ${operator} ${key}`);
}

/** Policy variables exist since the version of 2012; before, they are ordinary text. */
export function variablesOf(
  { policy }: Pick<PlacedStatement, "policy">,
  { context }: Pick<AccessRequest, "context">,
): Variables {
  return policy.document.Version === "2012-10-17" ? context : undefined;
}
