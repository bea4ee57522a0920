import { type Credential, parseAuthorization, parseCredential } from "#sigv4/parse-authorization";
import type { RawRequest } from "#sigv4/request";

/** What a request says of who signed it, and for what; undefined where that cannot be read. */
export function credentialOf(request: RawRequest): Credential | undefined {
  const authorization = parseAuthorization(request);
  if ("accepted" in authorization) return undefined;
  return parseCredential(authorization.credential, authorization.algorithm);
}

/** The access key id of a request, if it looks like one: people put the secret in its place. */
export function accessKeyOf(request: RawRequest): string | undefined {
  const id = credentialOf(request)?.accessKeyId;
  return id !== undefined && /^A[A-Z0-9]{3,127}$/.test(id) ? id : undefined;
}

/** Whether a request carries a signature of AWS, readable or not. */
export function isSigned({ headers, target }: RawRequest): boolean {
  return (
    headers.some(([name, value]) => name.toLowerCase() === "authorization" && value.startsWith("AWS4-")) ||
    /[?&]X-Amz-Signature=/.test(target)
  );
}
