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
import type { CredentialScope } from "./string-to-sign";
import { type QueryParameter, queryParameters, splitTarget } from "./target";

/**
 * What a client signs: for each part of the canonical request, what it takes the part from and how it writes it; and with
 * which key. A mistake of signing is another value of one of these members. Texts are byte strings.
 */
export interface Signing {
  readonly method: string;
  readonly path: SignedPath;
  readonly query: SignedQuery;
  readonly headers: SignedHeaders;
  readonly payload: SignedPayload;
  /** Changes the canonical request as a whole. */
  readonly form: (canonicalRequest: string) => string;
  readonly key: SignedKey;
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
  /** Of these the ones that have a line. @default all */
  readonly lines?: readonly string[];
  /** For each header, by its name in lower case, the raw values of its lines; in the order sent. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Writes the values of a header's lines as they are signed. */
  readonly write: (values: readonly string[]) => string;
}

interface SignedPayload {
  readonly hash: string;
  /** Undefined if only the hash is known. */
  readonly body?: Uint8Array;
}

/** The signing key and the string to sign; what is not given is as the request claims. */
export interface SignedKey {
  readonly claim: Claim;
  /** Changes the secret access key. */
  readonly secret?: (right: string) => string;
  /** The name of the profile whose secret is used. @default that of the access key */
  readonly owner?: string;
  /** What the signing key is derived for. */
  readonly derivedFor?: CredentialScope;
  /** The scope in the string to sign. */
  readonly scope?: CredentialScope;
  /** The time in the string to sign, as `YYYYMMDDTHHMMSSZ`. */
  readonly time?: string;
  /** Changes how the hash of the canonical request is written. */
  readonly hash?: (hex: string) => string;
  /** Changes how the signature is written. */
  readonly signature?: (hex: string) => string;
}

/** What a request says of its own signature. */
export interface Claim {
  readonly scope: CredentialScope;
  /** `YYYYMMDDTHHMMSSZ` */
  readonly time: string;
  /** Names of other profiles whose secrets are at hand. */
  readonly others: readonly string[];
  /** Names of hosts that the API may have been called by. */
  readonly hosts: readonly string[];
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
  claim: Claim = NO_CLAIM,
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
    headers: { names: signedHeaders, values: valuesOf(headers), write: writeValues },
    payload: { hash, body },
    form: asIs,
    key: { claim },
  };
}

const NO_CLAIM: Claim = { scope: { date: "", service: "" }, time: "", others: [], hosts: [] };

/** The canonical request that a client signs. */
export function canonicalOf(signing: Signing): string {
  const { headers, payload, form, method } = signing;
  return form(
    [
      method,
      uriOf(signing),
      queryOf(signing),
      headersOf(signing),
      headers.names.join(";"),
      payload.hash,
    ].join("\n"),
  );
}

/** The canonical URI that a client signs. */
export function uriOf({ path }: Pick<Signing, "path">): string {
  return path.write(path.raw);
}

/** The canonical query string that a client signs. */
export function queryOf({ query: { pairs, write, sort } }: Pick<Signing, "query">): string {
  return sort(pairs.map((raw) => ({ raw, written: write(raw) })))
    .map(({ written }) => written)
    .join("&");
}

/** The canonical headers that a client signs, each with its LF. */
export function headersOf(signing: Pick<Signing, "headers">): string {
  const { names, lines = names } = signing.headers;
  return lines.map((name) => `${name}:${headerOf(signing, name)}\n`).join("");
}

/** The value of a header that a client signs. @param name - in lower case */
export function headerOf({ headers: { values, write } }: Pick<Signing, "headers">, name: string): string {
  return write(values.get(name) ?? []);
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

/** What a text is written as that is left as it is. */
export function asIs<T>(value: T): T {
  return value;
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

function writeValues(values: readonly string[]): string {
  return values.map(collapse).join(",");
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
