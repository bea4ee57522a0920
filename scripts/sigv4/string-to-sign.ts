import { bytesOf } from "./bytes";
import { sha256 } from "./hash";

/** The algorithm of Signature Version 4 with a symmetric key. */
export const ALGORITHM = "AWS4-HMAC-SHA256";

/** The algorithm of Signature Version 4A, with a key pair: one signature for a set of regions. */
export const ALGORITHM_V4A = "AWS4-ECDSA-P256-SHA256";

/** What every credential scope ends with. */
export const TERMINATOR = "aws4_request";

/** What a signature is good for. */
export interface CredentialScope {
  /** `YYYYMMDD` */
  readonly date: string;
  /** None in SigV4A, where `X-Amz-Region-Set` names the regions. */
  readonly region?: string;
  readonly service: string;
}

/** The credential scope as it is written: `20150830/us-east-1/execute-api/aws4_request`. */
export function credentialScope({ date, region, service }: CredentialScope): string {
  return [date, region, service, TERMINATOR].filter((element) => element !== undefined).join("/");
}

/**
 * The string to sign: algorithm, time, credential scope and the canonical request's SHA-256, joined by LF.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-string-to-sign
 *
 * @param amzDate - the request's time as `YYYYMMDDTHHMMSSZ`
 * @param canonicalRequest - the canonical request, a byte string
 */
export function stringToSign(
  amzDate: string,
  scope: CredentialScope,
  canonicalRequest: string,
  algorithm: string = ALGORITHM,
): string {
  const hash = sha256(bytesOf(canonicalRequest));
  return `${algorithm}\n${amzDate}\n${credentialScope(scope)}\n${hash}`;
}
