import { loadApis } from "./apis";
import { reviewData } from "./data";
import { loadGrants } from "./grants";
import { reviewLimits } from "./limits";
import { reviewLive } from "./live";
import { findNewThings } from "./new-things";
import type { Part } from "./part";
import { type Authority, reviewPermissions } from "./permissions";
import type { Plan } from "./plan";
import { loadPrincipals } from "./principals";
import { reviewRoutes, type Side } from "./routes";
import type { Snapshot } from "./snapshot";
import { dataRow } from "./write/data";
import { writeFinding } from "./write/findings";
import { limitsRow } from "./write/limits";
import { staleLines } from "./write/live";
import type { Markdown } from "./write/markdown";
import { commonPrefix, nameWriter, routeWriter } from "./write/names";
import { foreseenNote, permissionRow } from "./write/permissions";
import { routeNote, routeRow } from "./write/routes";

/** What is found in a plan. */
export interface Findings {
  /** What the change brings. */
  readonly own: readonly Markdown[];
  /** What the plan of the base brings without it. */
  readonly pending: readonly Markdown[];
  readonly parts: StateParts & ActionParts;
}

/**
 * Looks at a plan from all sides.
 * @param target - the plan of the base; what it does already is no finding of the change
 */
export function collectFindings(head: Plan, target: Plan | undefined): Findings {
  const actions = reviewActions(head);
  const whole = reviewStates(head.before, head.after, head);
  if (target === undefined) {
    return { own: findingsOf(whole, actions), pending: [], parts: { ...whole, ...actions } };
  }
  const change = reviewStates(target.after, head.after, head);
  const anyway = new Set(findingsOf(reviewActions(target)));
  const own = [...findingsOf(change), ...findingsOf(actions).filter((finding) => !anyway.has(finding))];
  const pending = findingsOf(whole, actions).filter((finding) => !own.includes(finding));
  return { own, pending, parts: { ...change, ...actions } };
}

interface StateParts {
  readonly routes: Part;
  readonly iam: Part & { readonly hasStandIns: boolean };
  readonly limits: Part;
}

interface ActionParts {
  readonly data: Part;
  readonly live: Part;
  readonly whole: Part;
}

function findingsOf(...parts: readonly (StateParts | ActionParts)[]): Markdown[] {
  const found = parts.flatMap((each): Part[] => Object.values(each)).flatMap(({ findings }) => findings);
  return [...new Set(found)];
}

function reviewStates(before: Snapshot, after: Snapshot, { changes }: Plan): StateParts {
  const compared = [before, after];
  const [old, now] = [readSide(before, compared), readSide(after, compared)];
  const show = nameWriter(commonPrefix([...namesIn(old), ...namesIn(now)]));
  const newThings = findNewThings(old.apis, now.apis, after, changes);
  const routes = reviewRoutes(old, now);
  const areSeveral = [routes.rows.map((r) => r.before), routes.rows.map((r) => r.after)].some(
    (side) => new Set(side.flatMap((each) => (each ? [`${each.name.api} ${each.name.stage}`] : []))).size > 1,
  );
  const names = { show, route: routeWriter(areSeveral) };
  const permissions = reviewPermissions(old, now, { newThings, accountId: after.account.accountId });
  const limits = reviewLimits(before, after);
  return {
    routes: {
      rows: routes.rows.map((row) => routeRow(row, names)),
      isChanged: routes.isChanged,
      findings: routes.findings.map((finding) => writeFinding(finding, names)),
      notes: routes.notes.map(routeNote),
    },
    iam: {
      rows: permissions.entries.map((entry) => permissionRow(entry, show)),
      isChanged: permissions.entries.length > 0,
      findings: permissions.findings.map((finding) => writeFinding(finding, names)),
      notes: permissions.foreseen.length === 0 ? [] : [foreseenNote(permissions.foreseen, show)],
      hasStandIns: permissions.hasStandIns,
    },
    limits: {
      rows: limits.rows.map((row) => limitsRow(row, show)),
      isChanged: limits.rows.some(({ isChanged }) => isChanged),
      findings: limits.findings.map((finding) => writeFinding(finding, names)),
      notes: [],
    },
  };
}

function reviewActions(plan: Plan): ActionParts {
  const names = { show: nameWriter(""), route: routeWriter(false) };
  const data = reviewData(plan.changes);
  const live = reviewLive(plan);
  return {
    data: {
      rows: data.rows.map(dataRow),
      isChanged: data.rows.length > 0,
      findings: data.findings.map((finding) => writeFinding(finding, names)),
      notes: [],
    },
    live: {
      rows: live.stages.flatMap(staleLines),
      isChanged: live.stages.length > 0,
      findings: live.findings.map((finding) => writeFinding(finding, names)),
      notes: [],
    },
    whole: {
      rows: [],
      isChanged: false,
      findings: plan.isIncomplete ? [writeFinding({ kind: "plan-incomplete" }, names)] : [],
      notes: [],
    },
  };
}

type WholeSide = Side & Authority & { readonly snapshot: Snapshot };

function readSide(snapshot: Snapshot, compared: readonly Snapshot[]): WholeSide {
  return {
    snapshot,
    apis: loadApis(snapshot),
    principals: loadPrincipals(snapshot, compared),
    grants: loadGrants(snapshot),
  };
}

/** The names that a review mentions most. */
function namesIn({ snapshot, principals }: WholeSide): string[] {
  return [
    ...[...principals.values()].map(({ name }) => name),
    ...snapshot.all("aws_lambda_function").map((each) => each.link("function_name")),
  ];
}
