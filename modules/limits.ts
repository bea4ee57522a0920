/** A token bucket. Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html */
export interface ThrottleSettings {
  /** Requests a second, lastingly. */
  readonly rateLimit: number;
  /** Requests at once. */
  readonly burstLimit: number;
}

/**
 * What the clients of a plan may use, each for itself.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
 */
export interface UsagePlanSettings {
  readonly throttle: ThrottleSettings;
  /** Requests in a period; past them API Gateway answers 429 until the next one begins. */
  readonly quota: { readonly limit: number; readonly period: "DAY" | "WEEK" | "MONTH" };
}
