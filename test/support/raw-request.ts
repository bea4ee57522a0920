import type { SignedRequest } from "#functions/lib/sigv4";
import type { RawRequest } from "#sigv4/request";

/** A signed request as it arrives: the transport adds `Host` where the request has none. */
export function toRawRequest({ method, url, headers, body }: SignedRequest): RawRequest {
  const { host, pathname, search } = new URL(url);
  return {
    method,
    target: pathname + search,
    headers: Object.entries({ host, ...headers }),
    body: Buffer.from(body ?? ""),
  };
}
