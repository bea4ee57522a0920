import type * as Engine from "./template";

export type { InputParameters, Plain, Rendered, Template, TemplateInput } from "./template";
export { VtlError } from "./vtl-error";

/*
 * The door to the engine, which is loaded when the first template or pattern needs it: a stack without any starts sooner.
 */

/** See {@link Engine.compileTemplate}. */
export const compileTemplate: typeof Engine.compileTemplate = (...args) => engine().compileTemplate(...args);

/** See {@link Engine.selectJson}. */
export const selectJson: typeof Engine.selectJson = (...args) => engine().selectJson(...args);

/** See {@link Engine.matchesPattern}. */
export const matchesPattern: typeof Engine.matchesPattern = (...args) => engine().matchesPattern(...args);

// ---------------------------------------------------------------------------------------------------- internal

function engine(): typeof Engine {
  return require("./template");
}
