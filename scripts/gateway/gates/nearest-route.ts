import type { Route } from "#model/rest-api";
import { segmentKind, segmentsOf } from "./path-template";

/** A hint at what the caller of an unknown route probably meant: `nearest is GET /products (AWS_IAM)`. */
export function describeNearest(
  method: string,
  segments: readonly string[],
  routes: readonly Route[],
): string {
  const nearest = nearestRoutes(segments, routes);
  if (!nearest) return "the API has no routes";
  const same = nearest.routes.filter((route) => route.httpMethod === method);
  const shown = (same.length > 0 ? same : nearest.routes).map(describeRoute).join(", ");
  return nearest.exact ? `this path has ${shown}` : `nearest is ${shown}`;
}

/** `GET /products (AWS_IAM)`: a route and its gates. */
export function describeRoute(route: Route): string {
  const gates = [
    ...(route.authorization === "NONE" ? [] : [route.authorization]),
    ...(route.apiKeyRequired ? ["API key"] : []),
  ];
  return `${route.httpMethod} ${route.resourcePath} (${gates.join(" and ") || "open"})`;
}

// ---------------------------------------------------------------------------------------------------- internal

/** The routes of the resource whose path template is nearest to a path. */
interface NearestRoutes {
  /** Whether the path matches the template, so that only the method is wrong. */
  readonly exact: boolean;
  readonly routes: readonly Route[];
}

/**
 * Finds what the caller of an unknown path probably meant: it is only for the log, so only the beginnings are compared.
 */
function nearestRoutes(segments: readonly string[], routes: readonly Route[]): NearestRoutes | undefined {
  const path = segments.join("/");
  const wanted = path.slice(0, COMPARED_LENGTH);
  let best: { readonly distance: number; readonly resourcePath: string; readonly exact: boolean } | undefined;
  for (const resourcePath of new Set(routes.map((route) => route.resourcePath).sort())) {
    const filled = fillTemplate(resourcePath, segments);
    const compared = filled.slice(0, COMPARED_LENGTH);
    // The lengths differ so much that it cannot be nearer.
    if (best && Math.abs(compared.length - wanted.length) >= best.distance) continue;
    const distance = editDistance(wanted, compared);
    if (!best || distance < best.distance) best = { distance, resourcePath, exact: filled === path };
  }
  if (!best) return undefined;
  const { resourcePath, exact } = best;
  return {
    exact,
    routes: routes
      .filter((route) => route.resourcePath === resourcePath)
      .sort((a, b) => (a.httpMethod < b.httpMethod ? -1 : 1)),
  };
}

const COMPARED_LENGTH = 64;

/** The template with the path's segments in place of its parameters, which match any text that is not empty. */
function fillTemplate(resourcePath: string, segments: readonly string[]): string {
  return segmentsOf(resourcePath)
    .map((segment, index) => {
      const kind = segmentKind(segment);
      if (kind === "static") return segment;
      return segments.slice(index, kind === "parameter" ? index + 1 : undefined).join("/") || "_";
    })
    .join("/");
}

/** Levenshtein's: how many characters must be added, removed or replaced. The texts are at most 255 long. */
function editDistance(a: string, b: string): number {
  let previous = Uint8Array.from({ length: b.length + 1 }, (_, column) => column);
  let current = new Uint8Array(b.length + 1);
  for (let row = 1; row <= a.length; row++) {
    current[0] = row;
    for (let column = 1; column <= b.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const addedOrRemoved = Math.min(previous[column] ?? 0, current[column - 1] ?? 0) + 1;
      current[column] = Math.min(replaced, addedOrRemoved);
    }
    [previous, current] = [current, previous];
  }
  return previous[b.length] ?? 0;
}
