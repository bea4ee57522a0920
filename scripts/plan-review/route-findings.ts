import type { Access } from "#access/authorization-matrix";
import { compileRoutes } from "#gateway/gates/match";
import { isRefusal } from "#gateway/refusal";
import { HTTP_METHODS, type Route } from "#model/rest-api";
import { groupBy, prefixIndex } from "#plan/grouping";
import type { PlannedRoute } from "./apis";
import type { Authorization, GateLost, LostGate, RouteName } from "./finding";
import type { PlannedAccess } from "./route-access";

/** A route of one API before and after; either may be missing. */
export type RoutePair = readonly [before: PlannedAccess | undefined, after: PlannedAccess | undefined];

/**
 * Where requests to an API need less than before. What is sent to a route that is gone may reach another one, and what
 * is sent to a new one may have reached another one before; only what reached none is new.
 */
export function routeFindings(pairs: readonly RoutePair[]): GateLost[] {
  const takersBefore = takersAmong(pairs.flatMap(([before]) => before ?? []));
  const takersAfter = takersAmong(pairs.flatMap(([, after]) => after ?? []));
  return pairs.flatMap(([before, after]) => {
    if (before && after) return finding("changed", before, after);
    if (before) return takersAfter(before).flatMap((taker) => finding("inherits", before, taker));
    if (!after) return [];
    const takers = takersBefore(after);
    if (takers.length === 0) return finding("new", undefined, after);
    return takers.flatMap((taker) => finding("takes-over", taker, after));
  });
}

/** @param before - what answered the requests; undefined if no route did */
function finding(how: GateLost["how"], before: PlannedAccess | undefined, after: PlannedAccess): GateLost[] {
  // The preflight of a browser signs nothing, and a mock has nothing to give.
  const isPreflight = after.route.method === "OPTIONS" && after.route.integration.kind === "mock";
  if (isPreflight && how === "new") return [];
  const lost = lostGates(before, after);
  const isNowPublic = isPublic(after) && (before === undefined || !isPublic(before));
  if (lost.length === 0 && !isNowPublic) return [];
  const from = before && how !== "changed" ? nameOf(before) : undefined;
  return [{ kind: "gate-lost", route: nameOf(after), how, from, lost, isNowPublic }];
}

/** What a route is called. */
export function nameOf({ api, stage, route: { method, path } }: PlannedAccess): RouteName {
  return { api, stage, method, path };
}

/** Whether anyone gets through with neither a signature nor a key. */
function isPublic({ route, anonymous }: PlannedAccess): boolean {
  return route.authorization === "NONE" && route.apiKeyRequired === false && anonymous !== "none";
}

function lostGates(before: PlannedAccess | undefined, after: PlannedAccess): LostGate[] {
  const lost = [...lostAuthorization(before?.route, after.route), ...lostKey(before?.route, after.route)];
  const isWidened = before?.route.authorization === "NONE" && RANK[after.anonymous] > RANK[before.anonymous];
  return isWidened ? [...lost, { gate: "api-policy", loss: "widened" }] : lost;
}

const RANK: Readonly<Record<Access, number>> = { none: 0, part: 1, full: 2 };

function lostAuthorization(before: PlannedRoute | undefined, after: PlannedRoute): LostGate[] {
  const [old, now] = [before?.authorization, after.authorization];
  if (now === undefined) return [{ gate: "authorization", loss: "unknown" }];
  if (before === undefined || old === "NONE") return [];
  const isSame = old === now && before.authorizer === after.authorizer;
  if (isSame) return [];
  const loss = now === "NONE" ? "removed" : "exchanged";
  return [{ gate: "authorization", loss, from: authorizationOf(before), to: authorizationOf(after) }];
}

/** How a route checks who calls. */
export function authorizationOf({ authorization: type, authorizer }: PlannedRoute): Authorization {
  return type === undefined ? {} : { type, authorizer };
}

function lostKey(before: PlannedRoute | undefined, after: PlannedRoute): LostGate[] {
  const [old, now] = [before?.apiKeyRequired, after.apiKeyRequired];
  if (now === undefined) return [{ gate: "api-key", loss: "unknown" }];
  if (before === undefined || old === false) return [];
  if (!now) return [{ gate: "api-key", loss: "removed" }];
  const isSame = before.apiKeySource === after.apiKeySource;
  return isSame ? [] : [{ gate: "api-key", loss: "exchanged" }];
}

/** Finds who gets a route's requests in its stage where the route is not. */
function takersAmong(routes: readonly PlannedAccess[]): (route: PlannedAccess) => readonly PlannedAccess[] {
  const stages = new Map(
    [...groupBy(routes, ({ stage }) => stage)].map(([stage, inStage]) => {
      const byAddress = new Map(inStage.map((each) => [each.route.address, each]));
      return [stage, { find: findTakers(inStage.map(({ route }) => route)), byAddress }];
    }),
  );
  return ({ stage, route }) => {
    const takers = stages.get(stage);
    return (takers?.find(route) ?? []).flatMap(({ address }) => takers?.byAddress.get(address) ?? []);
  };
}

const STAGE = "any";

/**
 * Finds the routes that get the requests of a route which an API has not: those for any method, and those with a
 * parameter that the path fits. Of `GET /products`, that may be `ANY /products`, `GET /{name}` or `ANY /{proxy+}`.
 */
function findTakers(routes: readonly PlannedRoute[]): (gone: PlannedRoute) => readonly PlannedRoute[] {
  const takers = routes.filter(({ method, path }) => method === "ANY" || path.includes("{"));
  const find = prefixIndex(takers.map((route) => [staticPart(route), route] as const));
  return (gone) => {
    const candidates = [...find(staticPart(gone))];
    return candidates.length === 0 ? [] : match(gone, candidates);
  };
}

/** A path up to its first parameter. */
function staticPart({ path }: PlannedRoute): string {
  return path.split("{")[0] ?? "";
}

/** The routes that the gateway would choose for requests to one that is not there. */
function match({ method, path }: PlannedRoute, candidates: readonly PlannedRoute[]): PlannedRoute[] {
  const choose = compileRoutes({
    routes: candidates.map(toRoute),
    stages: [{ address: "", name: STAGE, deploymentId: "", variables: {}, methodThrottles: {} }],
  });
  // A value that no resource is named by.
  const target = `/${STAGE}${path.replace(/\{[^}]*\}/g, "any-value")}`;
  const chosen = (method === "ANY" ? HTTP_METHODS : [method])
    .map((each) => choose({ method: each, target, headers: [] }))
    .flatMap((matched) => (isRefusal(matched) ? [] : [matched.route.address]));
  return candidates.filter(({ address }) => chosen.includes(address));
}

/** A route of which nothing but method and path is looked at. */
function toRoute({ address, method, path }: PlannedRoute): Route {
  return {
    address,
    resourceId: "",
    resourcePath: path,
    httpMethod: method,
    authorization: "NONE",
    apiKeyRequired: false,
    requestParameters: {},
    validator: { body: false, parameters: false },
    requestModels: {},
    integration: {
      type: "MOCK",
      address,
      passthroughBehavior: "NEVER",
      requestTemplates: {},
      responses: [],
    },
  };
}
