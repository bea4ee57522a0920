import { compileRoutes } from "#gateway/gates/match";
import { isRefusal } from "#gateway/refusal";
import { HTTP_METHODS, type Route } from "#model/rest-api";
import type { PlannedRoute } from "./apis";
import { prefixIndex } from "./grouping";

const STAGE = "any";

/**
 * Finds the routes that get the requests of a route which an API has not: those for any method, and those with a
 * parameter that the path fits. Of `GET /products`, that may be `ANY /products`, `GET /{name}` or `ANY /{proxy+}`.
 */
export function findTakers(routes: readonly PlannedRoute[]): (gone: PlannedRoute) => readonly PlannedRoute[] {
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
