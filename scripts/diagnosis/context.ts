import { textOf } from "#sigv4/bytes";
import {
  canonicalQuery,
  canonicalRequest,
  canonicalUri,
  EXECUTE_API_PATH,
  payloadHash,
} from "#sigv4/canonical-request";
import { parseAuthorization } from "#sigv4/parse-authorization";
import { type HeaderLine, headerValue } from "#sigv4/request";
import { splitTarget } from "#sigv4/target";
import { type CanonicalRequest, parseCanonicalRequest, parseCutCanonicalRequest } from "./compare-canonical";
import { arrivedAt } from "./gateway-canonical";
import type { Refused } from "./refused";

/** A refusal with what can be seen of its signature, from whichever source shows it. */
export interface Context extends Refused {
  /** All text that is at hand. */
  readonly text: string;
  readonly headers: readonly HeaderLine[];
  readonly host?: string;
  readonly path?: string;
  readonly query: string;
  readonly signedHeaders: readonly string[];
  /** What should have been signed, from AWS's answer or from the request. */
  readonly right?: CanonicalRequest;
  readonly isFromAws: boolean;
  /** Whether the answer is not a known one. */
  readonly isUnknown: boolean;
}

/** Puts together what is known. */
export function contextOf(refused: Refused, isUnknown: boolean): Context {
  const { observed, message } = refused;
  const { request, seen } = observed;
  const headers = request?.headers ?? seen?.headers ?? [];
  const arrived = arrivedAt(message);
  const shown =
    arrived === undefined ? undefined : (parseCanonicalRequest(arrived) ?? parseCutCanonicalRequest(arrived));
  // Cut before its first header it may be cut in its path too.
  const ofAws = shown?.isCut && shown.headers.length === 0 ? undefined : shown;
  const { path, query } = request ? splitTarget(request.target) : { path: undefined, query: "" };
  const listed =
    /SignedHeaders=([^,\s&"']+)/.exec(headerValue(headers, "authorization") ?? request?.target ?? "")?.[1] ??
    "";
  const signedHeaders = (ofAws?.signedHeaders || listed.replaceAll("%3B", ";").toLowerCase())
    .split(";")
    .filter(Boolean);
  const text = [seen?.text ?? "", request?.target ?? "", message].join("\n");
  return {
    ...refused,
    text,
    headers,
    host: headerValue(headers, "host"),
    path: path ?? ofAws?.uri,
    query: query || (ofAws?.query ?? (request ? "" : queryIn(text))),
    signedHeaders,
    right: ofAws ?? rightOf(refused),
    isFromAws: ofAws !== undefined,
    isUnknown,
  };
}

/** Which canonical request shows something. */
export function shownBy({ isFromAws }: Context, what: string): string {
  return isFromAws ? `AWS's canonical request: ${what}` : `The request: ${what}`;
}

// ---------------------------------------------------------------------------------------------------- internal

/** A query of two parameters or more that a text quotes, without the URL around it. */
function queryIn(text: string): string {
  const glued =
    /Canonical String for this request should have been\s*'?[A-Z]{3,7}\/[^\s=&]{0,500}?([\w.~%-]{1,60}=[^\s&]{0,200}(?:&[\w.~%-]{1,60}=[^\s&:]{0,200})+)/.exec(
      text,
    )?.[1];
  return (
    glued ??
    /\?([\w.~%-]{1,100}=[^\s"'`&<>]{0,500}(?:&[\w.~%-]{1,100}=[^\s"'`&<>]{0,500})+)/.exec(text)?.[1] ??
    ""
  );
}

function rightOf({ observed: { request } }: Refused): CanonicalRequest | undefined {
  if (request === undefined) return undefined;
  const authorization = parseAuthorization(request);
  if (!("accepted" in authorization)) {
    return parseCanonicalRequest(textOf(canonicalRequest(request, authorization)));
  }
  const { path, query } = splitTarget(request.target);
  return {
    method: request.method,
    uri: canonicalUri(path, EXECUTE_API_PATH),
    query: canonicalQuery(query, "header"),
    headers: request.headers.map(([name, value]) => [name.toLowerCase(), value] as const),
    signedHeaders: "",
    payloadHash: payloadHash(request.body),
  };
}
