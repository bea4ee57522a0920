import type { MappedIntegration } from "#model/rest-api";
import type { HeaderLine } from "#sigv4/request";
import { headerValue } from "#sigv4/request";
import { VtlError } from "#vtl/engine";
import type { GatewayCall } from "../../call";
import type { HttpAnswer } from "../../http/message";
import { contentTypeOf, firstType, isBinaryType } from "../../media-type";
import { isRefusal, type Refusal } from "../../refusal";
import { configurationFailure } from "../integration-failures";
import { type Body, convertRequest } from "./content";
import { NotJson } from "./expressions";
import { refuseHeaders } from "./headers";
import { compileParameters, headerLinesOf, type RequestParameters, withOverrides } from "./parameters";
import { type BackendAnswer, compileResponses } from "./response";
import { RequestSources } from "./sources";
import { compileTemplates, NO_OVERRIDES } from "./templates";

/** A request as mappings and templates made it. */
export interface BackendRequest {
  readonly call: GatewayCall;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly path: RequestParameters["path"];
  readonly query: RequestParameters["querystring"];
  readonly headers: readonly HeaderLine[];
  readonly body: Body;
  /** Whether a template made the body. */
  readonly isRendered: boolean;
}

/** What is behind an integration. It never rejects. */
export type Backend = (request: BackendRequest) => Promise<BackendAnswer | Refusal>;

/** How an integration differs from others whose request and response are mapped. */
export interface MappedOptions {
  /** Which headers a mapping may not set. */
  readonly headers: "HTTP" | "AWS";
  /** Whether the answer carries the trace. */
  readonly traced: boolean;
  /** Whether a body passes through where there is no template; a mock has a use for text alone. @default true */
  readonly takesBinary?: boolean;
}

/**
 * Prepares an integration that is not by proxy: mappings and a template make its request, the backend answers, and a response
 * that a pattern selects makes the client's answer.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
 *
 * @throws Error and VtlError for what API Gateway does not have
 */
export function compileMapped(
  integration: MappedIntegration,
  backend: Backend,
  options: MappedOptions,
): (call: GatewayCall) => Promise<HttpAnswer | Refusal> {
  const { address, passthroughBehavior, requestTemplates, requestParameters = {} } = integration;
  const templates = compileTemplates(requestTemplates);
  const mapParameters = compileParameters(requestParameters, `${address}.request_parameters`);
  const respond = compileResponses(integration.responses, address, options.traced);
  const passesThrough =
    passthroughBehavior === "WHEN_NO_MATCH" ||
    (passthroughBehavior === "WHEN_NO_TEMPLATES" && templates.size === 0);

  const integrate = async (call: GatewayCall): Promise<HttpAnswer | Refusal> => {
    const { headers, body } = call.request;
    const contentType = headerValue(headers, "content-type");
    const template = templates.get(contentTypeOf(contentType)) ?? templates.get("$default");
    if (!template && !passesThrough) return unsupportedMediaType(integration, contentTypeOf(contentType));
    const sources = new RequestSources(call);
    const mapped = attempt(() => mapParameters(sources));
    if (mapped === undefined) return INVALID_JSON;

    const isBinary = isBinaryType(firstType(contentType), call.api.binaryMediaTypes);
    const converted = convertRequest(body, isBinary, integration.contentHandling);
    if (converted === undefined) return notBase64(integration);
    if (typeof converted !== "string" && (template || options.takesBinary === false))
      return binaryBody(integration);
    const rendered = template?.render(String(converted), sources, NO_OVERRIDES);
    const overrides = rendered?.overrides ?? NO_OVERRIDES;
    const parameters = withOverrides(mapped, overrides);

    const forbidden = refuseHeaders(
      parameters.header.keys(),
      options.headers,
      `${address}.request_parameters`,
    );
    if (forbidden) return forbidden;
    const answer = await backend({
      call,
      stageVariables: sources.stageVariables,
      path: parameters.path,
      query: parameters.querystring,
      headers: headerLinesOf(parameters.header),
      body: rendered?.text ?? converted,
      isRendered: rendered !== undefined,
    });
    return isRefusal(answer) ? answer : respond(answer, sources, overrides);
  };
  return async (call) => {
    try {
      return await integrate(call);
    } catch (error) {
      if (error instanceof VtlError) return noResult(integration, error);
      if (error instanceof NotJson) return notJson(integration);
      throw error;
    }
  };
}

// ---------------------------------------------------------------------------------------------------- internal

function unsupportedMediaType(
  { address, passthroughBehavior }: MappedIntegration,
  contentType: string,
): Refusal {
  return {
    gate: "integration",
    response: "UNSUPPORTED_MEDIA_TYPE",
    errorType: "BadRequestException",
    message: "Unsupported Media Type",
    reason: `${address} has no request template for ${contentType}, and ${passthroughBehavior} lets no body through`,
  };
}

function binaryBody({ address }: MappedIntegration): Refusal {
  return configurationFailure(
    `${address}: the body is binary by the API's binary_media_types, and templates take text: set content_handling = "CONVERT_TO_TEXT"`,
  );
}

function notBase64({ address }: MappedIntegration): Refusal {
  return configurationFailure(`${address}: CONVERT_TO_BINARY decodes base64, and the body is not base64`);
}

/** Its log line on AWS: "Execution failed due to configuration error: Unable to transform request". */
function noResult({ address }: MappedIntegration, error: VtlError): Refusal {
  return configurationFailure(`${address}: a template has no result: ${error.message}`);
}

/** Undefined if a mapping reads a member of a body that is not JSON. */
function attempt<T>(step: () => T): T | undefined {
  try {
    return step();
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
}

/**
 * Source: https://github.com/localstack/localstack/blob/8b9a79f05846835cf4dff63ab7eefdde9df83783/localstack-core/localstack/services/apigateway/next_gen/execute_api/parameters_mapping.py
 */
const INVALID_JSON: Refusal = {
  gate: "integration",
  response: "BAD_REQUEST_BODY",
  errorType: "BadRequestException",
  message: "Invalid JSON in request body",
  reason: "a mapping reads a member of the request's body, which is not JSON",
};

function notJson({ address }: MappedIntegration): Refusal {
  return configurationFailure(`${address}: a mapping reads a member of a body that is not JSON`);
}
