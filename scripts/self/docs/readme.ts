import { authorizationMatrix, type RouteAccess } from "#access/authorization-matrix";
import type { Model } from "#model/model";
import { withoutPrefix } from "#stage/stack-name";
import { drawArchitecture } from "./architecture";
import { quoteFigures } from "./figures";
import { code, replaceSections, table } from "./markdown";

/** The sources of the generated parts of the README. */
export interface ReadmeSources {
  readonly model: Model;
  /** Of the physical names of the stack; it is left out. */
  readonly prefix: string;
  /** The path of the benchmarks' results. */
  readonly results: string;
}

/**
 * Writes the parts of the README that come from the synthesized stack and from the benchmarks; the rest stays.
 * @throws Error if the README has no place for one of them
 */
export function writeReadme(readme: string, { model, prefix, results }: ReadmeSources): string {
  return replaceSections(readme, {
    architecture: code("mermaid", drawArchitecture(model, prefix)),
    routes: listRoutes(model, prefix),
    figures: quoteFigures(results),
  });
}

// ---------------------------------------------------------------------------------------------------- internal

function listRoutes(model: Model, prefix: string): string {
  const rows = authorizationMatrix(model).map((route) => [
    `\`${route.method} ${route.path}\``,
    route.authorization === "AWS_IAM" ? "yes" : "",
    route.apiKeyRequired ? "yes" : "",
    route.integration === "mock"
      ? "the gateway itself"
      : `Lambda \`${withoutPrefix(route.integration, prefix)}\``,
    whoMayCall(route, prefix),
  ]);
  return table(["route", "signature", "API key", "answered by", "who may call"], rows);
}

function whoMayCall({ authorization, apiKeyRequired, principals }: RouteAccess, prefix: string): string {
  if (authorization === "NONE") return apiKeyRequired ? "anyone with a key" : "anyone";
  return principals.map(({ name }) => `\`${withoutPrefix(name, prefix)}\``).join(", ");
}
