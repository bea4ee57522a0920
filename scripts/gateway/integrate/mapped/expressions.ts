import { selectJson } from "#vtl/engine";
import type { RequestSources } from "./sources";

/** What a mapping comes to: one value, several of a query parameter, or nothing. */
export type Mapped = string | readonly string[] | undefined;

/** Where a value comes from. */
export type Expression =
  | { readonly from: "text"; readonly text: string }
  | { readonly from: "request" | "response"; readonly location: Location; readonly name: string }
  | { readonly from: "context" | "stageVariables"; readonly name: string };

type Location = "header" | "multivalueheader" | "querystring" | "multivaluequerystring" | "path" | "body";

/**
 * Reads the right-hand side of a parameter mapping; undefined if API Gateway has no such expression.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
 */
export function readExpression(text: string): Expression | undefined {
  const literal = /^'(.*)'$/s.exec(text)?.[1];
  if (literal !== undefined) return { from: "text", text: literal };
  const variable = /^(context|stageVariables)\.([\w.-]+)$/.exec(text);
  if (variable) return { from: variable[1] as "context" | "stageVariables", name: variable[2] ?? "" };
  const [, of, location = "body", name = ""] = PARAMETER.exec(text) ?? [];
  if (of === undefined) return undefined;
  const from = of === "method.request" ? "request" : "response";
  if (location !== "body" && !/^[\w.$-]+$/.test(name)) return undefined;
  if (from === "response" && /querystring$|^path$/.test(location)) return undefined;
  return { from, location: location as Location, name };
}

/** A body that should be JSON and is not. */
export class NotJson extends Error {
  override readonly name = "NotJson";
}

/** What an integration answered, as far as mappings read it. */
export interface ResponseSources {
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: string;
}

/**
 * The value of an expression. Names of headers are case-sensitive.
 * @throws NotJson for a member of a body that is not JSON
 */
export function evaluateExpression(
  expression: Expression,
  request: RequestSources,
  response?: ResponseSources,
): Mapped {
  switch (expression.from) {
    case "text":
      return expression.text;
    case "context":
      return textOf(lookUp(request.context, expression.name));
    case "stageVariables":
      return lookUp(request.stageVariables, expression.name) as string | undefined;
    case "request":
      return fromRequest(expression.location, expression.name, request);
    case "response":
      return response && fromResponse(expression.location, expression.name, response);
  }
}

// ---------------------------------------------------------------------------------------------------- internal

const PARAMETER =
  /^(method\.request|integration\.response)\.(?:(?:body(?![\w-])|(header|multivalueheader|querystring|multivaluequerystring|path))(?:\.(.+))?)$/;

function fromRequest(location: Location, name: string, request: RequestSources): Mapped {
  switch (location) {
    case "path":
      return lookUp(request.path, name) as string | undefined;
    case "querystring":
      return request.query.get(name)?.at(-1);
    case "multivaluequerystring":
      return request.query.get(name);
    case "body":
      return fromBody(Buffer.from(request.call.request.body).toString(), name);
    default:
      return fromHeaders(location, name, request.headers);
  }
}

function fromResponse(location: Location, name: string, { headers, body }: ResponseSources): Mapped {
  return location === "body" ? fromBody(body, name) : fromHeaders(location, name, headers);
}

function fromHeaders(
  location: Location,
  name: string,
  headers: ReadonlyMap<string, readonly string[]>,
): string | undefined {
  const values = headers.get(name);
  return location === "multivalueheader" ? values?.join(",") : values?.at(-1);
}

/**
 * The whole body, or what a path selects in it. One that does not begin as JSON does has no members, and is not a mistake.
 * Source: https://github.com/localstack/localstack/blob/8b9a79f05846835cf4dff63ab7eefdde9df83783/localstack-core/localstack/services/apigateway/next_gen/execute_api/parameters_mapping.py
 */
function fromBody(body: string, path: string): string | undefined {
  const text = body.trim();
  if (path === "") return text;
  if (!/^[[{"']/.test(text)) return undefined;
  const selected = selectJson(text, `$.${path}`);
  if (selected === null) throw new NotJson();
  return selected;
}

function lookUp(root: object, path: string): unknown {
  let value: unknown = root;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;
}
