import { groupBy } from "#plan/grouping";
import { hasStandIn } from "#plan/snapshot";
import type { AccessGained, Conditions, Gain, GrantedAction, Grantee, PolicySource, Target } from "./finding";
import { ANY_SOURCE, type Grant } from "./grants";
import type { NewThings } from "./new-things";
import { comparePermissions, type PermissionChange } from "./permission-changes";
import { Budget } from "./policies";
import type { PlannedPrincipal } from "./principals";

/** Who may do what by the policies of a stack. */
export interface Authority {
  readonly principals: ReadonlyMap<string, PlannedPrincipal>;
  readonly grants: ReadonlyMap<string, Grant>;
}

/** Who gains or loses what. */
export interface PermissionsReview {
  /** What needs care comes first, of that what everyone gains; what is lost, last. */
  readonly entries: readonly PermissionEntry[];
  readonly findings: readonly AccessGained[];
  /** Whether names stand for what AWS will assign. */
  readonly hasStandIns: boolean;
  /** The policies that are known after apply, and were taken from the configuration. */
  readonly foreseen: readonly string[];
}

/** One line: a principal gains or loses something. */
export interface PermissionEntry {
  readonly change: Gain["change"] | "loses" | "denied";
  readonly conditions?: Conditions;
  readonly who: Grantee;
  readonly actions: readonly GrantedAction[];
  /** Undefined if it cannot be told. */
  readonly on?: Target;
  readonly by: Basis;
  readonly needsCare: boolean;
}

/** What gives or takes: policies of the principal, the policy of a resource, or statements of one. */
export type Basis =
  | (PolicySource & { readonly isConditional?: boolean })
  | { readonly kind: "Allow"; readonly isConditional: boolean }
  | { readonly kind: "Deny" };

/** What an entry is judged by. */
export interface Circumstances {
  readonly newThings: NewThings;
  /** The account of the stack; a principal of another one is a stranger. */
  readonly accountId: string;
}

/** Compares what each principal may do. */
export function reviewPermissions(
  before: Authority,
  after: Authority,
  circumstances: Circumstances,
): PermissionsReview {
  const entries = merge([
    ...comparePrincipals(before.principals, after.principals, circumstances),
    ...compareGrants(before.grants, after.grants, circumstances),
  ]);
  const careful = entries
    .filter(({ needsCare }) => needsCare)
    .sort((one, other) => Number(isForEveryone(other)) - Number(isForEveryone(one)));
  const others = entries.filter(({ needsCare }) => !needsCare);
  const gained = others.filter(({ change }) => change !== "loses" && change !== "denied");
  const lost = others.filter(({ change }) => change === "loses" || change === "denied");
  return {
    entries: [...careful, ...gained, ...lost],
    findings: [...groupBy(careful, ({ who }) => JSON.stringify(who)).values()].flatMap(findingOf),
    hasStandIns: entries.some((entry) => hasStandIn(JSON.stringify(entry))),
    foreseen: foreseenPolicies(after),
  };
}

function isForEveryone({ who }: PermissionEntry): boolean {
  return who.kind === "everyone";
}

/** @param entries - what needs care of what one gains */
function findingOf(entries: readonly PermissionEntry[]): AccessGained[] {
  const [first] = entries;
  const gains = entries.flatMap(({ change, conditions, actions, on }) =>
    change === "loses" || change === "denied"
      ? []
      : [{ change, ...(conditions && { conditions }), actions, on }],
  );
  return first ? [{ kind: "access-gained", who: first.who, gains }] : [];
}

function foreseenPolicies({ principals }: Authority): string[] {
  const policies = [...principals.values()].flatMap((each) => each.policies);
  return [
    ...new Set(policies.flatMap(({ name, document, isForeseen }) => (document && isForeseen ? [name] : []))),
  ];
}

/** Some seconds' worth. */
const MOST_WORK = 5_000_000;

function comparePrincipals(
  before: Authority["principals"],
  after: Authority["principals"],
  circumstances: Circumstances,
): PermissionEntry[] {
  const budget = new Budget(MOST_WORK);
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const [old, now] = [before.get(key), after.get(key)];
    const principal = now ?? old;
    if (principal === undefined) return [];
    return comparePermissions(old, now, budget).map((change) =>
      permissionEntry(principal, old === undefined, change, circumstances),
    );
  });
}

/** What is granted that was not, and what is not granted any more; with a Deny it is the other way round. */
function compareGrants(
  before: Authority["grants"],
  after: Authority["grants"],
  circumstances: Circumstances,
): PermissionEntry[] {
  const added = [...after].filter(([key]) => !before.has(key)).map(([, grant]) => grant);
  const removed = [...before].filter(([key]) => !after.has(key)).map(([, grant]) => grant);
  const former = new Map(removed.map((grant) => [withoutCondition(grant), grant]));
  const kept = new Set(added.map(withoutCondition));
  return [
    ...added.map((grant) => {
      const entry = grantEntry(grant.effect === "Allow" ? "gains" : "denied", grant, circumstances);
      const old = former.get(withoutCondition(grant));
      return withConditions(entry, grant, old);
    }),
    ...removed
      // What is the same but for its conditions is told once.
      .filter((grant) => !kept.has(withoutCondition(grant)))
      .map((grant) =>
        withConditions(
          grantEntry(grant.effect === "Allow" ? "loses" : "not-denied", grant, circumstances),
          grant,
        ),
      ),
  ];
}

/** What tells statements apart, whatever their conditions. */
function withoutCondition(grant: Grant): string {
  return JSON.stringify({ ...grant, address: "", condition: "" });
}

/** With what is asked for, and what was asked for instead. Other conditions of a Deny may deny less. */
function withConditions(
  entry: PermissionEntry,
  { condition, opaque, effect }: Grant,
  old?: Grant,
): PermissionEntry {
  if (opaque !== undefined || (condition === "" && old === undefined)) return entry;
  const conditions = { ...(old && { from: old.condition }), ...(condition !== "" && { to: condition }) };
  const change = effect === "Deny" && old !== undefined ? "not-denied" : entry.change;
  const needsCare = entry.needsCare || old !== undefined;
  return { ...entry, change, needsCare, conditions };
}

/** Joins entries that differ in their action alone. */
function merge(entries: readonly PermissionEntry[]): PermissionEntry[] {
  const groups = groupBy(entries, (entry) => JSON.stringify({ ...entry, actions: [] }));
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ ...first, actions: [first, ...others].flatMap(({ actions }) => actions) }],
  );
}

/**
 * An entry for what a principal gains or loses.
 * @param isNew - whether there was no such principal
 */
function permissionEntry(
  { kind, name }: PlannedPrincipal,
  isNew: boolean,
  { kind: change, action, resource, policies, isConditional, opaque }: PermissionChange,
  { newThings }: Circumstances,
): PermissionEntry {
  const who: Grantee = kind === "holder" ? { kind, policy: name } : { kind, name };
  const by = { kind: "policies", names: policies } as const;
  if (opaque !== undefined) {
    const actions = [{ unread: by, why: opaque }];
    return { change, who, actions, by, needsCare: change === "may-gain" };
  }
  const isHarmless =
    newThings.isOfNewResource(resource) ||
    (action.toLowerCase() === "execute-api:invoke" && newThings.isOfNewRoutes(resource)) ||
    (isNew && TELEMETRY.has(action));
  return {
    change,
    who,
    actions: [action],
    on: { resource },
    by: { ...by, isConditional },
    needsCare: change === "gains" && !isHarmless,
  };
}

/**
 * Actions that every new function has, on the `*` that IAM takes alone for them: they send traces and metrics.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
 */
const TELEMETRY = new Set(["xray:PutTraceSegments", "xray:PutTelemetryRecords", "cloudwatch:PutMetricData"]);

/** An entry for what a policy of a resource grants, or does not grant any more. */
function grantEntry(
  change: "gains" | "loses" | "denied" | "not-denied",
  grant: Grant,
  circumstances: Circumstances,
): PermissionEntry {
  const { on: holder, effect, grantee, action, resource, condition, opaque } = grant;
  if (opaque !== undefined) {
    const by = { kind: "resource-policy", holder } as const;
    const isGain = change === "gains" || change === "not-denied";
    return {
      change: isGain ? "may-gain" : change,
      who: { kind: "unknown" },
      actions: [{ unread: by, why: opaque }],
      by,
      needsCare: isGain,
    };
  }
  return {
    change,
    who: granteeOf(grantee, circumstances),
    actions: [action],
    on: resource === "" ? { holder } : { holder, resource },
    by: effect === "Deny" ? { kind: effect } : { kind: effect, isConditional: condition !== "" },
    needsCare: (change === "gains" || change === "not-denied") && opensMore(grant, circumstances),
  };
}

/** Whether a grant that is new could open what was there, or opens what is new to strangers. */
function opensMore(
  { on, address, effect, grantee, resource }: Grant,
  { newThings, accountId }: Circumstances,
): boolean {
  const isForAll = grantee === "*" || grantee.startsWith("everyone but") || resource === ANY_SOURCE;
  if (isForAll || effect === "Deny") return true;
  if (newThings.isNew(address)) return isStranger(grantee, accountId);
  return !(on.kind === "function" && grantee.endsWith(".amazonaws.com") && newThings.isOfNewRoutes(resource));
}

/** An account is written as its number, or as the ARN of its root: either stands for all principals in it. */
function granteeOf(written: string, { accountId }: Circumstances): Grantee {
  if (written === "*") return { kind: "everyone" };
  const id = /^(?:arn:[^:]*:iam::)?(\d{12})(?::root)?$/.exec(written)?.[1];
  const isOther = isStranger(written, accountId);
  return id === undefined ? { kind: "principal", written, isOther } : { kind: "account", id, isOther };
}

function isStranger(grantee: string, accountId: string): boolean {
  const account = /^(?:arn:[^:]*:(?:iam|sts)::)?(\d{12})(?:$|:)/.exec(grantee)?.[1];
  return account !== undefined && account !== accountId;
}
