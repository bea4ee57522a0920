import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4a } from "@smithy/signature-v4a";
import { type RequestToSign, type SignedRequest, signInHeaders } from "#functions/lib/request-to-sign";
import type { SigningOptions } from "#functions/lib/sigv4";

/** How to sign for several regions. */
export interface MultiRegionSigningOptions extends Omit<SigningOptions, "region"> {
  /** The regions in which the signature is valid: `["us-east-1", "eu-west-1"]`, `["us-*"]`, `["*"]`. */
  readonly regionSet: readonly string[];
}

/**
 * Signs a request with SigV4A (`AWS4-ECDSA-P256-SHA256`), whose signature is valid in every region of a set. Use it for an
 * API that is deployed in several regions, with one name that can lead to any of them. Otherwise it works as `signRequest`.
 * It is for callers only: no Lambda function imports this file, since its elliptic curve would double the size of
 * `get-index`.
 *
 * @returns the request with `authorization`, `x-amz-date`, `x-amz-region-set` and, for temporary credentials,
 *   `x-amz-security-token`
 * @throws TypeError as `signRequest`, and if the region set is empty or has a value that is not a region or wildcard
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 * @example
 * const signed = await signRequestMultiRegion({ method: "GET", url }, { credentials, regionSet: ["*"] });
 */
export async function signRequestMultiRegion(
  request: RequestToSign,
  { credentials, regionSet, service = "execute-api", date = new Date() }: MultiRegionSigningOptions,
): Promise<SignedRequest> {
  const region = writeRegionSet(regionSet);
  const signer = new SignatureV4a({ credentials, region, service, sha256: Sha256, applyChecksum: false });
  return signInHeaders(request, (unsigned) => signer.sign(unsigned, { signingDate: date }));
}

function writeRegionSet(regionSet: readonly string[]): string {
  if (regionSet.length > 0 && regionSet.every((region) => /^[a-z0-9*-]+$/.test(region)))
    return regionSet.join(",");
  throw new TypeError(
    `regionSet is ${JSON.stringify(regionSet)}, expected regions such as us-east-1, or wildcards such as us-* and *.`,
  );
}
