import { credentialOf } from "#diagnosis/signer";
import type { Credentials } from "#functions/lib/sigv4";
import { textOf } from "#sigv4/bytes";
import { canonicalRequest, EMPTY_PAYLOAD_HASH, type PathRules, payloadHash } from "#sigv4/canonical-request";
import { parseAuthorization } from "#sigv4/parse-authorization";
import { headerValue, type RawRequest } from "#sigv4/request";
import { isEcdsaSignature, signature, signingKey } from "#sigv4/signature";
import { credentialScope, stringToSign } from "#sigv4/string-to-sign";

/**
 * Every step of a signature, by the names of AWS's documentation. Contains the full value of a signed session token
 * or API key.
 */
export interface Explanation {
  /** SHA-256 of the body, the last line of the canonical request. */
  readonly payloadHash: string;
  readonly isBodyEmpty: boolean;
  readonly canonicalRequest: string;
  /** SHA-256 of the canonical request, the last line of the string to sign. */
  readonly canonicalRequestHash: string;
  readonly credentialScope: string;
  readonly stringToSign: string;
  /** The keys that lead to the signing key, each with its formula; no key is shown. */
  readonly signingKeyDerivation: readonly (readonly [key: string, formula: string])[];
  /** The formula for the signature, from the signing key and the string to sign. */
  readonly signatureFormula: string;
  readonly signature: string;
  /** The value of the `Authorization` header. */
  readonly authorization: string;
  readonly accessKeyId: string;
  /** A region, or SigV4A's set of them. */
  readonly region: string;
  readonly service: string;
  /** `YYYYMMDDTHHMMSSZ` */
  readonly amzDate: string;
  readonly hasSessionToken: boolean;
}

/**
 * Recomputes a signed request's signature step by step from the request as sent, with the steps of the verifier and
 * not of the signer. Signatures of SigV4A have a random part, so they are verified instead.
 *
 * @param request - signed in its `Authorization` header
 * @returns undefined if the steps do not lead to the request's signature, so that they do not explain it
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function explainSignature(
  request: RawRequest,
  { secretAccessKey }: Pick<Credentials, "secretAccessKey">,
  pathRules?: PathRules,
): Explanation | undefined {
  const authorization = parseAuthorization(request);
  const credential = credentialOf(request);
  if ("accepted" in authorization || !credential) return undefined;
  const { accessKeyId, date, region, service } = credential;
  const canonical = canonicalRequest(request, { ...authorization, pathRules });
  const toSign = stringToSign(
    authorization.date,
    { date, region, service },
    canonical,
    authorization.algorithm,
  );
  const hash = payloadHash(request.body);
  const isRight =
    region === undefined
      ? isEcdsaSignature(authorization.signature, toSign, { accessKeyId, secretAccessKey })
      : signature(signingKey(secretAccessKey, { date, region, service }), toSign) === authorization.signature;
  if (!isRight) return undefined;
  return {
    payloadHash: hash,
    isBodyEmpty: hash === EMPTY_PAYLOAD_HASH,
    canonicalRequest: textOf(canonical),
    canonicalRequestHash: toSign.split("\n").at(-1) ?? "",
    credentialScope: credentialScope({ date, region, service }),
    stringToSign: toSign,
    ...(region === undefined ? ECDSA : hmacDerivation(date, region, service)),
    signature: authorization.signature,
    authorization: headerValue(request.headers, "authorization") ?? "",
    accessKeyId,
    region: region ?? authorization.regionSet ?? "",
    service,
    amzDate: authorization.date,
    hasSessionToken: authorization.sessionToken !== undefined,
  };
}

// ---------------------------------------------------------------------------------------------------- internal

type Derivation = Pick<Explanation, "signingKeyDerivation" | "signatureFormula">;

function hmacDerivation(date: string, region: string, service: string): Derivation {
  return {
    signingKeyDerivation: [
      ["DateKey", `HMAC-SHA256("AWS4" + SecretAccessKey, "${date}")`],
      ["DateRegionKey", `HMAC-SHA256(DateKey, "${region}")`],
      ["DateRegionServiceKey", `HMAC-SHA256(DateRegionKey, "${service}")`],
      ["SigningKey", 'HMAC-SHA256(DateRegionServiceKey, "aws4_request")'],
    ],
    signatureFormula: "Hex(HMAC-SHA256(SigningKey, StringToSign))",
  };
}

const ECDSA: Derivation = {
  signingKeyDerivation: [
    ["InputKey", '"AWS4A" + SecretAccessKey'],
    [
      "SigningKey",
      'KDF-HMAC-SHA256(InputKey, "AWS4-ECDSA-P256-SHA256", AccessKeyId), a private key of P-256',
    ],
  ],
  signatureFormula: "Hex(ECDSA-SHA256(SigningKey, StringToSign)), with a random part: never the same twice",
};
