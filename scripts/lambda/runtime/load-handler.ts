import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isNativeError } from "node:util/types";
import { RuntimeError } from "./error-payload";
import type { WorkerSettings } from "./messages";

export type Handler = (event: unknown, context: unknown) => unknown;

/**
 * Imports a function's module and finds its handler: `index.handler` is what `index.js`, `.mjs` or `.cjs` exports as
 * `handler`. Callbacks are refused as nodejs24.x does, whatever the function's runtime.
 *
 * @throws RuntimeError if there is no handler; errors that the module throws are passed on unchanged
 *
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 */
export async function loadHandler({ taskRoot, handler }: WorkerSettings): Promise<Handler> {
  if (handler.includes(".."))
    throw new RuntimeError("MalformedHandlerName", `'${handler}' is outside the package`);
  const [, modulePath, exportPath] = /^((?:.*\/)?[^./]*)\.([^/]+)$/.exec(handler) ?? [];
  if (!modulePath || !exportPath) throw new RuntimeError("MalformedHandlerName", "Bad handler");

  const exported = await importModule(taskRoot, modulePath);
  // The exports of a CommonJS module are its default export here, whether or not Node recognized the names.
  const value = memberAt(exported, exportPath) ?? memberAt(exported.default, exportPath);
  if (value === undefined) {
    throw new RuntimeError("HandlerNotFound", `${handler} is undefined or not exported`);
  }
  if (typeof value !== "function") throw new RuntimeError("HandlerNotFound", `${handler} is not a function`);
  if (value.length > 2) throw new RuntimeError("CallbackHandlerDeprecated", CALLBACKS_REMOVED);
  return value as Handler;
}

// ---------------------------------------------------------------------------------------------------- internal

const CALLBACKS_REMOVED =
  "ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need to modify this function to use a supported handler signature to use Node.js 24 or later. For more information see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.";

async function importModule(taskRoot: string, modulePath: string): Promise<Record<string, unknown>> {
  const file = [".js", ".mjs", ".cjs"]
    .map((extension) => join(taskRoot, modulePath + extension))
    .find((path) => existsSync(path));
  if (file === undefined) {
    throw new RuntimeError("ImportModuleError", `Error: Cannot find module '${modulePath}'`);
  }
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    if (error instanceof SyntaxError) throw new RuntimeError("UserCodeSyntaxError", String(error), error);
    if (isModuleNotFound(error)) throw new RuntimeError("ImportModuleError", String(error), error);
    throw error;
  }
}

/** The error of `require` (MODULE_NOT_FOUND) or of `import` (ERR_MODULE_NOT_FOUND). */
function isModuleNotFound(error: unknown): boolean {
  return isNativeError(error) && "code" in error && String(error.code).endsWith("MODULE_NOT_FOUND");
}

/** The member at a path of names with dots between them. */
function memberAt(value: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((member, name) => (member as Record<string, unknown> | undefined)?.[name], value);
}
