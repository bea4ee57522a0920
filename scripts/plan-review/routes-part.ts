import type { Access } from "#access/authorization-matrix";
import type { PlannedApi } from "./apis";
import { Budget } from "./budget";
import { describeAuthorization, describeKey } from "./gates";
import { groupBy } from "./grouping";
import type { Part } from "./part";
import type { PlannedPrincipal } from "./principals";
import { accessToRoutes, type RouteAccess } from "./route-access";
import { type Label, type RoutePair, routeFindings } from "./route-findings";
import { transportFindings, transportNote } from "./transport";
import { changedList, code, list, type Markdown, tableRow } from "./write/markdown";
import type { ShowName } from "./write/names";

/** A stack's APIs, and whoever its policies let call them. */
export interface Side {
  readonly apis: ReadonlyMap<string, PlannedApi>;
  readonly principals: ReadonlyMap<string, PlannedPrincipal>;
}

const CELLS = ["Authorization", "API key", "Answered by", "May call", "By policy"];

/** The columns of the rows of {@link reviewRoutes}. */
export const ROUTE_COLUMNS = [" ", "Route", ...CELLS];

/** Some seconds' worth. */
const MOST_WORK = 6_000_000;

/** Compares who can call what: the authorization matrix, what changes of it first. */
export function reviewRoutes(before: Side, after: Side, show: ShowName): Part {
  const budget = new Budget(MOST_WORK);
  const apis = pairUp(before.apis, after.apis).map(([old, now]) => {
    const [oldAccess, access] = [accessOn(old, before, budget), accessOn(now, after, budget)];
    return { old, now, pairs: oldAccess && access && pairRoutes(oldAccess, access) };
  });
  const pairs = apis.flatMap((each) => each.pairs ?? []);
  const label = labelFor(pairs);
  const write = rowWriter(show, label, after.principals);
  const rows = pairs.map(write);
  return {
    rows: [...rows.filter((row) => row.isChanged), ...rows.filter((row) => !row.isChanged)].map(
      ({ text }) => text,
    ),
    isChanged:
      rows.some((row) => row.isChanged) ||
      apis.some(({ old, now }) => JSON.stringify(old?.transport) !== JSON.stringify(now?.transport)),
    findings: apis.flatMap((api) => [
      ...(api.pairs ? routeFindings(api.pairs, label) : [tooLarge(api.now ?? api.old)]),
      ...bodyFindings(api.old, api.now),
      ...connectionFindings(api.old, api.now),
    ]),
    notes: [
      ...apis.flatMap(({ old, now }) => connectionNotes(old, now)),
      ...notesOn(after, apis.length === 0),
    ],
  };
}

/** What has the same key before and after. A single one on each side is the same, whatever its keys. */
function pairUp<T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
): (readonly [T | undefined, T | undefined])[] {
  const [[old], [now]] = [[...before.values()], [...after.values()]];
  if (before.size === 1 && after.size === 1) return [[old, now]];
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  return keys.map((key) => [before.get(key), after.get(key)]);
}

function accessOn(
  api: PlannedApi | undefined,
  { principals }: Side,
  budget: Budget,
): RouteAccess[] | undefined {
  return api === undefined ? [] : accessToRoutes(api, principals, budget);
}

function tooLarge(api: PlannedApi | undefined): Markdown {
  return `API ${code(api?.name ?? "")} has more routes and callers than can be compared`;
}

function pairRoutes(before: readonly RouteAccess[], after: readonly RouteAccess[]): RoutePair[] {
  const [old, now] = [before, after].map((side) => groupBy(side, ({ stage }) => stage));
  return pairUp(old ?? new Map(), now ?? new Map()).flatMap(([one = [], other = []]) => {
    const [ofOne, ofOther] = [keyed(one), keyed(other)];
    const keys = [...new Set([...ofOne.keys(), ...ofOther.keys()])].sort();
    return keys.map((key): RoutePair => [ofOne.get(key), ofOther.get(key)]);
  });
}

function keyed(routes: readonly RouteAccess[]): Map<string, RouteAccess> {
  const found = new Map<string, RouteAccess>();
  for (const each of routes) {
    const { path, method, address } = each.route;
    const key = JSON.stringify([path, method]);
    // No two methods have the same path in AWS; where a plan says so, none may hide the other.
    found.set(found.has(key) ? `${key} ${address}` : key, each);
  }
  return found;
}

/** Routes are told apart by their API and stage where there are several. */
function labelFor(pairs: readonly RoutePair[]): Label {
  const placesOn = (routes: readonly (RouteAccess | undefined)[]): number =>
    new Set(routes.flatMap((each) => (each ? [`${each.api} ${each.stage}`] : []))).size;
  const areSeveral = placesOn(pairs.map(([old]) => old)) > 1 || placesOn(pairs.map(([, now]) => now)) > 1;
  return ({ api, stage, route }) =>
    code(`${areSeveral ? `${api}/${stage} ` : ""}${route.method} ${route.path}`);
}

type Row = { readonly text: Markdown; readonly isChanged: boolean };

function rowWriter(
  show: ShowName,
  label: Label,
  principals: ReadonlyMap<string, PlannedPrincipal>,
): (pair: RoutePair) => Row {
  const cellsOf = (
    access: RouteAccess | undefined,
    earlier?: RouteAccess,
  ): readonly (readonly Markdown[])[] =>
    access === undefined
      ? CELLS.map(() => [])
      : [
          [describeAuthorization(access)],
          [describeKey(access)],
          [describeAnswer(access, show)],
          describeCallers(access, show, untoldCallers(access, earlier, principals)),
          [...access.policies].map(([name, each]) => show(name) + suffix(each)),
        ].map((cell) => cell.toSorted());
  return ([before, after]) => {
    const [old, now] = [cellsOf(before), cellsOf(after, before)];
    const isChanged = JSON.stringify(old) !== JSON.stringify(now);
    const mark = !before ? "**new**" : !after ? "**gone**" : isChanged ? "**changed**" : " ";
    const name = after ?? before;
    const cells = CELLS.map((_, column) => changedList(old[column] ?? [], now[column] ?? []));
    return { text: tableRow([mark, name ? label(name) : "", ...cells]), isChanged };
  };
}

function describeAnswer({ route }: RouteAccess, show: ShowName): Markdown {
  const { kind, target, credentials } = route.integration;
  const what = kind === "mock" || kind === "none" || kind === "Lambda" ? kind : code(kind);
  const who =
    credentials === undefined ? "" : ` as ${CALLER.test(credentials) ? "its caller" : show(credentials)}`;
  return target === undefined ? what : `${what} ${show(target)}${who}`;
}

/** Source: https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html (`credentials`) */
const CALLER = /^arn:[a-z-]+:iam::\*:user\/\*$/;

/** Who could call a route before, and now has a policy that cannot be told. */
function untoldCallers(
  access: RouteAccess,
  earlier: RouteAccess | undefined,
  principals: ReadonlyMap<string, PlannedPrincipal>,
): string[] {
  return [...(earlier?.callers.keys() ?? [])].filter(
    (key) =>
      !access.callers.has(key) &&
      principals.get(key)?.policies.some(({ document }) => document === undefined),
  );
}

function describeCallers(access: RouteAccess, show: ShowName, untold: readonly string[]): Markdown[] {
  const { route, anonymous, outsiders, callers } = access;
  if (route.authorization === "NONE") {
    if (anonymous === "none") return ["nobody"];
    return [`anyone${route.apiKeyRequired === false ? "" : " with a key"}${suffix(anonymous)}`];
  }
  if (route.authorization !== undefined && route.authorization !== "AWS_IAM") {
    return ["whom the authorizer lets in"];
  }
  const named = (key: string): Markdown => {
    const [kind = ""] = key.split(" ");
    const name = show(key.slice(kind.length + 1));
    return kind === "role" ? name : `${kind} ${name}`;
  };
  const shown = [
    ...[...callers].map(([key, each]) => named(key) + suffix(each)),
    ...untold.map((key) => `${named(key)} (known after apply)`),
    ...(outsiders === "none" ? [] : [`any AWS account${suffix(outsiders)}`]),
  ];
  return shown.length > 0 ? shown : ["nobody"];
}

function suffix(access: Access): string {
  return access === "part" ? " (in part)" : "";
}

function bodyFindings(old: PlannedApi | undefined, now: PlannedApi | undefined): Markdown[] {
  return now?.body === undefined || old?.body === now.body
    ? []
    : [`API ${code(now.name)} has routes in an OpenAPI document that changes, which is not read here`];
}

function connectionFindings(old: PlannedApi | undefined, now: PlannedApi | undefined): Markdown[] {
  return old?.transport && now?.transport ? transportFindings(now.name, old.transport, now.transport) : [];
}

function connectionNotes(old: PlannedApi | undefined, now: PlannedApi | undefined): Markdown[] {
  return now?.transport ? [transportNote(now.name, old?.transport, now.transport)] : [];
}

function notesOn(after: Side, isWithoutApi: boolean): Markdown[] {
  const notes: Markdown[] = isWithoutApi ? ["There is no REST API in this plan."] : [];
  for (const { name, stages, body } of after.apis.values()) {
    if (stages.length === 0)
      notes.push(`API ${code(name)} has no stage here, so its policies were read for none.`);
    if (body !== undefined) {
      notes.push(`Routes that API ${code(name)} has from an OpenAPI document are not in the table.`);
    }
  }
  const opaque = [...after.principals.values()].flatMap(({ kind, name, policies }) =>
    policies
      .filter(({ document }) => document === undefined)
      .map((policy) => `${code(policy.name)} of ${kind} ${code(name)} (${policy.opaque})`),
  );
  if (opaque.length > 0) notes.push(`What these policies allow is not in the table: ${list(opaque)}.`);
  return notes;
}
