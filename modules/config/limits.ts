/** A token bucket. Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html */
export interface ThrottleSettings {
  /** Sustained requests per second. */
  readonly rateLimit: number;
  /** Requests at once. */
  readonly burstLimit: number;
}

/**
 * The limits of each client of a plan.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
 */
export interface UsagePlanSettings {
  readonly throttle: ThrottleSettings;
  /** Requests in a period; past them API Gateway answers 429 until the next one begins. */
  readonly quota: { readonly limit: number; readonly period: "DAY" | "WEEK" | "MONTH" };
}
