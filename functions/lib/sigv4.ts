import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import { readHeaders, toHeaderRecord } from "./read-headers";
import {
  type RequestToSign,
  readRequest,
  SIGNATURE_PARAMETERS,
  type SignedRequest,
  signInHeaders,
  toQuery,
  toSignerRequest,
} from "./request-to-sign";

export type { RequestToSign, SignedRequest } from "./request-to-sign";

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

/** How to presign. */
interface PresigningOptions extends SigningOptions {
  /** From 1 to 604800, a week. API Gateway accepts none for longer than 5 minutes, whatever is asked for here. */
  readonly expiresInSeconds: number;
}

type Fetch = typeof globalThis.fetch;

/**
 * Signs a request with AWS Signature Version 4 in its `authorization` header, and sends nothing.
 *
 * Signed are `host`, `content-type`, `x-api-key` and every `x-amz-*` header; what a proxy may touch is not. The URL's
 * query is rewritten to one spelling (`+` becomes `%20`, an empty value keeps its `=`), because verifiers disagree
 * about the others; names, values, repetitions and their order stay. Two spellings of a header name become one
 * header, values joined by a comma, as `fetch` would send them. Signing a signed request again replaces its signature,
 * also that of a presigned URL.
 *
 * @returns the request with `authorization`, `x-amz-date` and, for temporary credentials, `x-amz-security-token`
 * @throws TypeError for a URL that is not absolute, a header that HTTP cannot carry, a body other than text or bytes,
 *   or the parameter `__proto__` or `x-amz-signature`
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 * @example
 * const { url, ...init } = await signRequest({ method: "GET", url: productsUrl }, { credentials, region });
 * const response = await fetch(url, init);
 */
export async function signRequest(request: RequestToSign, options: SigningOptions): Promise<SignedRequest> {
  const signer = createSigner(options);
  return signInHeaders(request, (unsigned) =>
    signer.sign(unsigned, { signingDate: options.date ?? new Date() }),
  );
}

/**
 * Signs a request in the query of its URL, so that each holder of the URL can send it until it expires. Signed are `host`
 * and every header that is given: they have to be sent along as they are, so give none that a browser would not send.
 * So has the body: API Gateway hashes the one it receives, and a URL for any body does not exist there. Otherwise
 * the URL is treated as `signRequest` does; presigning again replaces the signature.
 *
 * @returns the request, its URL with the `X-Amz-*` parameters, session token included: its holder acts as the caller
 * @throws RangeError for another expiry; TypeError as `signRequest`, for a payload hash such as `UNSIGNED-PAYLOAD`, and
 *   for a header that signatures leave out, such as `user-agent`, since proxies change it
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
 * @example
 * const { url } = await presignRequest({ method: "GET", url: pageUrl }, { credentials, region, expiresInSeconds: 60 });
 */
export async function presignRequest(
  source: RequestToSign,
  options: PresigningOptions,
): Promise<SignedRequest> {
  const { date = new Date(), expiresInSeconds: expiresIn } = options;
  if (!Number.isInteger(expiresIn) || expiresIn < 1 || expiresIn > MAX_EXPIRY_SECONDS) {
    throw new RangeError(
      `expiresInSeconds is ${expiresIn}, expected a whole number from 1 to ${MAX_EXPIRY_SECONDS} (a week).`,
    );
  }
  refuseClaimedPayload(source);
  const request = readRequest(source);
  const { method, url, headers, body } = request;
  const { query = {} } = await createSigner(options).presign(toSignerRequest(request, headers), {
    signingDate: date,
    expiresIn,
    unhoistableHeaders: new Set(headers.keys()), // API Gateway takes no header out of the query.
  });
  const signedHeaders = String(query["X-Amz-SignedHeaders"]).split(";");
  const leftOut = [...headers.keys()].filter((name) => !signedHeaders.includes(name));
  if (leftOut.length > 0) {
    throw new TypeError(
      `Signatures leave out these headers, so they cannot be presigned: ${leftOut.join(", ")}. Send them beside the URL.`,
    );
  }
  const parameters = SIGNATURE_PARAMETERS.filter((name) => name in query);
  url.search = toQuery([
    ...url.searchParams,
    ...parameters.map((name) => [name, String(query[name])] as const),
  ]);
  return { method, url: url.href, headers: toHeaderRecord(headers), body };
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

const MAX_EXPIRY_SECONDS = 7 * 24 * 60 * 60;

function createSigner({ credentials, region, service = "execute-api" }: SigningOptions): SignatureV4 {
  // API Gateway hashes the body itself and believes no header about it: no checksum.
  return new SignatureV4({ credentials, region, service, sha256: Sha256, applyChecksum: false });
}

/** A payload hash that is not a hash (`UNSIGNED-PAYLOAD`, `STREAMING-…`) asks for what only S3 has. */
function refuseClaimedPayload({ headers }: RequestToSign): void {
  const claimed = readHeaders(headers).get("x-amz-content-sha256");
  if (claimed === undefined || /^[0-9a-f]{64}$/i.test(claimed)) return;
  throw new TypeError(
    `x-amz-content-sha256: ${claimed} cannot be presigned, since API Gateway hashes the body it receives. ` +
      "Leave the header out, and give the body that will be sent.",
  );
}
