import type { HeaderLine } from "./request";

/**
 * Headers that AWS's front ends change or remove before the signature is verified, so that a signature that covers one
 * does not match there. Reported of API Gateway are `connection`, `x-amzn-trace-id`, `via` and `x-forwarded-for`, `-port`
 * and `-proto`; the others are hop-by-hop headers, which AWS's page on canonical requests tells signers to leave out, and
 * `expect`, which AWS's own signers leave out.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request,
 *   https://github.com/SamVerschueren/got4aws/issues/2, https://github.com/FantasticFiasco/aws-signature-version-4/issues/1198,
 *   https://github.com/FantasticFiasco/aws-signature-version-4/pull/1231, https://github.com/boto/botocore/pull/3643
 */
const CHANGED_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "expect",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "via",
  "x-amzn-trace-id",
  "x-forwarded-for",
  "x-forwarded-port",
  "x-forwarded-proto",
]);

/** @param name - in lower case */
export function isChangedHeader(name: string): boolean {
  return CHANGED_HEADERS.has(name);
}

/** The header lines without those that are changed or removed. */
export function withoutChangedHeaders(headers: readonly HeaderLine[]): readonly HeaderLine[] {
  return headers.filter(([name]) => !CHANGED_HEADERS.has(name.toLowerCase()));
}
