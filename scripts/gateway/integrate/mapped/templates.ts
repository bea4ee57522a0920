import { compileTemplate, type Rendered, type TemplateInput } from "#vtl/engine";
import { isLiteralTemplate } from "../literal-template";
import type { RequestSources } from "./sources";

/** What templates set in `$context.requestOverride` and `$context.responseOverride`; the response's see the request's. */
export type Overrides = Partial<Rendered["overrides"]>;

/** Nothing set yet. */
export const NO_OVERRIDES: Overrides = {};

export interface RenderedMapping {
  readonly text: string;
  readonly overrides: Overrides;
}

export interface MappingTemplate {
  readonly contentType: string;
  /** @throws VtlError if it has no result */
  render(body: string, sources: RequestSources, overrides: Overrides): RenderedMapping;
}

/**
 * Prepares templates, by their content types in lower case. Literal text is not run.
 * @throws VtlError for one that does not parse, or has what is not supported
 */
export function compileTemplates(
  templates: Readonly<Record<string, string>>,
): ReadonlyMap<string, MappingTemplate> {
  return new Map(
    Object.entries(templates).map(([contentType, text]) => [
      contentType.toLowerCase(),
      { contentType, render: isLiteralTemplate(text) ? literal(text) : program(text) },
    ]),
  );
}

// ---------------------------------------------------------------------------------------------------- internal

function literal(text: string): MappingTemplate["render"] {
  return (_body, _sources, overrides) => ({ text, overrides });
}

function program(text: string): MappingTemplate["render"] {
  const template = compileTemplate(text);
  return (body, sources, overrides) =>
    template.render({
      body,
      parameters: sources.parameters,
      context: { ...sources.context, ...overrides } as unknown as TemplateInput["context"],
      stageVariables: sources.stageVariables,
    });
}
