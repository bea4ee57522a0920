import type { RouteAccess } from "#access/authorization-matrix";

/** A request that shows the gates of a route and changes nothing, whoever sends it. */
export interface Probe {
  readonly method: string;
  /** Behind the stage. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** JSON that breaks off: no function can read it as something to write. */
const BROKEN_JSON = Buffer.from('{"verify":');

/**
 * Makes a request for a route. Where a gate that should be closed is open, the request reaches the function, so it must be
 * harmless there too: a `GET` only reads; a body that is broken JSON is refused before anything is written; what a
 * `DELETE` names was made up a moment ago and is nowhere.
 *
 * @param id - takes the place of path parameters: long and random, so that nothing has it
 * @returns undefined for a `DELETE` of something that has a fixed name
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
