import { type GivenHeaders, readHeaders, toHeaderRecord } from "./read-headers";

/** A request as its sender means it. */
export interface RequestToSign {
  readonly method: string;
  /** An absolute URL. Its path is taken as already percent-encoded, as `new URL()` and `fetch` take it. */
  readonly url: string | URL;
  readonly headers?: GivenHeaders;
  readonly body?: string | Uint8Array;
}

/** A request to be sent exactly as it is: the signature covers its method, URL, body and most of its headers. */
export interface SignedRequest {
  readonly method: string;
  readonly url: string;
  /** Names in lower case. `host` is here only where the request to sign had it: the transport adds it from the URL. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** A request as it will be sent, and nothing of an earlier signature in it. */
export interface UnsignedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Map<string, string>;
  readonly body?: string | Uint8Array;
}

/** What Smithy's signers take. */
export interface SignerRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly path: string;
  readonly query: Record<string, string[]>;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array;
}

/** The query parameters that carry a signature, in the order in which they are sent. */
export const SIGNATURE_PARAMETERS = [
  "X-Amz-Algorithm",
  "X-Amz-Credential",
  "X-Amz-Date",
  "X-Amz-Expires",
  "X-Amz-Region-Set",
  "X-Amz-Security-Token",
  "X-Amz-SignedHeaders",
  "X-Amz-Signature",
] as const;

const SIGNATURE_HEADERS = ["authorization", "x-amz-date", "x-amz-security-token", "x-amz-region-set"];

/**
 * Takes a request apart: its method in upper case, its URL without fragment and with the query in canonical spelling,
 * its headers. What an earlier signature left goes, since a stale date, token or body hash would be signed again.
 *
 * @throws TypeError for a URL that is not absolute, a header that HTTP cannot carry, or a body that has no bytes yet
 */
export function readRequest({ method, url: source, headers: given, body }: RequestToSign): UnsignedRequest {
  if (!(body === undefined || body === null || typeof body === "string" || body instanceof Uint8Array)) {
    throw new TypeError(
      "Only a body that is a string or a Uint8Array can be signed: read a stream or form first.",
    );
  }
  const url = new URL(source);
  url.hash = "";
  const parameters = [...url.searchParams].filter(([name]) => !isSignatureParameter(name));
  url.search = toQuery(parameters);
  const headers = readHeaders(given);
  for (const name of [...SIGNATURE_HEADERS, "x-amz-content-sha256"]) headers.delete(name);
  return { method: method.toUpperCase(), url, headers, body };
}

/**
 * The request as a signer takes it.
 *
 * @param headers - those to sign; `host` is added
 * @throws TypeError for the parameters `__proto__` and, in another case than AWS's, `X-Amz-Signature`
 */
export function toSignerRequest(
  { method, url, body }: UnsignedRequest,
  headers: Iterable<readonly [name: string, value: string]>,
): SignerRequest {
  return {
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: getQueryParameters(url),
    headers: { host: url.host, ...Object.fromEntries(headers) },
    body,
  };
}

/**
 * Signs in the `authorization` header.
 *
 * @param sign - signs all of the headers it is given, and answers them with its own
 */
export async function signInHeaders(
  source: RequestToSign,
  sign: (request: SignerRequest) => Promise<{ readonly headers: Record<string, string> }>,
): Promise<SignedRequest> {
  const request = readRequest(source);
  const { method, url, headers, body } = request;
  const signed = await sign(
    toSignerRequest(
      request,
      [...headers].filter(([name]) => isSignedHeader(name)),
    ),
  );
  for (const name of SIGNATURE_HEADERS) {
    const value = signed.headers[name];
    if (value !== undefined) headers.set(name, value);
  }
  return { method, url: url.href, headers: toHeaderRecord(headers), body };
}

/** A query in the spelling of the canonical query, in the order given. */
export function toQuery(parameters: Iterable<readonly [name: string, value: string]>): string {
  return [...parameters].map((pair) => pair.map(encodeStrictly).join("=")).join("&");
}

/** What a proxy may touch is not signed. */
function isSignedHeader(name: string): boolean {
  return /^(host|content-type|x-api-key|x-amz-.*)$/.test(name);
}

function isSignatureParameter(name: string): boolean {
  return (SIGNATURE_PARAMETERS as readonly string[]).includes(name);
}

/** Percent-encodes all but the unreserved characters of RFC 3986, section 2.3. */
function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The query as the signer takes it: every value of a name in a list. Parameters of two names it leaves unsigned. */
function getQueryParameters(url: URL): Record<string, string[]> {
  const names = [...new Set(url.searchParams.keys())];
  const lost = names.find((name) => name === "__proto__" || name.toLowerCase() === "x-amz-signature");
  if (lost !== undefined) throw new TypeError(`A query parameter named ${lost} cannot be signed.`);
  return Object.fromEntries(names.map((name) => [name, url.searchParams.getAll(name)]));
}
