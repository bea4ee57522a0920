import { existsSync } from "node:fs";
import { relative } from "node:path";
import { parseArgs } from "node:util";
import { UserError } from "#modules/project";
import { type Access, authorizationMatrix, type RouteAccess } from "./access/authorization-matrix";
import { runCommand, withHelp } from "./cli/command";
import { type Cell, type Paint, paintFor, renderTable } from "./cli/table";
import { LoadError, loadModel } from "./load/load-model";
import type { Model } from "./model/model";
import { cdktfOut, terraformFile, UNDEPLOYED } from "./stage/cdktf-out";
import { chosenStack, withoutPrefix } from "./stage/stack-name";

const USAGE = `usage: routes.ts [--stage NAME] [--json]

Prints who can call what, as a stage is synthesized: each route, what a caller
must present, what answers, and the roles of the stack whose policies allow the
call. "(part)" after a role means that its policies allow only some requests of
the route: they name single values of a path parameter, or have a condition.

  --stage NAME    the stage (default STAGE, or dev)
  --json          print JSON, with the physical names

  make routes STAGE=dev
`;

/** Prints the authorization matrix of a synthesized stage. */
export const main = withHelp(USAGE, async (argv, env, io) => {
  const { values } = parseArgs({
    args: [...argv],
    options: { stage: { type: "string" }, json: { type: "boolean" } },
  });
  const stack = chosenStack(values.stage, env);
  const model = readModel(stack, env);
  const matrix = authorizationMatrix(model);
  io.out.write(
    values.json
      ? `${JSON.stringify(matrix, null, 2)}\n`
      : renderMatrix(matrix, `${stack}-`, paintFor(io.out, env)),
  );
  for (const { method, path, notServed } of matrix) {
    if (!notServed) continue;
    const { address, property, reason } = notServed;
    io.err.write(
      `${method} ${path} is not understood: ${[address, property].filter(Boolean).join(".")}: ${reason}\n`,
    );
  }
  if (model.api.policy) {
    io.err.write(
      `callers from outside the stack are not listed; ${model.api.policy.address} may allow them\n`,
    );
  }
  return 0;
});

/** @throws UserError if the stack is not synthesized, or contains what the loader does not support */
function readModel(stack: string, env: NodeJS.ProcessEnv): Model {
  const terraform = terraformFile(stack, cdktfOut(env));
  if (!existsSync(terraform)) {
    throw new UserError(`no ${relative(process.cwd(), terraform)}: run 'make synth' first`);
  }
  try {
    return loadModel({ terraform, identity: UNDEPLOYED });
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    throw new UserError(`cannot list who can call what: ${error.message}`, { cause: error });
  }
}

/** @param prefix - of the physical names of the stack; it is left out */
function renderMatrix(matrix: readonly RouteAccess[], prefix: string, paint: Paint): string {
  const short = (name: string): string => withoutPrefix(name, prefix);
  const rows = matrix.map((route): Cell[] => [
    `${route.method} ${route.path}`,
    route.authorization,
    route.authorization === "UNKNOWN" ? "not known" : route.apiKeyRequired ? "yes" : "no",
    short(route.integration),
    whoMayCall(route, short),
  ]);
  return renderTable(["ROUTE", "AUTH", "KEY", "ANSWERED BY", "WHO CAN CALL"], rows, { paint });
}

/** Highlights what needs a second look: a route without a signature, and a route that no caller can call. */
function whoMayCall(route: RouteAccess, short: (name: string) => string): Cell {
  if (route.authorization === "NONE" && route.anonymous !== "none") {
    const who = route.apiKeyRequired ? "anyone with a key" : "anyone";
    return { text: who + suffix(route.anonymous), format: "yellow" };
  }
  if (route.authorization === "CUSTOM") return "as the authorizer says";
  if (route.authorization === "COGNITO_USER_POOLS") return "anyone with a token";
  if (route.authorization === "UNKNOWN") return { text: "not known", format: "red" };
  if (route.principals.length === 0) return { text: "no one", format: "red" };
  return route.principals.map(({ name, access }) => short(name) + suffix(access)).join(", ");
}

function suffix(access: Access): string {
  return access === "part" ? " (part)" : "";
}

if (require.main === module) void runCommand(main);
