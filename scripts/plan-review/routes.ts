import type { Access } from "#access/authorization-matrix";
import { groupBy } from "#plan/grouping";
import type { PlannedApi, PlannedIntegration, UnreadDeployment } from "./apis";
import type {
  Authorization,
  DeploymentNotRead,
  GateLost,
  RouteName,
  RoutesNotCompared,
  RoutesNotRead,
  TransportWeakened,
} from "./finding";
import { Budget } from "./policies";
import type { Kind, PlannedPrincipal } from "./principals";
import { accessToRoutes, type PlannedAccess } from "./route-access";
import { authorizationOf, nameOf, type RoutePair, routeFindings } from "./route-findings";
import { type Transport, transportFindings } from "./transport";
import { routeKey } from "./weight";

/** A stack's APIs, and the callers that its policies let in. */
export interface Side {
  readonly apis: ReadonlyMap<string, PlannedApi>;
  readonly principals: ReadonlyMap<string, PlannedPrincipal>;
}

/** Who can call what: the authorization matrix. */
export interface RoutesReview {
  /** What changes comes first. */
  readonly rows: readonly RouteRow[];
  /** Whether a row changes, or what connections have to be. */
  readonly isChanged: boolean;
  readonly findings: readonly (
    | DeploymentNotRead
    | GateLost
    | RoutesNotCompared
    | RoutesNotRead
    | TransportWeakened
  )[];
  readonly notes: readonly RouteNote[];
  /** The routes that a mock answers, by {@link routeKey}. */
  readonly mocks: ReadonlySet<string>;
}

/** A route before and after; one of them may be missing. */
export interface RouteRow {
  readonly before?: RouteState;
  readonly after?: RouteState;
  readonly isChanged: boolean;
}

/** What a caller of a route has to show, what answers, and who gets through. */
export interface RouteState {
  readonly name: RouteName;
  readonly authorization: Authorization;
  readonly apiKey: ApiKeyNeed;
  readonly integration: PlannedIntegration;
  readonly callers: readonly Caller[];
  /** The policies that let their holder through, by name. */
  readonly policies: readonly { readonly name: string; readonly access: Access }[];
}

/** Whether a route asks for an API key. */
export interface ApiKeyNeed {
  /** Undefined if it is known after apply. */
  readonly isRequired?: boolean;
  /** Where the key comes from, if it is required and does not come from the header. */
  readonly source?: string;
}

/** Who gets through to a route: anyone, whom its authorizer lets in, or a caller who signs. */
export type Caller =
  | { readonly kind: "anyone"; readonly needsKey: boolean; readonly access: Access }
  | { readonly kind: "authorizer" }
  | { readonly kind: "any-account"; readonly access: Access }
  | {
      readonly kind: Kind;
      readonly name: string;
      /** `unknown` if it was allowed before, and the caller now has a policy that cannot be read. */
      readonly access: Access | "unknown";
    };

/** What connections to an API have to be; and what the rows leave out, and why. */
export type RouteNote =
  | {
      readonly kind: "connections";
      readonly api: string;
      readonly before?: Transport;
      readonly now: Transport;
    }
  | { readonly kind: "no-api" }
  | { readonly kind: "deployment-not-read"; readonly api: string; readonly unread: UnreadDeployment }
  | { readonly kind: "no-stage" | "routes-in-document"; readonly api: string }
  | { readonly kind: "unread-policies"; readonly policies: readonly UnreadPolicy[] };

/** A policy of which it cannot be told what it allows. */
export interface UnreadPolicy {
  readonly name: string;
  readonly owner: { readonly kind: Kind; readonly name: string };
  readonly why: string;
}

/** Some seconds' worth. */
const MOST_WORK = 6_000_000;

/** Compares who can call what. */
export function reviewRoutes(before: Side, after: Side): RoutesReview {
  const budget = new Budget(MOST_WORK);
  const apis = pairUp(before.apis, after.apis).map(([old, now]) => {
    const [oldAccess, access] = [accessOn(old, before, budget), accessOn(now, after, budget)];
    return { old, now, pairs: oldAccess && access && pairRoutes(oldAccess, access) };
  });
  const rows = apis.flatMap(({ pairs = [] }) => pairs).map((pair) => compare(pair, after.principals));
  return {
    rows: [...rows.filter(({ isChanged }) => isChanged), ...rows.filter(({ isChanged }) => !isChanged)],
    isChanged:
      rows.some(({ isChanged }) => isChanged) ||
      apis.some(({ old, now }) => JSON.stringify(old?.transport) !== JSON.stringify(now?.transport)),
    findings: apis.flatMap(({ old, now, pairs }) => [
      ...(pairs ? routeFindings(pairs) : [notCompared(now ?? old)]),
      ...notRead(old, now),
      ...deploymentsNotRead(old, now),
      ...weakened(old, now),
    ]),
    mocks: new Set(
      rows.flatMap(({ after: now }) => (now?.integration.kind === "mock" ? [routeKey(now.name)] : [])),
    ),
    notes: [...apis.flatMap(({ old, now }) => connections(old, now)), ...notesOn(after, apis.length === 0)],
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
): PlannedAccess[] | undefined {
  return api === undefined ? [] : accessToRoutes(api, principals, budget);
}

function notCompared(api: PlannedApi | undefined): RoutesNotCompared {
  return { kind: "routes-not-compared", api: api?.name ?? "" };
}

function notRead(old: PlannedApi | undefined, now: PlannedApi | undefined): RoutesNotRead[] {
  return now?.body === undefined || old?.body === now.body
    ? []
    : [{ kind: "routes-not-read", api: now.name }];
}

/** The deployments that a stage serves now, in whole or in part, and of which nothing is known. */
function deploymentsNotRead(old: PlannedApi | undefined, now: PlannedApi | undefined): DeploymentNotRead[] {
  const known = new Set((old?.unread ?? []).map((each) => JSON.stringify(each)));
  return (now?.unread ?? [])
    .filter((each) => !known.has(JSON.stringify(each)))
    .map((each) => ({ kind: "deployment-not-read", api: now?.name ?? "", ...each }));
}

function weakened(old: PlannedApi | undefined, now: PlannedApi | undefined): TransportWeakened[] {
  return old?.transport && now?.transport ? transportFindings(now.name, old.transport, now.transport) : [];
}

function connections(old: PlannedApi | undefined, now: PlannedApi | undefined): RouteNote[] {
  return now?.transport
    ? [{ kind: "connections", api: now.name, before: old?.transport, now: now.transport }]
    : [];
}

function pairRoutes(before: readonly PlannedAccess[], after: readonly PlannedAccess[]): RoutePair[] {
  const [old, now] = [before, after].map((side) => groupBy(side, ({ stage }) => stage));
  return pairUp(old ?? new Map(), now ?? new Map()).flatMap(([one = [], other = []]) => {
    const [ofOne, ofOther] = [keyed(one), keyed(other)];
    const keys = [...new Set([...ofOne.keys(), ...ofOther.keys()])].sort();
    return keys.map((key): RoutePair => [ofOne.get(key), ofOther.get(key)]);
  });
}

function keyed(routes: readonly PlannedAccess[]): Map<string, PlannedAccess> {
  const found = new Map<string, PlannedAccess>();
  for (const each of routes) {
    const { path, method, address } = each.route;
    const key = JSON.stringify([path, method]);
    // No two methods have the same path in AWS; where a plan says so, none may hide the other.
    found.set(found.has(key) ? `${key} ${address}` : key, each);
  }
  return found;
}

function compare([before, after]: RoutePair, principals: Side["principals"]): RouteRow {
  const old = before && stateOf(before, []);
  const now = after && stateOf(after, untoldCallers(after, before, principals));
  return { before: old, after: now, isChanged: contentOf(old) !== contentOf(now) };
}

/** What two states of a route that are the same have in common, whatever order callers and policies come in. */
function contentOf(state: RouteState | undefined): string {
  if (state === undefined) return "";
  const { authorization, apiKey, integration, callers, policies } = state;
  const sorted = [callers, policies].map((items) => items.map((item) => JSON.stringify(item)).sort());
  return JSON.stringify([authorization, apiKey, integration, sorted]);
}

function stateOf(access: PlannedAccess, untold: readonly string[]): RouteState {
  const { route, policies } = access;
  const { apiKeyRequired: isRequired, apiKeySource } = route;
  return {
    name: nameOf(access),
    authorization: authorizationOf(route),
    apiKey: { isRequired, source: isRequired ? apiKeySource : undefined },
    integration: route.integration,
    callers: callersOf(access, untold),
    policies: [...policies].map(([name, each]) => ({ name, access: each })),
  };
}

/** Who could call a route before, and now has a policy that cannot be told. */
function untoldCallers(
  access: PlannedAccess,
  earlier: PlannedAccess | undefined,
  principals: ReadonlyMap<string, PlannedPrincipal>,
): string[] {
  return [...(earlier?.callers.keys() ?? [])].filter(
    (key) =>
      !access.callers.has(key) &&
      principals.get(key)?.policies.some(({ document }) => document === undefined),
  );
}

function callersOf(
  { route, anonymous, outsiders, callers }: PlannedAccess,
  untold: readonly string[],
): Caller[] {
  const { authorization, apiKeyRequired } = route;
  if (authorization === "NONE") {
    return anonymous === "none"
      ? []
      : [{ kind: "anyone", needsKey: apiKeyRequired !== false, access: anonymous }];
  }
  if (authorization !== undefined && authorization !== "AWS_IAM") return [{ kind: "authorizer" }];
  return [
    ...[...callers].map(([key, access]): Caller => ({ ...principalOf(key), access })),
    ...untold.map((key): Caller => ({ ...principalOf(key), access: "unknown" })),
    ...(outsiders === "none" ? [] : [{ kind: "any-account", access: outsiders } as const]),
  ];
}

/** @param key - `role reader` */
function principalOf(key: string): { kind: Kind; name: string } {
  const space = key.indexOf(" ");
  return { kind: key.slice(0, space) as Kind, name: key.slice(space + 1) };
}

function notesOn({ apis, principals }: Side, isWithoutApi: boolean): RouteNote[] {
  const policies = [...principals.values()].flatMap((owner) =>
    owner.policies
      .filter(({ document }) => document === undefined)
      .map(({ name, opaque = "" }) => ({
        name,
        owner: { kind: owner.kind, name: owner.name },
        why: opaque,
      })),
  );
  return [
    ...(isWithoutApi ? [{ kind: "no-api" } as const] : []),
    ...[...apis.values()].flatMap(({ name: api, isPublished, unread, body }): RouteNote[] => [
      ...unread.map((each) => ({ kind: "deployment-not-read", api, unread: each }) as const),
      ...(!isPublished ? [{ kind: "no-stage", api } as const] : []),
      ...(body === undefined ? [] : [{ kind: "routes-in-document", api } as const]),
    ]),
    ...(policies.length === 0 ? [] : [{ kind: "unread-policies", policies } as const]),
  ];
}
