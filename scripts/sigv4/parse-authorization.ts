import { createHash } from "node:crypto";
import { bytesOf } from "./bytes";
import type { SignatureForm } from "./canonical-request";
import * as messages from "./messages";
import { refuse, type SignatureRefusal } from "./refusal";
import { type HeaderLine, headerValue, type RawRequest, trimSpace } from "./request";
import { ALGORITHM, ALGORITHM_V4A } from "./string-to-sign";
import { queryParameters, splitTarget } from "./target";

/** What a request says of its signature, the same for both forms; nothing of it is believed yet. */
export interface Authorization {
  readonly form: SignatureForm;
  /** `AWS4-…` */
  readonly algorithm: string;
  /** `<access key id>/<date>/<region>/<service>/aws4_request`, unparsed; without region in SigV4A. */
  readonly credential: string;
  /** Names in lower case, sorted, otherwise as listed. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** The request's time as it was sent. */
  readonly date: string;
  readonly sessionToken?: string;
  /** `X-Amz-Region-Set` as it was sent, which only SigV4A asks for. */
  readonly regionSet?: string;
  /** `X-Amz-Expires` as it was sent; only in the query form. */
  readonly expires?: string;
}

/** The elements of a `Credential`. */
export interface Credential {
  readonly accessKeyId: string;
  readonly date: string;
  /** None in SigV4A. */
  readonly region?: string;
  readonly service: string;
  readonly terminator: string;
}

/**
 * Reads the `Authorization` header or the `X-Amz-*` query parameters into one record, or refuses: neither form or both,
 * a header that is not a list of `key=value`, a part that is missing or empty, a scheme that is not AWS's, in this order.
 * Of a repeated part the last one counts, of a repeated header or query parameter the first.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
 */
export function parseAuthorization(request: RawRequest): Authorization | SignatureRefusal {
  const header = trimSpace(headerValue(request.headers, "authorization") ?? "");
  const query = firstParameters(request.target);
  if (header !== "" && query.has("X-Amz-Algorithm")) {
    return refuse(
      "InvalidSignatureException",
      messages.BOTH_FORMS,
      "an Authorization header and X-Amz-Algorithm in the query: sign in one of the two forms",
    );
  }
  if (header !== "") return parseHeaderForm(header, request.headers);
  if (QUERY_FORM_MARKS.some((name) => query.has(name))) return parseQueryForm(query);
  return refuse(
    "MissingAuthenticationTokenException",
    messages.MISSING_AUTHENTICATION_TOKEN,
    "the request is not signed: neither an Authorization header nor X-Amz-Algorithm in the query; sign it with SigV4",
  );
}

/** Splits a `Credential` at its slashes; undefined unless there are exactly five elements, or SigV4A's four. */
export function parseCredential(credential: string, algorithm: string = ALGORITHM): Credential | undefined {
  const elements = credential.split("/");
  const hasRegion = algorithm !== ALGORITHM_V4A;
  if (elements.length !== (hasRegion ? 5 : 4)) return undefined;
  const [accessKeyId = "", date = ""] = elements;
  const [service = "", terminator = ""] = elements.slice(-2);
  return { accessKeyId, date, region: hasRegion ? elements[2] : undefined, service, terminator };
}

/**
 * Any of these makes a request one of the query form, so that a presigned URL that lost some of its parameters is told
 * what it lacks rather than that it is not signed.
 */
const QUERY_FORM_MARKS = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature"];

function firstParameters(target: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of queryParameters(splitTarget(target).query)) {
    if (!parameters.has(name)) parameters.set(name, value);
  }
  return parameters;
}

function parseHeaderForm(header: string, headers: readonly HeaderLine[]): Authorization | SignatureRefusal {
  const [, algorithm = "", list = ""] = /^([^ \t]*)[ \t]*(.*)$/s.exec(header) ?? [];
  if (algorithm.includes("=")) {
    return refuse(
      "IncompleteSignatureException",
      messages.ALGORITHM_WITH_EQUAL_SIGN,
      "the first word of the Authorization header has an equal-sign: it must be AWS4-HMAC-SHA256",
    );
  }
  const parts = keyValuePairs(list);
  if (parts === undefined) {
    return refuse(
      "IncompleteSignatureException",
      messages.invalidKeyValuePair(hashOf(header)),
      `an Authorization header of ${schemeName(algorithm)} that is not a list of key=value: sign with SigV4 instead`,
    );
  }
  const credential = parts.get("Credential");
  const signature = parts.get("Signature");
  const signedHeaders = parts.get("SignedHeaders");
  const date = headerValue(headers, "x-amz-date") || headerValue(headers, "date");
  if (!credential || !signature || !signedHeaders || !date) {
    const required = messages.REQUIRED_OF_HEADER;
    const sentences = [
      credential ? "" : required.Credential,
      signature ? "" : required.Signature,
      signedHeaders ? "" : required.SignedHeaders,
      date ? "" : required.date,
    ].join("");
    return refuse(
      "IncompleteSignatureException",
      messages.incompleteHeader(sentences, hashOf(header)),
      `an Authorization header of ${schemeName(algorithm)} that is incomplete: ${sentences.trim()}`,
    );
  }
  if (!isAws(algorithm)) return refuseScheme(algorithm);
  return {
    form: "header",
    algorithm,
    credential,
    signedHeaders: headerNames(signedHeaders),
    signature,
    date,
    sessionToken: headerValue(headers, "x-amz-security-token"),
    regionSet: headerValue(headers, "x-amz-region-set"),
  };
}

function parseQueryForm(query: ReadonlyMap<string, string>): Authorization | SignatureRefusal {
  const missing = messages.REQUIRED_OF_QUERY.filter((name) => !query.get(name));
  if (missing.length > 0) {
    return refuse(
      "IncompleteSignatureException",
      messages.incompleteQuery(missing),
      `the query string lacks ${missing.join(", ")}: presign the URL again and send it unchanged`,
    );
  }
  const algorithm = query.get("X-Amz-Algorithm") ?? "";
  if (!isAws(algorithm)) return refuseScheme(algorithm);
  return {
    form: "query",
    algorithm,
    credential: query.get("X-Amz-Credential") ?? "",
    signedHeaders: headerNames(query.get("X-Amz-SignedHeaders") ?? ""),
    signature: query.get("X-Amz-Signature") ?? "",
    date: query.get("X-Amz-Date") ?? "",
    sessionToken: query.get("X-Amz-Security-Token"),
    regionSet: query.get("X-Amz-Region-Set"),
    expires: query.get("X-Amz-Expires"),
  };
}

/** The pairs of `key=value, key=value`; undefined when one of them has no equal-sign. */
function keyValuePairs(list: string): ReadonlyMap<string, string> | undefined {
  const pairs = new Map<string, string>();
  if (list === "") return pairs;
  for (const pair of list.split(",")) {
    const equals = pair.indexOf("=");
    if (equals < 0) return undefined;
    pairs.set(trimSpace(pair.slice(0, equals)), trimSpace(pair.slice(equals + 1)));
  }
  return pairs;
}

function headerNames(list: string): string[] {
  return list.toLowerCase().split(";").sort();
}

function isAws(algorithm: string): boolean {
  return algorithm.startsWith("AWS4-");
}

function refuseScheme(algorithm: string): SignatureRefusal {
  return refuse(
    "MissingAuthenticationTokenException",
    messages.MISSING_AUTHENTICATION_TOKEN,
    `a signature of ${schemeName(algorithm)}, which is not AWS's: sign with AWS4-HMAC-SHA256`,
  );
}

/** Only well-known schemes are shown: another first word may be a key that was sent without a scheme. */
function schemeName(word: string): string {
  return /^(AWS[\w-]{0,40}|Basic|Bearer|Digest|Negotiate|Token)$/i.test(word)
    ? `the scheme ${word}`
    : "an unknown scheme";
}

function hashOf(header: string): string {
  return createHash("sha256").update(bytesOf(header)).digest("base64");
}
