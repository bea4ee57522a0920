import type { CustomGatewayResponse } from "#model/rest-api";
import type { HeaderLine } from "#sigv4/request";
import type { HttpAnswer, HttpRequest } from "./http/message";
import type { AnswerIds } from "./http/response-headers";
import { idHeaders, isSendable } from "./http/response-headers";
import type { RequestContext } from "./integrate/event";
import { isLiteralTemplate } from "./integrate/literal-template";
import { firstType } from "./media-type";
import { readQuery } from "./query";
import type { GatewayResponseType, Refusal } from "./refusal";

/** What an answer to a refused request is made from, in addition to the refusal. */
export interface RefusedRequest {
  readonly gatewayResponses: readonly CustomGatewayResponse[];
  /** `$context`, as far as the request got; its ids are in every answer. */
  readonly context: AnswerIds & Partial<RequestContext>;
  readonly stageVariables?: Readonly<Record<string, string>>;
  /** The `Accept` header, which chooses between the templates of a customised response. */
  readonly accept?: string;
  /** What headers of a customised response can be mapped from. @default nothing */
  readonly received?: Pick<HttpRequest, "headers" | "target">;
  /** The path parameters of the matched route. */
  readonly pathParameters?: Readonly<Record<string, string>>;
}

/**
 * Turns a refusal into API Gateway's answer: the default one of its type, byte for byte, or the API's customised one.
 * It does not contain the reason.
 *
 * `Content-Length`, `Date` and `Connection` are the server's to add.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
 */
export function toGatewayAnswer(refusal: Refusal, request: RefusedRequest): HttpAnswer {
  const defaultStatus = refusal.status ?? STATUS[refusal.response];
  const custom = isCustomizable(refusal)
    ? findCustom(request.gatewayResponses, refusal.response, defaultStatus)
    : undefined;
  const content = custom ? customContent(custom, refusal, request) : undefined;
  const { contentType, body } = content ?? defaultContent(refusal);
  const headers: HeaderLine[] = [
    ...idHeaders(request.context),
    ["x-amzn-ErrorType", refusal.errorType],
    ["Content-Type", contentType],
  ];
  return {
    status: custom?.statusCode ?? defaultStatus,
    headers: custom ? withCustomHeaders(headers, custom, refusal, request) : headers,
    body,
  };
}

/**
 * Whether every variable of a customised gateway response's template is one that {@link toGatewayAnswer} fills in, and
 * it contains no directive. The loader refuses other templates, because AWS would answer differently.
 */
export function isGatewayResponseTemplate(text: string): boolean {
  return isLiteralTemplate(text.replace(VARIABLE, (reference, path) => (isKnown(path) ? "" : reference)));
}

/**
 * Whether a header of a customised gateway response can be mapped from this: a header, query or path parameter of the
 * request, or a variable that templates can show too. The loader refuses other expressions.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-gateway-responses.responseParameters.html
 */
export function isGatewayResponseMapping(expression: string): boolean {
  return REQUEST_PARAMETER.test(expression) || isKnown(expression);
}

// ---------------------------------------------------------------------------------------------------- internal

const REQUEST_PARAMETER = /^method\.request\.(header|querystring|path)\.([\w.$-]+)$/;

/**
 * The status of each type's default response. `DEFAULT_4XX` stands for the refusals whose own type is not documented: a
 * signature that cannot be read, an unknown access key, an unknown stage.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
const STATUS: Readonly<Record<GatewayResponseType, number>> = {
  MISSING_AUTHENTICATION_TOKEN: 403,
  INVALID_SIGNATURE: 403,
  EXPIRED_TOKEN: 403,
  ACCESS_DENIED: 403,
  UNAUTHORIZED: 401,
  AUTHORIZER_FAILURE: 500,
  AUTHORIZER_CONFIGURATION_ERROR: 500,
  INVALID_API_KEY: 403,
  THROTTLED: 429,
  QUOTA_EXCEEDED: 429,
  BAD_REQUEST_PARAMETERS: 400,
  BAD_REQUEST_BODY: 400,
  UNSUPPORTED_MEDIA_TYPE: 415,
  REQUEST_TOO_LARGE: 413,
  INTEGRATION_FAILURE: 504,
  INTEGRATION_TIMEOUT: 504,
  API_CONFIGURATION_ERROR: 500,
  DEFAULT_4XX: 403,
  DEFAULT_5XX: 500,
};

/**
 * The answer to too large a request cannot be customised, and an unknown stage has no deployment that could hold a response.
 * That the local gateway does not serve a route is not the API's to say.
 */
function isCustomizable({ gate, response }: Refusal): boolean {
  const isUnknownStage = gate === "route" && response === "DEFAULT_4XX";
  return response !== "REQUEST_TOO_LARGE" && gate !== "not-served" && !isUnknownStage;
}

function findCustom(
  responses: readonly CustomGatewayResponse[],
  type: GatewayResponseType,
  status: number,
): CustomGatewayResponse | undefined {
  const fallback = status < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX";
  return (
    responses.find(({ responseType }) => responseType === type) ??
    responses.find(({ responseType }) => responseType === fallback)
  );
}

interface Content {
  readonly contentType: string;
  readonly body: string;
}

/**
 * The bodies as recorded. Refusals before the method is executed have no space after the colon, failures during
 * execution have one; only a policy's denial says `Message`.
 */
function defaultContent({ gate, response, message }: Refusal): Content {
  const member = response === "ACCESS_DENIED" ? "Message" : "message";
  const space = gate === "validation" || gate === "integration" || gate === "not-served" ? " " : "";
  return { contentType: "application/json", body: `{"${member}":${space}${JSON.stringify(message)}}` };
}

/**
 * The template for what the client accepts, otherwise the one for JSON, otherwise the first; without templates the
 * default body stays.
 */
function customContent(
  { responseTemplates }: CustomGatewayResponse,
  refusal: Refusal,
  request: RefusedRequest,
): Content | undefined {
  const accepted = firstType(request.accept);
  const contentType = [accepted, "application/json", ...Object.keys(responseTemplates)].find((type) =>
    Object.hasOwn(responseTemplates, type),
  );
  if (contentType === undefined) return undefined;
  return { contentType, body: render(responseTemplates[contentType] ?? "", refusal, request) };
}

const HEADER_PARAMETER = "gatewayresponse.header.";

/**
 * Adds the customised headers; they replace default ones of the same name. A mapped header without a value, or with one
 * that HTTP cannot carry, such as a decoded line break, is left out, because AWS's behaviour is not known.
 */
function withCustomHeaders(
  defaults: readonly HeaderLine[],
  { responseParameters, mappedParameters = {} }: CustomGatewayResponse,
  refusal: Refusal,
  request: RefusedRequest,
): HeaderLine[] {
  const mapped = Object.entries(mappedParameters).flatMap(([parameter, expression]): [string, string][] => {
    const value = mappedValue(expression, refusal, request);
    return value === undefined ? [] : [[parameter, value]];
  });
  const added = [...Object.entries(responseParameters), ...mapped]
    .filter(([parameter]) => parameter.startsWith(HEADER_PARAMETER))
    .map(([parameter, value]): HeaderLine => [parameter.slice(HEADER_PARAMETER.length), value])
    .filter(isSendable);
  const replaced = new Set(added.map(([name]) => name.toLowerCase()));
  return [...defaults.filter(([name]) => !replaced.has(name.toLowerCase())), ...added];
}

/** The value that a header is mapped from; header names are case-sensitive, and the last of several values counts. */
function mappedValue(expression: string, refusal: Refusal, request: RefusedRequest): string | undefined {
  const [, location, name = ""] = REQUEST_PARAMETER.exec(expression) ?? [];
  const { received, pathParameters = {} } = request;
  switch (location) {
    case "header":
      return received?.headers.findLast(([each]) => each === name)?.[1];
    case "querystring":
      return received && readQuery(received.target).get(name)?.at(-1);
    case "path":
      return Object.hasOwn(pathParameters, name) ? pathParameters[name] : undefined;
    default: {
      const value = lookUp(variablesOf(refusal, request), expression);
      return value === undefined || value === null ? undefined : String(value);
    }
  }
}

/** `$context.error.message`, `$stageVariables.name`. */
const VARIABLE = /\$((?:context|stageVariables)(?:\.[A-Za-z_][\w-]*)+)/g;

const CONTEXT_VARIABLES: ReadonlySet<string> = new Set(
  [
    "error.message",
    "error.messageString",
    "error.responseType",
    "error.validationErrorString",
    "accountId",
    "apiId",
    "deploymentId",
    "domainName",
    "domainPrefix",
    "extendedRequestId",
    "httpMethod",
    "identity.accessKey",
    "identity.accountId",
    "identity.apiKey",
    "identity.apiKeyId",
    "identity.caller",
    "identity.sourceIp",
    "identity.user",
    "identity.userAgent",
    "identity.userArn",
    "path",
    "protocol",
    "requestId",
    "requestTime",
    "requestTimeEpoch",
    "resourceId",
    "resourcePath",
    "stage",
    // Without X-Ray, which does not run here, it has no value.
    "xrayTraceId",
  ].map((name) => `context.${name}`),
);

function isKnown(path: string): boolean {
  return CONTEXT_VARIABLES.has(path) || /^stageVariables\.\w+$/.test(path);
}

/** Only inserts the values of variables: on AWS these templates are not programs either. */
function render(template: string, refusal: Refusal, request: RefusedRequest): string {
  const variables = variablesOf(refusal, request);
  return template.replace(VARIABLE, (reference, path: string) =>
    isKnown(path) ? String(lookUp(variables, path) ?? "") : reference,
  );
}

function variablesOf(refusal: Refusal, { context, stageVariables = {} }: RefusedRequest): object {
  const error = {
    message: refusal.message,
    messageString: JSON.stringify(refusal.message),
    responseType: refusal.response,
    // Escaped, and without quotes. Source: https://github.com/stevenalexander/aws-lambda-request-validation#test
    validationErrorString: JSON.stringify(refusal.validationError ?? "").slice(1, -1),
  };
  return { context: { ...context, error }, stageVariables };
}

function lookUp(root: object, path: string): unknown {
  let value: unknown = root;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
