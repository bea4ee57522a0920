import type { Account } from "#load/assigned-values";
import type { Action, Change, Plan } from "#plan/plan";
import type { Snapshot } from "#plan/snapshot";
import { type ChangesReview, judgeChanges, type SettingChanged } from "#plan-rules/judge-changes";
import type { Area } from "#plan-rules/rule";
import { loadApis } from "./apis";
import { type DataReview, reviewData } from "./data";
import { type AccountAppears, type Finding, identityOf, type RoleExchanged, type StillUsed } from "./finding";
import { reviewCallable, reviewRoles } from "./functions";
import { loadGrants } from "./grants";
import { type LimitsReview, reviewLimits } from "./limits";
import { type LiveReview, reviewLive } from "./live";
import { findNewThings } from "./new-things";
import { type Authority, type PermissionsReview, reviewPermissions } from "./permissions";
import { loadPrincipals } from "./principals";
import { type Remark, reviewRemarks } from "./remarks";
import { type RoutesReview, reviewRoutes, type Side } from "./routes";
import { reviewUses } from "./still-used";
import { reviewAccounts } from "./strangers";
import { inOrder } from "./weight";

/** What a review has to say of a plan, as data. */
export interface Judgement extends StateReview, ActionReview {
  readonly verdict: "needs care" | "changes" | "nothing changes";
  readonly isChanging: boolean;
  /** What the change brings. */
  readonly own: readonly Finding[];
  /** What the plan of the base brings without it. */
  readonly pending: readonly Finding[];
  /** What was accepted before, and counts no more. */
  readonly accepted: readonly AcceptedFinding[];
  /** Whether "before" is what the plan of the base would leave behind. */
  readonly isOnBase: boolean;
  readonly changedAreas: readonly Area[];
  readonly changes: readonly Change[];
  readonly isConfigured: Plan["isConfigured"];
  /** Where the stack is. */
  readonly account: Account;
  /** How many resources each action is for; those left out to which nothing happens. */
  readonly actionCounts: ReadonlyMap<Action, number>;
  /** Names of the outputs that change. */
  readonly outputs: readonly string[];
}

/** A finding that someone has accepted, and what they say of it. */
export interface AcceptedFinding {
  readonly finding: Finding;
  readonly reason: string;
  /** The last day that it counts. */
  readonly until: string;
}

/** What follows from how everything is before and after. */
interface StateReview {
  readonly routes: RoutesReview;
  readonly permissions: PermissionsReview;
  readonly limits: LimitsReview;
  /** Functions with another role, and those that cannot be called any more. */
  readonly roles: readonly (RoleExchanged | SettingChanged)[];
  /** What is destroyed and still used. */
  readonly uses: readonly StillUsed[];
  /** The names in AWS of principals and functions, which are mentioned most. */
  readonly names: readonly string[];
}

/** What follows from what Terraform is going to do. */
interface ActionReview {
  readonly data: DataReview;
  readonly live: LiveReview;
  /** What the rules for types and attributes say. */
  readonly settings: ChangesReview;
  readonly accounts: readonly AccountAppears[];
  readonly remarks: readonly Remark[];
  readonly isIncomplete: boolean;
}

/**
 * Looks at a plan from all sides.
 * @param target - the plan of the base; what it does already is not a finding of the change
 */
export function judgePlan(head: Plan, target?: Plan, ownAccounts: readonly string[] = []): Judgement {
  const actions = reviewActions(head, ownAccounts);
  const states = reviewStates(target?.after ?? head.before, head.after, head);
  const findings = target
    ? compareWithBase(head, target, states, actions, ownAccounts)
    : { own: findingsOf(states, actions), pending: [] };
  const order = (found: readonly Finding[]) => inOrder(found, states.routes.mocks);
  const [own, pending] = [order(findings.own), order(findings.pending)];
  const isChanging = [head, ...(target ? [target] : [])].some(
    ({ changes, outputs }) =>
      countActions(changes).size > 0 ||
      outputs.length > 0 ||
      changes.some(({ movedFrom }) => movedFrom !== undefined),
  );
  return {
    ...states,
    ...actions,
    verdict: verdictOn(own.length + pending.length, { isChanging }),
    isChanging,
    own,
    pending,
    accepted: [],
    isOnBase: target !== undefined,
    changedAreas: areasThatChange(states, actions),
    changes: head.changes,
    isConfigured: head.isConfigured,
    account: head.after.account,
    actionCounts: countActions(head.changes),
    outputs: head.outputs.map(({ name }) => name),
  };
}

/** @param reasons - how many reasons for care there are */
export function verdictOn(
  reasons: number,
  { isChanging }: Pick<Judgement, "isChanging">,
): Judgement["verdict"] {
  if (reasons > 0) return "needs care";
  return isChanging ? "changes" : "nothing changes";
}

/** Tells what the change brings from what the plan of the base brings without it. */
function compareWithBase(
  head: Plan,
  target: Plan,
  change: StateReview,
  actions: ActionReview,
  ownAccounts: readonly string[],
): Pick<Judgement, "own" | "pending"> {
  const whole = reviewStates(head.before, head.after, head);
  const own = [
    ...findingsOf(change),
    ...without(findingsOf(actions), findingsOf(reviewActions(target, ownAccounts))),
  ];
  return { own, pending: without(findingsOf(whole, actions), own) };
}

function without(findings: readonly Finding[], others: readonly Finding[]): Finding[] {
  const known = new Set(others.map(identityOf));
  return findings.filter((finding) => !known.has(identityOf(finding)));
}

/** The findings of parts, each once: a key goes with its place in a usage plan, and that is one reason. */
function findingsOf(...parts: readonly (StateReview | ActionReview)[]): Finding[] {
  const found = parts.flatMap((part): readonly Finding[] =>
    "routes" in part
      ? [
          ...part.routes.findings,
          ...part.permissions.findings,
          ...part.roles,
          ...part.uses,
          ...part.limits.findings,
        ]
      : [
          ...part.data.findings,
          ...part.live.findings,
          ...part.settings.findings,
          ...part.accounts,
          ...part.remarks,
          ...(part.isIncomplete ? [{ kind: "plan-incomplete" } as const] : []),
        ],
  );
  const strangers = new Set(found.flatMap(strangerIn));
  const seen = new Set<string>();
  return found.filter((finding) => {
    // What an account gains says more than that it appears.
    if (finding.kind === "account-appears" && strangers.has(finding.account)) return false;
    const identity = identityOf(finding);
    const isNew = !seen.has(identity);
    seen.add(identity);
    return isNew;
  });
}

/** The other account that gains something. */
function strangerIn(finding: Finding): readonly string[] {
  if (finding.kind !== "access-gained") return [];
  const { who } = finding;
  if (who.kind === "account") return who.isOther ? [who.id] : [];
  return who.kind === "principal" && who.isOther ? (/\d{12}/.exec(who.written) ?? []) : [];
}

function areasThatChange(
  { routes, permissions, limits, roles }: StateReview,
  { data, settings }: ActionReview,
): Area[] {
  const isChanged: Readonly<Record<Area, boolean>> = {
    routes: routes.isChanged,
    permissions: permissions.entries.length + roles.length > 0,
    data: data.rows.length > 0,
    limits: limits.rows.some((row) => row.isChanged),
    code: false,
    operation: false,
  };
  return AREAS.filter((area) => isChanged[area] || settings.areas.has(area));
}

/** The parts of a review, in its order. */
export const AREAS: readonly Area[] = ["routes", "permissions", "data", "limits", "code", "operation"];

function countActions(changes: readonly Change[]): ReadonlyMap<Action, number> {
  const counts = new Map<Action, number>();
  for (const { action } of changes) {
    if (action !== "no-op" && action !== "read") counts.set(action, (counts.get(action) ?? 0) + 1);
  }
  return counts;
}

function reviewStates(before: Snapshot, after: Snapshot, { changes }: Plan): StateReview {
  const compared = [before, after];
  const [old, now] = [readSide(before, compared), readSide(after, compared)];
  const newThings = findNewThings(old.apis, now.apis, after, changes);
  return {
    routes: reviewRoutes(old, now),
    permissions: reviewPermissions(old, now, { newThings, accountId: after.account.accountId }),
    limits: reviewLimits(before, after),
    roles: [...reviewRoles(old, now), ...reviewCallable(old, now)],
    uses: reviewUses(old, now),
    names: [...namesIn(old), ...namesIn(now)],
  };
}

function reviewActions(plan: Plan, ownAccounts: readonly string[]): ActionReview {
  const { isAccountKnown } = plan;
  const stack = isAccountKnown ? [plan.before.account.accountId, plan.after.account.accountId] : [];
  const own = new Set([...stack, ...ownAccounts]);
  return {
    data: reviewData(plan.changes),
    live: reviewLive(plan),
    settings: judgeChanges(plan),
    accounts: reviewAccounts(plan.changes, own, isAccountKnown),
    remarks: reviewRemarks(plan),
    isIncomplete: plan.isIncomplete,
  };
}

type WholeSide = Side & Authority & { readonly snapshot: Snapshot };

function readSide(snapshot: Snapshot, compared: readonly Snapshot[]): WholeSide {
  return {
    snapshot,
    apis: loadApis(snapshot, compared),
    principals: loadPrincipals(snapshot, compared),
    grants: loadGrants(snapshot),
  };
}

function namesIn({ snapshot, principals }: WholeSide): string[] {
  return [
    ...[...principals.values()].map(({ name }) => name),
    ...snapshot.all("aws_lambda_function").map((each) => each.link("function_name")),
  ];
}
