import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Credentials } from "../../functions/lib/sigv4";

/** A request to a regional endpoint of AWS, whose answers need no SDK to be read. */
export interface AwsRequest {
  /** The name that both the endpoint and the credential scope have: `sts`, `s3`, `apigateway`. */
  readonly service: string;
  readonly region: string;
  readonly credentials: Credentials;
  /** @default GET */
  readonly method?: string;
  /** In unreserved characters and slashes. @default / */
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** When to give up, in milliseconds. */
  readonly timeoutMilliseconds: number;
}

/**
 * Signs a request and sends it, to the emulator of AWS_ENDPOINT_URL where there is one. Redirects are not followed.
 * @throws TypeError where nobody answers, DOMException named `TimeoutError` where nobody does in time
 */
export async function requestAws(request: AwsRequest, env: NodeJS.ProcessEnv): Promise<Response> {
  const { service, region, method = "GET", path = "/", query = {}, headers = {}, body } = request;
  const url = new URL(path, env.AWS_ENDPOINT_URL || `https://${service}.${region}.amazonaws.com`);
  url.search = new URLSearchParams(query).toString();
  const signer = new SignatureV4({
    credentials: request.credentials,
    region,
    service,
    sha256: Sha256,
    // The hash of the body goes along as a header, without which S3 takes nothing; S3 alone takes the path as it is.
    applyChecksum: true,
    uriEscapePath: service !== "s3",
  });
  const signed = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: { ...query },
    headers: { ...headers, host: url.host },
    body,
  });
  return fetch(url, {
    method,
    headers: signed.headers,
    body,
    redirect: "manual",
    signal: AbortSignal.timeout(request.timeoutMilliseconds),
  });
}
