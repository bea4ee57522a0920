import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Credentials } from "#functions/lib/sigv4";
import { dnsSuffix } from "#modules/dns-suffix";
import { UserError } from "#modules/project";
import { firstLine, unreachable } from "./aws-mistakes";

/** A request to a regional endpoint of AWS whose answers can be read without an SDK. */
export interface AwsRequest {
  /** The name in both the endpoint and the credential scope. */
  readonly service: Service;
  readonly region: string;
  readonly credentials: Credentials;
  /** @default GET */
  readonly method?: string;
  /** Of unreserved characters and slashes. @default / */
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** When to give up, in milliseconds. */
  readonly timeoutMilliseconds: number;
}

/**
 * Signs a request and sends it. If AWS_ENDPOINT_URL or the service's own variable is set, it goes to that emulator.
 * Redirects are not followed.
 * @throws UserError if there is no answer in time
 */
export async function requestAws(request: AwsRequest, env: NodeJS.ProcessEnv): Promise<Response> {
  const { service, region, method = "GET", path = "/", query = {}, headers = {}, body } = request;
  const url = new URL(path, emulator(service, env) ?? `https://${service}.${region}.${dnsSuffix(region)}`);
  url.search = new URLSearchParams(query).toString();
  const signer = new SignatureV4({
    credentials: request.credentials,
    region,
    service,
    sha256: Sha256,
    // S3 needs the hash of the body as a header. Only S3 does not encode the path a second time.
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
  }).catch((cause: unknown) => {
    throw new UserError(unreachable(firstLine(cause)), { cause });
  });
}

/** The text of an XML element. The elements that are read here have no attributes, nesting or entities. */
export function xmlText(xml: string, element: string): string | undefined {
  return new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1]?.trim();
}

type Service = "apigateway" | "s3" | "sts";

/** Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html */
function emulator(service: Service, env: NodeJS.ProcessEnv): string | undefined {
  const own = {
    apigateway: env.AWS_ENDPOINT_URL_API_GATEWAY,
    s3: env.AWS_ENDPOINT_URL_S3,
    sts: env.AWS_ENDPOINT_URL_STS,
  };
  return own[service] || env.AWS_ENDPOINT_URL || undefined;
}
