import { EXECUTE_API_PATH, type PathRules } from "./canonical-request";
import { isChangedHeader, withoutChangedHeaders } from "./changed-headers";
import { isNormalized } from "./normalized-path";
import type { Authorization } from "./parse-authorization";
import { type HeaderLine, headerValue, type RawRequest } from "./request";
import { queryParameters, splitTarget } from "./target";

/** Why a request is refused although its signature fits: what was signed may not be what AWS verifies or delivers. */
export interface Ambiguity {
  /** The line of the canonical request that can be read in two ways. */
  readonly part: "CanonicalURI" | "CanonicalQueryString" | "CanonicalHeaders";
  /** What the request has, as a sentence without its full stop. It quotes no value of the request. */
  readonly cause: string;
  /** What to do instead, likewise. */
  readonly advice: string;
}

/**
 * The first ambiguity of a signed request, in the order of the canonical request's lines; undefined for most requests.
 *
 * @param rules - @default the rules of `execute-api`
 */
export function ambiguityOf(
  { target, headers }: RawRequest,
  { form, signedHeaders }: Pick<Authorization, "form" | "signedHeaders">,
  rules: PathRules = EXECUTE_API_PATH,
): Ambiguity | undefined {
  const { path, query } = splitTarget(target);
  if (rules.refuseUnnormalized && !isNormalized(path)) return UNNORMALIZED_PATH;
  if (query.includes(";")) return RAW_SEMICOLON;
  const repeated = form === "query" ? repeatedParameter(query) : undefined;
  return repeated === undefined ? ambiguousHeader(headers, signedHeaders) : repetitionOf(repeated);
}

/**
 * The request as API Gateway's front end is taken to hand it on: split at each raw `;` of the query, and without the
 * headers that it changes or removes (what it puts in their place is not recorded). The canonical request in the
 * refusal is made from it, so that the caller sees the line that differs from what was signed.
 */
export function otherReading(request: RawRequest): RawRequest {
  return {
    ...request,
    target: request.target.replace(/\?.*/s, (query) => query.replaceAll(";", "&")),
    headers: withoutChangedHeaders(request.headers),
  };
}

// ---------------------------------------------------------------------------------------------------- internal

const UNNORMALIZED_PATH: Ambiguity = {
  part: "CanonicalURI",
  cause:
    "the path was not normalized: it has dot segments, repeated slashes or backslashes, and which path AWS would call is not known",
  advice: "take them out of the path before signing and sending",
};

/**
 * API Gateway splits the query at `;` too, so that a signed `a=1%3Bb=2`, sent as `a=1;b=2`, would become two parameters.
 * Whether it splits before or after it verifies is not known.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
const RAW_SEMICOLON: Ambiguity = {
  part: "CanonicalQueryString",
  cause: "the query has a raw ;, which API Gateway reads as the start of another parameter",
  advice: "write a ; of a name or value as %3B, and & between parameters, and sign that",
};

/** The parameters that the query form reads, of each the first. Which of two AWS reads is not known. */
const SIGNATURE_PARAMETERS: ReadonlySet<string> = new Set(
  [
    "Algorithm",
    "Credential",
    "Date",
    "Expires",
    "Region-Set",
    "Security-Token",
    "Signature",
    "SignedHeaders",
  ].map((name) => `X-Amz-${name}`),
);

function repeatedParameter(query: string): string | undefined {
  const seen = new Set<string>();
  for (const [name] of queryParameters(query)) {
    if (seen.has(name)) return name;
    if (SIGNATURE_PARAMETERS.has(name)) seen.add(name);
  }
  return undefined;
}

function repetitionOf(name: string): Ambiguity {
  return {
    part: "CanonicalQueryString",
    cause: `the query has ${name} more than once`,
    advice: "presign the URL again and send it unchanged",
  };
}

/** The first signed header that AWS verifies with another value than the one that was sent. */
function ambiguousHeader(
  headers: readonly HeaderLine[],
  signedHeaders: readonly string[],
): Ambiguity | undefined {
  const changed = signedHeaders.find(isChangedHeader);
  if (changed !== undefined) {
    return {
      part: "CanonicalHeaders",
      cause: `the header '${changed}' was signed, and API Gateway changes or removes it before it verifies the signature`,
      advice: `leave '${changed}' out of the signed headers: host and X-Amz-* headers are enough`,
    };
  }
  return signedHeaders.includes("user-agent") && !headerValue(headers, "user-agent")
    ? EMPTY_USER_AGENT
    : undefined;
}

/**
 * With a value, `User-Agent` arrives as it was sent.
 * Source: https://github.com/FantasticFiasco/aws-signature-version-4/pull/1231
 */
const EMPTY_USER_AGENT: Ambiguity = {
  part: "CanonicalHeaders",
  cause:
    "the header 'user-agent' was signed without a value, and API Gateway gives it one before it verifies",
  advice: "send a User-Agent with a value, or do not sign it",
};
