/** The steps that can end a request, in the order in which API Gateway takes them. */
export type Gate =
  | "front-end"
  | "route"
  | "not-served"
  | "signature"
  | "authorizer"
  | "iam"
  | "api-key"
  | "throttle"
  | "quota"
  | "validation"
  | "integration";

/**
 * Why a request was refused: the part that is sent, exactly as AWS sends it, and the part that only the log shows.
 * Refusals are values, so that a gate's test can name the cause. A gate returns its findings, or a refusal; see
 * {@link isRefusal}.
 */
export interface Refusal {
  readonly gate: Gate;
  /**
   * The gateway response type, which decides the status and what a customised gateway response replaces.
   * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
   */
  readonly response: GatewayResponseType;
  /** Set if the status differs from that of the response type (a Lambda's fault is 502, its missing permission 500). */
  readonly status?: number;
  /** The value of `x-amzn-ErrorType`. */
  readonly errorType: string;
  /** The wire message. */
  readonly message: string | null;
  /** What customised gateway responses show as `$context.error.validationErrorString`: why a body fails its model. */
  readonly validationError?: string;
  /** One line for the log: what decided, what was received, what was expected, what to do. Never contains a secret. */
  readonly reason: string;
}

/** Whether the result of a gate or an integration is a refusal. */
export function isRefusal(result: unknown): result is Refusal {
  return typeof result === "object" && result !== null && "gate" in result;
}

/** The gateway response types that this gateway can produce. */
export type GatewayResponseType =
  | "MISSING_AUTHENTICATION_TOKEN"
  | "INVALID_SIGNATURE"
  | "EXPIRED_TOKEN"
  | "ACCESS_DENIED"
  | "UNAUTHORIZED"
  | "AUTHORIZER_FAILURE"
  | "AUTHORIZER_CONFIGURATION_ERROR"
  | "INVALID_API_KEY"
  | "THROTTLED"
  | "QUOTA_EXCEEDED"
  | "BAD_REQUEST_PARAMETERS"
  | "BAD_REQUEST_BODY"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "REQUEST_TOO_LARGE"
  | "INTEGRATION_FAILURE"
  | "INTEGRATION_TIMEOUT"
  | "API_CONFIGURATION_ERROR"
  | "DEFAULT_4XX"
  | "DEFAULT_5XX";
