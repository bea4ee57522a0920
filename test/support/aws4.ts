import { type Credentials, RequestSigner, sign } from "aws4";

/** What a server knows of a request that it received, header names in lower case. */
export interface ReceivedRequest {
  readonly method: string;
  /** The request target: raw path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/**
 * The `authorization` header that a signer from another hand gives the same request: `aws4` signs what was received,
 * over the headers that the client says it signed. Where the two are equal, both signed alike.
 */
export function recomputeAuthorization(
  request: ReceivedRequest,
  credentials: Credentials,
  { region = "us-east-1", service = "execute-api" } = {},
): string {
  const names = /SignedHeaders=([^,]*)/.exec(request.headers["authorization"] ?? "")?.[1]?.split(";") ?? [];
  const signer = new RequestSigner(
    {
      method: request.method,
      path: request.path,
      headers: Object.fromEntries(names.map((name) => [name, request.headers[name] ?? ""])),
      body: request.body,
      service,
      region,
      doNotModifyHeaders: true,
    },
    credentials,
  );
  signer.datetime = request.headers["x-amz-date"];
  return signer.authHeader();
}

/**
 * The signature that `aws4` puts in the query of the same request, at the same time and for as long: what a presigned
 * URL has to carry.
 */
export function recomputePresigned(
  { method, path, headers, body }: ReceivedRequest,
  credentials: Credentials,
  { region = "us-east-1", service = "execute-api" } = {},
): string | null {
  const { pathname, searchParams } = new URL(path, "http://host");
  const names = searchParams.get("X-Amz-SignedHeaders")?.split(";") ?? [];
  const kept = path
    .replace(/^[^?]*\??/, "")
    .split("&")
    .filter((pair) => !/^X-Amz-(?!Date|Expires)/.test(pair));
  const signed = sign(
    {
      method,
      path: `${pathname}?${kept.join("&")}`,
      headers: Object.fromEntries(names.map((name) => [name, headers[name] ?? ""])),
      body,
      service,
      region,
      signQuery: true,
      doNotModifyHeaders: true,
    },
    credentials,
  );
  return new URL(signed.path, "http://host").searchParams.get("X-Amz-Signature");
}
