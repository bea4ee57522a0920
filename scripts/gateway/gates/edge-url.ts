import type { Refusal } from "../refusal";

/**
 * How long the URL of an edge-optimized API may be, in characters; that of a regional one may be longer.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
const MAX_LENGTH = 8_192;

/**
 * Refuses a request of an edge-optimized API whose target alone is longer than a URL may be. The answer has the form of the
 * front end's to a URL that is too long for any API; CloudFront's own is not known.
 */
export function refuseLongEdgeUrl(target: string): Refusal | undefined {
  if (target.length <= MAX_LENGTH) return undefined;
  return {
    gate: "front-end",
    response: "DEFAULT_4XX",
    status: 414,
    errorType: "BadRequestException",
    message: "Request URI too long",
    reason: `the target has ${target.length} characters, and ${MAX_LENGTH} are allowed for an edge-optimized API`,
  };
}
