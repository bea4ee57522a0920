import { validateHeaderName, validateHeaderValue } from "node:http";
import type { HeaderLine } from "#sigv4/request";
import { toUuid } from "../random-hex";

/** The two ids that every answer carries. */
export interface AnswerIds {
  /** A UUID: `x-amzn-RequestId`. */
  readonly requestId: string;
  /** Short, base64-like, ending in `=`: `x-amz-apigw-id`, in events and templates `extendedRequestId`. */
  readonly extendedRequestId: string;
}

/** The header that holds {@link AnswerIds.requestId}. */
export const REQUEST_ID = "x-amzn-RequestId";

/** @param randomHex - gives a number of random bytes as hexadecimal digits */
export function newIds(randomHex: (bytes: number) => string): AnswerIds {
  const hex = randomHex(16);
  return {
    requestId: toUuid(hex),
    extendedRequestId: `${Buffer.from(hex.slice(0, 22), "hex").toString("base64url")}=`,
  };
}

/** The header lines at the start of every answer, spelled as recorded. */
export function idHeaders({ requestId, extendedRequestId }: AnswerIds): HeaderLine[] {
  return [
    [REQUEST_ID, requestId],
    ["x-amz-apigw-id", extendedRequestId],
  ];
}

/** The source of an answer's header: a Lambda by proxy, or a mapping of an integration response. */
export type HeaderSource = "proxy" | "mapping";

/**
 * The name under which API Gateway sends a header of an answer. It keeps some names to itself and renames the
 * integration's (`x-amzn-Remapped-Date`); others it drops.
 *
 * For a proxy integration, the table in AWS's important notes decides, and recordings if they differ
 * (`Content-Length`). Mapped headers were recorded: `Expect`, `Host`, `Proxy-Authenticate`, `Trailer` and `Upgrade`,
 * which the table drops, are renamed, and `TE` and `Via` are sent. The two id headers are renamed by analogy.
 *
 * @returns the name to send, or undefined for a header that is not sent
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html#api-gateway-known-issues-rest-apis;
 *   https://github.com/localstack/localstack/blob/8b9a79f05846835cf4dff63ab7eefdde9df83783/tests/aws/services/apigateway/test_apigateway_integrations.snapshot.json,
 *   test_apigateway_header_remapping_aws
 */
export function sentHeaderName(name: string, source: HeaderSource): string | undefined {
  const lower = name.toLowerCase();
  if (DROPPED[source].has(lower)) return undefined;
  const renamed = RENAMED.get(lower) ?? (source === "mapping" ? RENAMED_BY_MAPPING.get(lower) : undefined);
  return renamed === undefined ? name : `x-amzn-Remapped-${renamed}`;
}

/** Whether a header can be written to a connection: its name is a token and its value one line of Latin-1. */
export function isSendable([name, value]: HeaderLine): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

// ---------------------------------------------------------------------------------------------------- internal

const RENAMED = byLowerCase([
  "Authorization",
  "Connection",
  "Content-Length",
  "Content-MD5",
  "Date",
  "Max-Forwards",
  "Server",
  "User-Agent",
  "WWW-Authenticate",
  "x-amzn-RequestId",
  "x-amz-apigw-id",
]);

const RENAMED_BY_MAPPING = byLowerCase(["Expect", "Host", "Proxy-Authenticate", "Trailer", "Upgrade"]);

const DROPPED: Readonly<Record<HeaderSource, ReadonlySet<string>>> = {
  proxy: new Set([...RENAMED_BY_MAPPING.keys(), "te", "transfer-encoding", "via"]),
  mapping: new Set(["transfer-encoding"]),
};

function byLowerCase(names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(names.map((name) => [name.toLowerCase(), name]));
}
