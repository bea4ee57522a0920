import type { RouteAccess } from "#access/authorization-matrix";

/** A request that shows the gates of a route and changes nothing, even if it passes them. */
export interface Probe {
  readonly method: string;
  /** Relative to the stage. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** Incomplete JSON: no function can read it as an item to write. */
const BROKEN_JSON = Buffer.from('{"verify":');

/**
 * Makes a request for a route. If a gate is open that should be closed, the request reaches the function, so it must be
 * harmless there too: a `GET` only reads, incomplete JSON is refused before anything is written, and a `DELETE` names an
 * item with a new random id, which does not exist.
 *
 * @param id - the value of path parameters: long and random, so that no item has it
 * @returns undefined for a `DELETE` of a fixed path
 */
export function probeFor(
  { method, path }: Pick<RouteAccess, "method" | "path">,
  id: string,
): Probe | undefined {
  const request = {
    method: method === "ANY" ? "GET" : method,
    path: path.replace(/\{[^}]+\}/g, id),
    headers: {},
  };
  switch (request.method) {
    case "DELETE":
      return path.endsWith("}") ? request : undefined;
    case "PATCH":
    case "POST":
    case "PUT":
      return { ...request, headers: { "content-type": "application/json" }, body: BROKEN_JSON };
    default:
      return request;
  }
}
