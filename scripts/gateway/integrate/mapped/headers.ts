import type { HeaderLine } from "#sigv4/request";
import { headerValue } from "#sigv4/request";
import type { GatewayCall } from "../../call";
import type { Refusal } from "../../refusal";
import { configurationFailure } from "../integration-failures";

/**
 * Headers that a mapping may not set: such a request fails, also by proxy, which ignores all other mappings.
 * Source: https://github.com/localstack/localstack/blob/8b9a79f05846835cf4dff63ab7eefdde9df83783/tests/aws/services/apigateway/test_apigateway_integrations.snapshot.json,
 *   test_apigateway_header_remapping_http and _aws
 */
const FORBIDDEN = {
  HTTP: new Set(["content-length", "transfer-encoding", "x-amzn-trace-id"]),
  AWS: new Set([
    "authorization",
    "connection",
    "content-length",
    "expect",
    "proxy-authenticate",
    "te",
    "transfer-encoding",
    "x-amzn-trace-id",
  ]),
};

/** Refuses a request with a mapped header that its integration may not set. */
export function refuseHeaders(
  names: Iterable<string>,
  kind: keyof typeof FORBIDDEN,
  address: string,
): Refusal | undefined {
  for (const name of names) {
    if (!FORBIDDEN[kind].has(name.toLowerCase())) continue;
    return configurationFailure(`${address}: API Gateway sets the header ${name} itself: map it to no value`);
  }
  return undefined;
}

/** What is not sent, wherever it was set. Source: as above, the request that the backend of `full` saw */
const DROPPED = new Set(["connection", "expect", "proxy-authenticate", "te", "via"]);

/**
 * The headers of a request to an HTTP endpoint: those of the integration, and what API Gateway adds where they have none.
 * Source: as above, the requests that the backends of `no-param` and `full` saw
 */
export function endpointHeaders(
  headers: readonly HeaderLine[],
  { api, trace, request, match }: GatewayCall,
): HeaderLine[] {
  const contentType = headerValue(request.headers, "content-type");
  const isBodyless = ["GET", "HEAD", "OPTIONS"].includes(match.httpMethod);
  const sent = headers.filter(([name]) => !DROPPED.has(name.toLowerCase()));
  const defaults: HeaderLine[] = [
    ["Accept", "application/json"],
    ["User-Agent", `AmazonAPIGateway_${api.id}`],
    ...(contentType === undefined || isBodyless ? [] : [["Content-Type", contentType] as HeaderLine]),
  ];
  const own: HeaderLine[] = [
    ["X-Amzn-Trace-Id", trace],
    ["X-Amzn-Apigateway-Api-Id", api.id],
  ];
  const has = (lines: readonly HeaderLine[], [name]: HeaderLine): boolean =>
    lines.some(([each]) => each.toLowerCase() === name.toLowerCase());
  return [...sent.filter((line) => !has(own, line)), ...defaults.filter((line) => !has(sent, line)), ...own];
}
