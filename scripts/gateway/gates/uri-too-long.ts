import type { Gate, Refusal } from "../refusal";

/**
 * The maximum length of an edge-optimized API's URL, in characters; a regional API allows longer URLs.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
const MAX_EDGE_URL_LENGTH = 8_192;

/**
 * Refuses a request of an edge-optimized API whose target alone is longer than a URL may be. CloudFront's own answer is
 * not known.
 */
export function refuseLongEdgeUrl(target: string): Refusal | undefined {
  if (target.length <= MAX_EDGE_URL_LENGTH) return undefined;
  const limit = `at most ${MAX_EDGE_URL_LENGTH} are allowed for an edge-optimized API`;
  return uriTooLong("front-end", `the target has ${target.length} characters; ${limit}`);
}

/**
 * The answer to a URI that is too long for its API or method. It has the form of the front end's answer to a URI that
 * is too long for any API; the error type is by analogy with a request that is too long.
 */
export function uriTooLong(gate: Gate, reason: string): Refusal {
  return {
    gate,
    response: "DEFAULT_4XX",
    status: 414,
    errorType: "BadRequestException",
    message: "Request URI too long",
    reason,
  };
}
