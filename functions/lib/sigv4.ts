import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";

/** AWS credentials; those of a role are temporary and come with a session token. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Credentials, or a function that is asked for them at every signature, such as the SDK's `defaultProvider()`. */
type CredentialsSource = Credentials | (() => Promise<Credentials>);

/** How to sign. */
export interface SigningOptions {
  readonly credentials: CredentialsSource;
  /** The API's region, as the credential scope names it. */
  readonly region: string;
  /** @default "execute-api" */
  readonly service?: string;
  /** The signing date. API Gateway accepts 5 minutes on either side. @default now */
  readonly date?: Date;
}

/** A request as its sender means it. */
export interface RequestToSign {
  readonly method: string;
  /** An absolute URL. Its path is taken as already percent-encoded, as `new URL()` and `fetch` take it. */
  readonly url: string | URL;
  readonly headers?: ConstructorParameters<typeof Headers>[0];
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

type Fetch = typeof globalThis.fetch;

/**
 * Signs a request with AWS Signature Version 4 in its `authorization` header, and sends nothing.
 *
 * Signed are `host`, `content-type`, `x-api-key` and every `x-amz-*` header; what a proxy may touch is not. The URL's
 * query is rewritten to one spelling (`+` becomes `%20`, an empty value keeps its `=`), because verifiers disagree
 * about the others; names, values, repetitions and their order stay. Two spellings of a header name become one
 * header, values joined by a comma, as `fetch` would send them. Signing a signed request again replaces its signature.
 *
 * @returns the request with `authorization`, `x-amz-date` and, for temporary credentials, `x-amz-security-token`
 * @throws TypeError for a URL that is not absolute, a header that HTTP cannot carry, or the parameter `__proto__`
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 * @example
 * const { url, ...init } = await signRequest({ method: "GET", url: productsUrl }, { credentials, region });
 * const response = await fetch(url, init);
 */
export async function signRequest(request: RequestToSign, options: SigningOptions): Promise<SignedRequest> {
  const method = request.method.toUpperCase();
  const url = canonicalQueryUrl(request.url);
  const headers = unsignedHeaders(request.headers);
  const signer = new SignatureV4({
    credentials: options.credentials,
    region: options.region,
    service: options.service ?? "execute-api",
    sha256: Sha256,
    applyChecksum: false, // API Gateway hashes the body itself and believes no header about it.
  });
  const signed = await signer.sign(
    {
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: getQueryParameters(url),
      headers: { host: url.host, ...Object.fromEntries([...headers].filter(([name]) => isSigned(name))) },
      body: request.body,
    },
    { signingDate: options.date ?? new Date() },
  );
  for (const name of ADDED_HEADERS) {
    const value = signed.headers[name];
    if (value !== undefined) headers.set(name, value);
  }
  return { method, url: url.href, headers: Object.fromEntries(headers), body: request.body };
}

/**
 * Wraps any `fetch` so that it signs what it sends. A body is read whole first, since the signature covers it.
 * Redirects are not followed (they come back as answers): a signature holds for one URL, and the session token must
 * not travel to another host.
 *
 * @example
 * const fetchSigned = signedFetch(fetch, { credentials: defaultProvider(), region: "us-east-1" });
 * const response = await fetchSigned(productsUrl, { headers: { accept: "application/json" } });
 */
export function signedFetch(fetch: Fetch, options: SigningOptions): Fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const signed = await signRequest(
      {
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: request.body === null ? undefined : new Uint8Array(await request.arrayBuffer()),
      },
      options,
    );
    return fetch(signed.url, {
      ...init,
      method: signed.method,
      headers: signed.headers,
      body: signed.body,
      signal: request.signal,
      redirect: request.redirect === "follow" ? "manual" : request.redirect,
    });
  };
}

const ADDED_HEADERS = ["authorization", "x-amz-date", "x-amz-security-token"];

/** The headers without what an earlier signature left: a stale date, token or body hash would be signed again. */
function unsignedHeaders(source: RequestToSign["headers"]): Headers {
  const headers = new Headers(source);
  for (const name of [...ADDED_HEADERS, "x-amz-content-sha256"]) headers.delete(name);
  return headers;
}

function isSigned(headerName: string): boolean {
  return /^(host|content-type|x-api-key|x-amz-.*)$/.test(headerName);
}

/** The URL as it will be sent: without fragment, its query spelled as the canonical query spells it, in its own order. */
function canonicalQueryUrl(source: string | URL): URL {
  const url = new URL(source);
  url.hash = "";
  url.search = [...url.searchParams].map((pair) => pair.map(encodeStrictly).join("=")).join("&");
  return url;
}

/** Percent-encodes all but the unreserved characters of RFC 3986, section 2.3. */
function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The query as the signer takes it: every value of a name in a list. */
function getQueryParameters(url: URL): Record<string, string[]> {
  const names = [...new Set(url.searchParams.keys())];
  if (names.includes("__proto__")) throw new TypeError("A query parameter named __proto__ cannot be signed.");
  return Object.fromEntries(names.map((name) => [name, url.searchParams.getAll(name)]));
}
