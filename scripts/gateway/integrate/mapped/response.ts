import type { IntegrationResponse } from "#model/rest-api";
import type { HeaderLine } from "#sigv4/request";
import { headerValue } from "#sigv4/request";
import { matchesPattern } from "#vtl/engine";
import type { HttpAnswer } from "../../http/message";
import { idHeaders, isSendable, sentHeaderName } from "../../http/response-headers";
import { firstType, isBinaryType } from "../../media-type";
import type { Refusal } from "../../refusal";
import { configurationFailure } from "../integration-failures";
import { convertResponse } from "./content";
import { type Expression, evaluateExpression, readExpression } from "./expressions";
import type { RequestSources } from "./sources";
import { compileTemplates, type MappingTemplate, type Overrides } from "./templates";

/** What an integration's backend answered. */
export interface BackendAnswer {
  /**
   * What selection patterns are compared with: the status, or a Lambda's error message, empty if it has none. Undefined leads to
   * the default response.
   */
  readonly selection: string | undefined;
  readonly headers: readonly HeaderLine[];
  readonly body: Uint8Array;
  /** A mock has no body, for its templates and for the client. @default true */
  readonly passesThrough?: boolean;
}

/** @throws VtlError and NotJson */
export type Respond = (
  answer: BackendAnswer,
  sources: RequestSources,
  overrides: Overrides,
) => HttpAnswer | Refusal;

/**
 * Prepares an integration's responses: a pattern selects one, and this gives the status, the headers and the body.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-integration-settings-integration-response.html
 *
 * @param traced - whether the answer carries `X-Amzn-Trace-Id`: all do but those of mocks, as recorded
 * @throws Error and VtlError for what API Gateway does not have
 */
export function compileResponses(
  responses: readonly IntegrationResponse[],
  address: string,
  traced: boolean,
): Respond {
  const compiled = responses.map(compileResponse);
  return (answer, sources, overrides) => {
    const chosen =
      compiled.find(({ pattern }) => fits(pattern, answer.selection)) ??
      compiled.find(({ pattern }) => pattern === undefined);
    if (!chosen) return noResponse(address, answer);
    if (chosen.response.isUndeclared) return invalidMethodResponse(chosen.response);
    return respond(chosen, answer, sources, overrides, traced);
  };
}

// ---------------------------------------------------------------------------------------------------- internal

interface Compiled {
  readonly response: IntegrationResponse;
  /** The whole text must match; the default response has none. */
  readonly pattern?: string;
  readonly parameters: readonly (readonly [name: string, expression: Expression])[];
  readonly templates: ReadonlyMap<string, MappingTemplate>;
}

const HEADER_PARAMETER = "method.response.header.";

function compileResponse(response: IntegrationResponse): Compiled {
  const { address, selectionPattern, responseParameters, mappedParameters = {} } = response;
  if (selectionPattern) matchesPattern(selectionPattern, "");
  const literal = Object.entries(responseParameters).map(([name, text]): [string, Expression] => [
    name,
    { from: "text", text },
  ]);
  const mapped = Object.entries(mappedParameters).map(([name, text]): [string, Expression] => {
    const expression = readExpression(text);
    if (!expression) throw new Error(`${address}: ${name} = ${text} is not a mapping`);
    return [name, expression];
  });
  return {
    response,
    ...(selectionPattern && { pattern: selectionPattern }),
    parameters: [...literal, ...mapped].map(([name, expression]) => [
      name.slice(HEADER_PARAMETER.length),
      expression,
    ]),
    templates: compileTemplates(response.responseTemplates),
  };
}

/** Source: https://github.com/serverless-operations/serverless-apigateway-service-proxy/issues/179 */
function invalidMethodResponse({ address, statusCode }: IntegrationResponse): Refusal {
  return configurationFailure(
    `${address}: Output mapping refers to an invalid method response: ${statusCode}; the method does not declare the status`,
  );
}

function fits(pattern: string | undefined, selection: string | undefined): boolean {
  return pattern !== undefined && selection !== undefined && matchesPattern(pattern, selection);
}

function respond(
  { response, parameters, templates }: Compiled,
  answer: BackendAnswer,
  sources: RequestSources,
  before: Overrides,
  traced: boolean,
): HttpAnswer | Refusal {
  const { call } = sources;
  const text = Buffer.from(answer.body).toString();
  const received = { headers: grouped(answer.headers), body: text };
  const mapped = parameters.flatMap(([name, expression]): HeaderLine[] => {
    const value = evaluateExpression(expression, sources, received);
    return value === undefined || value === "" ? [] : [[name, String(value)]];
  });

  const accept = headerValue(call.request.headers, "accept");
  const types = call.api.binaryMediaTypes;
  const contentType = headerValue(answer.headers, "content-type") ?? "application/json";
  const converted =
    answer.passesThrough === false
      ? ""
      : convertResponse(
          answer.body,
          isBinaryType(firstType(contentType), types),
          isBinaryType(firstType(accept), types),
          response.contentHandling,
        );
  if (converted === undefined) return notBase64(response);
  const template = chooseTemplate(templates, accept);
  if (template && typeof converted !== "string") return binaryBody(response);
  const rendered = template?.render(String(converted), sources, before);
  const overrides = rendered?.overrides ?? before;

  const headers = withOverrides(mapped, overrides.responseOverride);
  const sent = headers.flatMap(([name, value]): HeaderLine[] => {
    const sentName = sentHeaderName(name, "mapping");
    return sentName === undefined || !isSendable([sentName, value]) ? [] : [[sentName, value]];
  });
  const hasContentType = sent.some(([name]) => name.toLowerCase() === "content-type");
  return {
    status: statusOf(overrides.responseOverride) ?? response.statusCode,
    headers: [
      ...idHeaders(call.ids),
      ...(hasContentType
        ? []
        : [["Content-Type", template?.contentType ?? "application/json"] as HeaderLine]),
      ...sent,
      ...(traced ? [["X-Amzn-Trace-Id", call.trace] as HeaderLine] : []),
    ],
    body: rendered?.text ?? converted,
  };
}

/** The template of the type that the client names first, else JSON's, else the first. */
function chooseTemplate(
  templates: ReadonlyMap<string, MappingTemplate>,
  accept: string | undefined,
): MappingTemplate | undefined {
  return (
    templates.get(firstType(accept)) ?? templates.get("application/json") ?? templates.values().next().value
  );
}

function grouped(lines: readonly HeaderLine[]): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (const [name, value] of lines) headers.set(name, [...(headers.get(name) ?? []), value]);
  return headers;
}

/** A whole number that is not a status is ignored. A text is, too: both as LocalStack found on AWS. */
function statusOf(override: Overrides["responseOverride"]): number | undefined {
  const status = memberOf(override, "status");
  return typeof status === "number" && Number.isInteger(status) && status >= 200 && status <= 599
    ? status
    : undefined;
}

function withOverrides(mapped: readonly HeaderLine[], override: Overrides["responseOverride"]): HeaderLine[] {
  const set = memberOf(override, "header");
  if (typeof set !== "object" || set === null) return [...mapped];
  const added = Object.entries(set).flatMap(([name, value]): HeaderLine[] =>
    ["string", "number", "boolean"].includes(typeof value) ? [[name, String(value)]] : [],
  );
  const names = new Set(added.map(([name]) => name.toLowerCase()));
  return [...mapped.filter(([name]) => !names.has(name.toLowerCase())), ...added];
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function noResponse(address: string, { selection }: BackendAnswer): Refusal {
  const got = selection ? JSON.stringify(selection.slice(0, 200)) : "a success";
  return configurationFailure(
    `${address} has no integration response for ${got}, and none without a selection pattern`,
  );
}

function binaryBody({ address }: IntegrationResponse): Refusal {
  return configurationFailure(
    `${address}: the body is binary, and templates take text: set content_handling = "CONVERT_TO_TEXT"`,
  );
}

function notBase64({ address }: IntegrationResponse): Refusal {
  return configurationFailure(`${address}: the body is to be decoded from base64, and is not base64`);
}
