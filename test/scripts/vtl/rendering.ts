import { compileTemplate, type Plain, type Rendered, type TemplateInput, VtlError } from "#vtl/template";

const NOTHING: TemplateInput = {
  body: "",
  parameters: { path: {}, querystring: {}, header: {} },
  context: {},
  stageVariables: {},
};

/** Renders a template with what a test gives of its input. */
export function renderWhole(template: string, input: Partial<TemplateInput> = {}): Rendered {
  return compileTemplate(template).render({ ...NOTHING, ...input });
}

export function render(template: string, input: Partial<TemplateInput> = {}): string {
  return renderWhole(template, input).text;
}

/** Renders with a body of JSON. */
export function renderJson(template: string, body: Plain): string {
  return render(template, { body: JSON.stringify(body) });
}

/** Why a template has no result, such as `limit: got …`; undefined if it has one. */
export function problemOf(template: string, input: Partial<TemplateInput> = {}): string | undefined {
  try {
    render(template, input);
    return undefined;
  } catch (error) {
    if (!(error instanceof VtlError)) throw error;
    return `${error.problem}: ${error.reason}`;
  }
}
