import type { IntegrationResponse, MockIntegration } from "#model/rest-api";
import type { HeaderLine, RawRequest } from "#sigv4/request";
import { headerValue } from "#sigv4/request";
import { parseJson } from "#text/parse-json";
import { matchesPattern } from "#vtl/engine";
import type { HttpAnswer } from "../http/message";
import type { AnswerIds } from "../http/response-headers";
import { idHeaders, isSendable, sentHeaderName } from "../http/response-headers";
import { contentTypeOf, firstType, isBinaryType } from "../media-type";
import { isRefusal, type Refusal } from "../refusal";
import { configurationFailure } from "./integration-failures";

export type MockAnswerer = (
  request: Pick<RawRequest, "headers" | "body">,
  ids: AnswerIds,
) => HttpAnswer | Refusal;

/**
 * Prepares a mock integration with literal templates: the request's template mocks a status, that chooses the
 * integration response, and this gives the answer's status, headers and body.
 *
 * If no template matches the content type and the body passes through (`WHEN_NO_MATCH`, or `WHEN_NO_TEMPLATES` and
 * there are none), the `statusCode` in the body selects the response, otherwise the default integration response
 * answers, as documented; this is not recorded. The answer's content type is that of the response template; this is not
 * recorded either.
 *
 * A body that is binary to the API (every body, if all media types are binary) is refused with a 500 unless the
 * integration converts it to text, even if the body is empty: templates do not accept binary.
 * Source: https://github.com/aws/chalice/issues/1310,
 *   https://github.com/squidfunk/terraform-aws-api-gateway-enable-cors/issues/10
 *
 * @param binaryMediaTypes - of the API
 * @throws Error if a selection pattern is not a regular expression, or a header cannot be sent
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-mock-integration.html
 */
export function compileMock(
  integration: MockIntegration,
  binaryMediaTypes: readonly string[] = [],
): MockAnswerer {
  const responses = integration.responses.map(compileResponse);
  const respond = (status: number | undefined): CompiledResponse | Refusal =>
    status === undefined
      ? noStatusCode(integration)
      : (choose(responses, status) ?? noResponse(integration, status));

  const byContentType = new Map(
    Object.entries(integration.requestTemplates).map(([type, text]) => [
      type.toLowerCase(),
      respond(readStatusCode(text)),
    ]),
  );
  const passesThrough =
    integration.passthroughBehavior === "WHEN_NO_MATCH" ||
    (integration.passthroughBehavior === "WHEN_NO_TEMPLATES" && byContentType.size === 0);

  return ({ headers, body }, ids) => {
    const contentTypeHeader = headerValue(headers, "content-type");
    const contentType = contentTypeOf(contentTypeHeader);
    const isBinary = isBinaryType(firstType(contentTypeHeader), binaryMediaTypes);
    let response = byContentType.get(contentType) ?? byContentType.get("$default");
    if (!response && !passesThrough) return unsupportedMediaType(integration, contentType);
    if (isBinary && integration.contentHandling !== "CONVERT_TO_TEXT") return binaryBody(integration);
    if (!response) {
      const status = readStatusCode(Buffer.from(body).toString(isBinary ? "base64" : "utf8"));
      response = status === undefined ? (defaultOf(responses) ?? noResponse(integration)) : respond(status);
    }
    if (isRefusal(response)) return response;

    const template = chooseTemplate(response, headerValue(headers, "accept"));
    return {
      status: response.status,
      headers: [...idHeaders(ids), ...template.headers],
      body: template.text,
    };
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/**
 * The integer `statusCode` of a rendered template. As recorded, `{statusCode: 200}` with unquoted names is accepted as
 * well as JSON.
 */
export function readStatusCode(text: string): number | undefined {
  const value = parseJson(text) ?? parseJson(text.replace(/([{,]\s*)([A-Za-z_]\w*)(\s*:)/g, '$1"$2"$3'));
  if (typeof value !== "object" || value === null || !("statusCode" in value)) return undefined;
  return Number.isInteger(value.statusCode) ? (value.statusCode as number) : undefined;
}

interface CompiledResponse {
  readonly status: number;
  /** The whole mocked status must match; the default response has no pattern. */
  readonly pattern?: string;
  readonly templates: ReadonlyMap<string, CompiledTemplate>;
  /** The template if the client accepts none: the one for JSON, otherwise the first, otherwise an empty body. */
  readonly fallback: CompiledTemplate;
}

interface CompiledTemplate {
  readonly text: string;
  readonly headers: readonly HeaderLine[];
}

function compileResponse(response: IntegrationResponse): CompiledResponse {
  const compile = (contentType: string, text: string): CompiledTemplate => ({
    text,
    headers: mockHeaders(response, contentType),
  });
  const templates = new Map(
    Object.entries(response.responseTemplates).map(([type, text]) => [
      type.toLowerCase(),
      compile(type, text),
    ]),
  );
  const [first] = templates.values();
  return {
    status: response.statusCode,
    pattern: compilePattern(response),
    templates,
    fallback: templates.get("application/json") ?? first ?? compile("application/json", ""),
  };
}

function compilePattern({ address, selectionPattern }: IntegrationResponse): string | undefined {
  if (!selectionPattern) return undefined;
  try {
    matchesPattern(selectionPattern, "");
    return selectionPattern;
  } catch (cause) {
    throw new Error(`${address}: selection pattern '${selectionPattern}' is not a regular expression`, {
      cause,
    });
  }
}

const HEADER_PARAMETER = "method.response.header.";

function mockHeaders(
  { address, responseParameters }: IntegrationResponse,
  contentType: string,
): HeaderLine[] {
  const mapped: HeaderLine[] = [];
  for (const [parameter, value] of Object.entries(responseParameters)) {
    if (!parameter.startsWith(HEADER_PARAMETER)) continue;
    const name = sentHeaderName(parameter.slice(HEADER_PARAMETER.length), "mapping");
    if (name === undefined) continue;
    if (!isSendable([name, value])) throw new Error(`${address}: HTTP cannot carry ${parameter}`);
    mapped.push([name, value]);
  }
  const hasContentType = mapped.some(([name]) => name.toLowerCase() === "content-type");
  return hasContentType ? mapped : [["Content-Type", contentType], ...mapped];
}

/** The first response whose pattern matches, otherwise the default one. */
function choose(responses: readonly CompiledResponse[], status: number): CompiledResponse | undefined {
  return (
    responses.find(({ pattern }) => pattern !== undefined && matchesPattern(pattern, String(status))) ??
    defaultOf(responses)
  );
}

function defaultOf(responses: readonly CompiledResponse[]): CompiledResponse | undefined {
  return responses.find(({ pattern }) => pattern === undefined);
}

/**
 * The template of the media type that the client names first: API Gateway looks at no other.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
function chooseTemplate(
  { templates, fallback }: CompiledResponse,
  accept: string | undefined,
): CompiledTemplate {
  return templates.get(firstType(accept)) ?? fallback;
}

function unsupportedMediaType(
  { address, passthroughBehavior }: MockIntegration,
  contentType: string,
): Refusal {
  return {
    gate: "integration",
    response: "UNSUPPORTED_MEDIA_TYPE",
    errorType: "BadRequestException",
    message: "Unsupported Media Type",
    reason: `${address} has no request template for ${contentType}, and passthrough_behavior is ${passthroughBehavior}`,
  };
}

function binaryBody({ address }: MockIntegration): Refusal {
  return configurationFailure(
    `${address}: the body is binary by the API's binary_media_types, and templates take text: set content_handling = "CONVERT_TO_TEXT"`,
  );
}

export function noStatusCode({ address }: MockIntegration): Refusal {
  return configurationFailure(
    `${address}: the request template must have an integer statusCode, as in {"statusCode": 200}`,
  );
}

function noResponse({ address }: MockIntegration, status?: number): Refusal {
  const wanted = status === undefined ? "" : ` for the mocked status ${status}`;
  return configurationFailure(
    `${address} has no integration response${wanted}, and no default one (without a selection pattern)`,
  );
}
