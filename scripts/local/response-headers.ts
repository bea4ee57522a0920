import { validateHeaderName, validateHeaderValue } from "node:http";
import type { HeaderLine } from "../sigv4/request";

/** The two ids that every answer carries. */
export interface AnswerIds {
  /** A UUID: `x-amzn-RequestId`. */
  readonly requestId: string;
  /** Short, base64-like, ending in `=`: `x-amz-apigw-id`, in events and templates `extendedRequestId`. */
  readonly extendedRequestId: string;
}

/** The header lines that every answer begins with, spelled as recorded. */
export function idHeaders({ requestId, extendedRequestId }: AnswerIds): HeaderLine[] {
  return [
    ["x-amzn-RequestId", requestId],
    ["x-amz-apigw-id", extendedRequestId],
  ];
}

/**
 * What becomes of a header that an integration answers with: API Gateway keeps some names to itself and renames the
 * integration's (`x-amzn-Remapped-Date`), and drops `Transfer-Encoding`. `Trailer` is among them for mappings; here it is
 * for proxies too, since an answer with a length has no trailers.
 *
 * @returns the name to send, or nothing for a header that is not sent
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html; the two id headers
 *   are renamed by analogy
 */
export function sentHeaderName(name: string): string | undefined {
  const lower = name.toLowerCase();
  if (lower === "transfer-encoding") return undefined;
  const reserved = RESERVED.get(lower);
  return reserved === undefined ? name : `x-amzn-Remapped-${reserved}`;
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

const RESERVED: ReadonlyMap<string, string> = new Map(
  [
    "Connection",
    "Content-Length",
    "Date",
    "Server",
    "Trailer",
    "WWW-Authenticate",
    "x-amzn-RequestId",
    "x-amz-apigw-id",
  ].map((name) => [name.toLowerCase(), name]),
);
