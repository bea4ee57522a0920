import { compileRoutes } from "../local/gates/match";
import type { PlannedRoute } from "./apis";
import { toRoute } from "./route-access";

const METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];
const STAGE = "any";

/**
 * Finds the routes that get the requests of a route which an API has not: those for any method, and those with a
 * parameter that the path fits. Of `GET /products`, that may be `ANY /products`, `GET /{name}` or `ANY /{proxy+}`.
 */
export function findTakers(routes: readonly PlannedRoute[]): (gone: PlannedRoute) => readonly PlannedRoute[] {
  const takers = routes.filter(({ method, path }) => method === "ANY" || path.includes("{"));
  const byAddress = new Map(takers.map((route) => [route.address, route]));
  const match = compileRoutes({
    address: "",
    id: "",
    name: "",
    apiKeySource: "HEADER",
    binaryMediaTypes: [],
    routes: takers.map(toRoute),
    stages: [{ address: "", name: STAGE, deploymentId: "", variables: {}, methodThrottles: {} }],
    gatewayResponses: [],
  });
  return ({ method, path }) => {
    // A value that no resource is named by.
    const target = `/${STAGE}${path.replace(/\{[^}]*\}/g, "any-value")}`;
    const matches = (method === "ANY" ? METHODS : [method]).map((each) =>
      match({ method: each, target, headers: [] }),
    );
    const addresses = new Set(matches.flatMap((each) => (each.matched ? [each.route.address] : [])));
    return [...addresses].flatMap((address) => byAddress.get(address) ?? []);
  };
}
