import {
  byNameAndValue,
  type CanonicalOptions,
  canonicalUri,
  collapse,
  EXECUTE_API_PATH,
  type PathRules,
  payloadHash,
} from "./canonical-request";
import { percentEncode } from "./percent-encoding";
import type { RawRequest } from "./request";
import { type QueryParameter, queryParameters, splitTarget } from "./target";

/**
 * What a client signs: for each part of the canonical request, what it takes the part from and how it writes it. A mistake
 * of signing is another value of one of these members. Texts are byte strings.
 */
export interface Signing {
  readonly method: string;
  readonly path: SignedPath;
  readonly query: SignedQuery;
  readonly headers: SignedHeaders;
  readonly payload: SignedPayload;
}

interface SignedPath {
  /** As it is sent, without query. */
  readonly raw: string;
  readonly rules: PathRules;
  /** Writes the path as it is signed. */
  readonly write: (raw: string) => string;
}

interface SignedQuery {
  /** The raw pairs that are signed, in the order sent: `name=value` or `name`. */
  readonly pairs: readonly string[];
  /** Writes a pair as it is signed. */
  readonly write: (pair: string) => string;
  /** Puts the pairs into the order in which they are signed. */
  readonly sort: (pairs: readonly QueryPair[]) => readonly QueryPair[];
  /** Whether the signature is in the query: a presigned URL. */
  readonly isPresigned: boolean;
}

/** A pair of the query, as it is sent and as it is signed. */
export interface QueryPair {
  readonly raw: string;
  readonly written: string;
}

interface SignedHeaders {
  /** Names in lower case, in the order in which they are signed. */
  readonly names: readonly string[];
  /** For each header, by its name in lower case, the raw values of its lines. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Writes a value as it is signed. */
  readonly write: (value: string) => string;
}

interface SignedPayload {
  readonly hash: string;
  /** Undefined if only the hash is known. */
  readonly body?: Uint8Array;
}

/** What AWS expects to be signed of a request as it arrived. */
export function rightSigning(
  { method, target, headers, body }: RawRequest,
  {
    form,
    signedHeaders,
    pathRules = EXECUTE_API_PATH,
    payloadHash: hash = payloadHash(body),
  }: CanonicalOptions,
): Signing {
  const { path, query } = splitTarget(target);
  return {
    method,
    path: { raw: path, rules: pathRules, write: (raw) => canonicalUri(raw, pathRules) },
    query: {
      pairs: pairsOf(query, form === "query"),
      write: writePair,
      sort: sortPairs,
      isPresigned: form === "query",
    },
    headers: { names: signedHeaders, values: valuesOf(headers), write: collapse },
    payload: { hash, body },
  };
}

/** The canonical request that a client signs. */
export function canonicalOf(signing: Signing): string {
  return [
    signing.method,
    uriOf(signing),
    queryOf(signing),
    ...signing.headers.names.map((name) => `${name}:${headerOf(signing, name)}`),
    "",
    signing.headers.names.join(";"),
    signing.payload.hash,
  ].join("\n");
}

/** The canonical URI that a client signs. */
export function uriOf({ path }: Signing): string {
  return path.write(path.raw);
}

/** The canonical query string that a client signs. */
export function queryOf({ query: { pairs, write, sort } }: Signing): string {
  return sort(pairs.map((raw) => ({ raw, written: write(raw) })))
    .map(({ written }) => written)
    .join("&");
}

/** The value of a header that a client signs. @param name - in lower case */
export function headerOf({ headers: { values, write } }: Signing, name: string): string {
  return (values.get(name) ?? []).map(write).join(",");
}

/** A signing with another value of a header. @param name - in lower case */
export function withHeader(signing: Signing, name: string, value: string): Signing {
  const { headers } = signing;
  return { ...signing, headers: { ...headers, values: new Map(headers.values).set(name, [value]) } };
}

/** A raw pair's name and value, decoded. */
export function parameterOf(pair: string): QueryParameter {
  return queryParameters(pair)[0] ?? ["", ""];
}

// ---------------------------------------------------------------------------------------------------- internal

/** The first `X-Amz-Signature` of a presigned URL is not part of what it signs. */
function pairsOf(query: string, isPresigned: boolean): string[] {
  const pairs = query.split("&").filter((pair) => pair !== "");
  const signature = isPresigned ? pairs.findIndex((pair) => parameterOf(pair)[0] === "X-Amz-Signature") : -1;
  return pairs.filter((_, index) => index !== signature);
}

function writePair(pair: string): string {
  return parameterOf(pair).map(percentEncode).join("=");
}

function sortPairs(pairs: readonly QueryPair[]): QueryPair[] {
  return pairs
    .map((pair) => ({ pair, parameter: split(pair.written) }))
    .sort((one, other) => byNameAndValue(one.parameter, other.parameter))
    .map(({ pair }) => pair);
}

function split(written: string): QueryParameter {
  const equals = written.indexOf("=");
  return equals < 0 ? [written, ""] : [written.slice(0, equals), written.slice(equals + 1)];
}

function valuesOf(headers: RawRequest["headers"]): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of headers) {
    const known = values.get(name.toLowerCase());
    if (known) known.push(value);
    else values.set(name.toLowerCase(), [value]);
  }
  return values;
}
