import { sha256 } from "./hash";
import { normalizePath } from "./normalized-path";
import { percentDecode, percentEncode } from "./percent-encoding";
import type { HeaderLine, RawRequest } from "./request";
import { type QueryParameter, queryParameters, splitTarget } from "./target";

/** How a service turns the path that was sent into the canonical URI. */
export interface PathRules {
  /**
   * `twice`: the path as sent, which is already encoded, is encoded again (`%20` becomes `%2520`): every service but
   * S3. `once`: what was sent is decoded and encoded, S3's rule.
   */
  readonly encodePath: "twice" | "once";
  /** Whether dot segments and repeated slashes are taken out before encoding: every service but S3. */
  readonly normalizePath: boolean;
  /** Whether a path that normalizing would change is refused, whatever its signature. @default false */
  readonly refuseUnnormalized?: boolean;
}

/**
 * The path rules of `execute-api`. That the encoding is the second one was printed by AWS itself (`%C3%A4` signed as
 * `%25C3%25A4`); why a path that is not normalized is refused says the path rule, `isNormalized`.
 * Source: https://github.com/furaiev/amazon-cognito-identity-dart-2/issues/5, https://github.com/aws/aws-sdk-net/issues/3132
 */
export const EXECUTE_API_PATH: PathRules = {
  encodePath: "twice",
  normalizePath: true,
  refuseUnnormalized: true,
};

/** Where a signature is carried: in the `Authorization` header or in `X-Amz-*` query parameters (presigned). */
export type SignatureForm = "header" | "query";

/** What a canonical request depends on besides the request. */
export interface CanonicalOptions {
  readonly form: SignatureForm;
  /** Names of the signed headers, lower case and sorted. */
  readonly signedHeaders: readonly string[];
  /** @default the rules of `execute-api` */
  readonly pathRules?: PathRules;
  /** Last line of the canonical request. @default the SHA-256 of the body */
  readonly payloadHash?: string;
}

/**
 * The canonical request: method, canonical URI, canonical query, canonical headers, signed headers and payload hash,
 * joined by LF. A byte string, as the request's texts are.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request
 */
export function canonicalRequest(request: RawRequest, options: CanonicalOptions): string {
  const { path, query } = splitTarget(request.target);
  return [
    request.method,
    canonicalUri(path, options.pathRules ?? EXECUTE_API_PATH),
    canonicalQuery(query, options.form),
    canonicalHeaders(request.headers, options.signedHeaders),
    signedHeaderList(options.signedHeaders),
    options.payloadHash ?? payloadHash(request.body),
  ].join("\n");
}

/**
 * The canonical URI of a raw path. `%2F` never becomes a slash.
 *
 * @param path - the path as sent, without query
 */
export function canonicalUri(path: string, rules: PathRules): string {
  const normalized = rules.normalizePath ? normalizePath(path) : path;
  if (PLAIN_PATH.test(normalized)) return normalized;
  const encodeSegment =
    rules.encodePath === "twice" ? percentEncode : (segment: string) => percentEncode(percentDecode(segment));
  return normalized.split("/").map(encodeSegment).join("/");
}

/**
 * The canonical query of a raw query: each name and value decoded and encoded again, sorted by encoded name and then by
 * encoded value, repeated parameters kept, `=` also after a name without a value. The query form leaves one
 * `X-Amz-Signature` out of what it signs, the first; in the header form a parameter of that name is one like any other.
 */
export function canonicalQuery(query: string, form: SignatureForm): string {
  return signedParameters(query, form)
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .sort(byNameAndValue)
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** The parameters of a raw query that a signature covers, decoded, in the order sent. */
function signedParameters(query: string, form: SignatureForm): readonly QueryParameter[] {
  const parameters = queryParameters(query);
  if (form === "header") return parameters;
  const signature = parameters.findIndex(([name]) => name === "X-Amz-Signature");
  return parameters.filter((_, index) => index !== signature);
}

/** Compares parameters by name, and where it is the same by value, byte by byte. */
export function byNameAndValue([nameA, valueA]: QueryParameter, [nameB, valueB]: QueryParameter): number {
  return compare(nameA, nameB) || compare(valueA, valueB);
}

/**
 * The canonical headers, a line with its LF for each signed header: lower-case name, colon, value. White space around
 * a value goes and inner runs of it become one space; the values of repeated lines are joined by commas in the order
 * received; a header that is listed but was not sent has an empty value (AWS's answer to that is not recorded: this way
 * the client's listing is what must fit, and nothing is skipped).
 *
 * @param signedHeaders - names in lower case, in the order of the lines
 */
export function canonicalHeaders(headers: readonly HeaderLine[], signedHeaders: readonly string[]): string {
  const values = new Map<string, string>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const earlier = values.get(key);
    values.set(key, earlier === undefined ? collapse(value) : `${earlier},${collapse(value)}`);
  }
  return signedHeaders.map((name) => `${name}:${values.get(name) ?? ""}\n`).join("");
}

/** The names of the signed headers on one line, `;` between them. */
export function signedHeaderList(signedHeaders: readonly string[]): string {
  return signedHeaders.join(";");
}

/** The payload hash: the SHA-256 of the body, in lower-case hex. */
export function payloadHash(body: Uint8Array): string {
  return body.length === 0 ? EMPTY_PAYLOAD_HASH : sha256(body);
}

/** The payload hash of a request without a body. */
export const EMPTY_PAYLOAD_HASH = sha256(new Uint8Array());

const PLAIN_PATH = /^[A-Za-z0-9\-._~/]*$/;
const NEEDS_COLLAPSING = /^ | $|[\t\r\n]| {2}/;

/**
 * A header's value as it is signed: no white space around it, and one space for each run of it inside. Only ASCII white
 * space counts: to `\s` and `trim()` the second byte of `à` in UTF-8 would be a space.
 */
export function collapse(value: string): string {
  if (!NEEDS_COLLAPSING.test(value)) return value;
  const collapsed = value.replace(/[ \t\r\n]+/g, " ");
  return collapsed.slice(collapsed.startsWith(" ") ? 1 : 0, collapsed.endsWith(" ") ? -1 : undefined);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
