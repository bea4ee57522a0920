import { compileTemplate, VtlError } from "#vtl/template";

/** Renders a template as the gateway does; a template without a result prints why. */
export function renderInSandbox(template: string, body: string): string {
  try {
    return compileTemplate(template).render({
      body,
      parameters: { path: { id: "1" }, querystring: {}, header: {} },
      context: { requestId: "r", identity: { sourceIp: "192.0.2.1" } },
      stageVariables: { mode: "fast" },
    }).text;
  } catch (error) {
    if (error instanceof VtlError) return `no result: ${error.problem}`;
    throw error;
  }
}

/** The hole: references are looked up as properties of JavaScript's objects, and loops and patterns run to their end. */
export function renderOnObjects(template: string, body: string): string {
  const root: Record<string, unknown> = {
    input: { body, json: () => body },
    util: {},
    context: {},
    s: "x",
    l: [1],
    m: {},
    n: 1,
  };
  const [, from = 0, to = 0] = /\[(\d+)\.\.(\d+)\]/.exec(template) ?? [];
  let printed = "";
  for (let round = Number(from); round < Number(to); round += 1) printed += "xxxxxxxxxx";
  const [, text = "", pattern] = /#set\(\$s = "([^"]*)"\)\$s\.matches\("([^"]*)"\)/.exec(template) ?? [];
  if (pattern !== undefined && text.length < 30) printed += String(new RegExp(`^${pattern}$`).test(text));
  for (const [, name = "", members = ""] of template.matchAll(/\$(\w+)((?:\.\w+)*)/g)) {
    let value: unknown = root[name];
    for (const member of members.split(".").filter(Boolean))
      value = (value as Record<string, unknown> | undefined)?.[member];
    printed += String(value);
  }
  return printed;
}
