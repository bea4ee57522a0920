import { createInput, type InputParameters } from "./api-gateway/input";
import { fromPlain, type Plain, toPlain } from "./api-gateway/plain";
import { createUtil } from "./api-gateway/util";
import { parsePath } from "./json-path/parse-path";
import { readPath } from "./json-path/read-path";
import { Budget, LIMITS, type Limits } from "./limits";
import { parseBlock } from "./parse/parse-template";
import type { Block } from "./parse/syntax";
import { matchesJava } from "./regex/java-regex";
import { Renderer } from "./render/renderer";
import { jsonText } from "./values/json-text";
import { parseJsonValue } from "./values/parse-json";
import { type Value, VtlMap } from "./values/value";
import { VtlError } from "./vtl-error";

export type { InputParameters } from "./api-gateway/input";
export type { Plain } from "./api-gateway/plain";
export { VtlError } from "./vtl-error";

/** What a mapping template is rendered with. */
export interface TemplateInput {
  /** The body of the request or of the integration's response; empty if there is none. */
  readonly body: string;
  readonly parameters: InputParameters;
  /**
   * `$context`, with `requestOverride` and `responseOverride` as an earlier template of the request left them. Members
   * are in the order in which `keySet` lists them.
   */
  readonly context: { readonly [name: string]: Plain | undefined };
  readonly stageVariables: Readonly<Record<string, string>>;
}

export interface Rendered {
  readonly text: string;
  /**
   * What the template set in `$context.requestOverride` and `$context.responseOverride`, along with what they held
   * before.
   */
  readonly overrides: { readonly requestOverride: Plain; readonly responseOverride: Plain };
}

/** A mapping template of API Gateway, ready to be rendered as often as it is needed. */
export interface Template {
  /** @throws VtlError if it has no result: API Gateway answers 500 then */
  render(input: TemplateInput): Rendered;
}

/**
 * Parses a mapping template. It is a program of a small language, Velocity 1.7, over values that hold nothing of
 * JavaScript; it reads nothing, and each rendering is bounded in time, depth and size.
 * Sources: https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings.html,
 * https://velocity.apache.org/engine/1.7/vtl-reference.html
 *
 * @throws VtlError for a template that does not parse, that is too large, or that has what is not supported
 */
export function compileTemplate(text: string, limits: Limits = LIMITS): Template {
  if (Buffer.byteLength(text) > limits.templateBytes)
    throw new VtlError("limit", `got a template of more than ${limits.templateBytes} bytes; make it smaller`);
  const block = parseBlock(text, new Budget(limits));
  return { render: (input) => render(block, input, limits) };
}

/**
 * What a JSONPath selects in a text of JSON: a string as it is, other values as JSON.
 * @returns undefined if nothing is there, null if the text is not JSON
 * @throws VtlError for a path that is not supported, and past the limits
 */
export function selectJson(json: string, path: string): string | undefined | null {
  const budget = new Budget(LIMITS);
  const document = parseJsonValue(json, budget);
  if (document === undefined) return null;
  const selected = readPath(document, parsePath(path, budget), budget);
  if (selected === undefined || selected === null) return undefined;
  return typeof selected === "string" ? selected : jsonText(selected, budget, "/");
}

/**
 * Whether a whole text matches a regular expression of Java, such as a selection pattern.
 * @throws VtlError for a pattern that Java does not have, or that takes too long
 */
export function matchesPattern(pattern: string, text: string): boolean {
  return matchesJava(pattern, text, new Budget(LIMITS));
}

// ---------------------------------------------------------------------------------------------------- internal

function render(
  block: Block,
  { body, parameters, context, stageVariables }: TemplateInput,
  limits: Limits,
): Rendered {
  const budget = new Budget(limits);
  const contextMap = new VtlMap(true);
  for (const [name, value] of Object.entries({ ...OVERRIDES, ...context }))
    if (value !== undefined) contextMap.put(name, fromPlain(value, true, budget));
  const variables = new Map<string, Value>([
    ["input", createInput(body, parameters, budget)],
    ["util", createUtil(budget)],
    ["context", contextMap],
    ["stageVariables", fromPlain(stageVariables, false, budget)],
  ]);
  const text = new Renderer(variables, budget).whole(block);
  const override = (name: string): Plain => toPlain(contextMap.entries.get(name) ?? null, budget);
  return {
    text,
    overrides: {
      requestOverride: override("requestOverride"),
      responseOverride: override("responseOverride"),
    },
  };
}

/**
 * What `$context` has to set in every template.
 * Source: `test_sqs_amz_json_protocol` of localstack/localstack, recorded from AWS (their `keySet`)
 */
const OVERRIDES: { readonly [name: string]: Plain } = {
  requestOverride: { path: {}, header: {}, querystring: {} },
  responseOverride: { header: {} },
};
