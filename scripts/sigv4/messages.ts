/**
 * The texts of refused signatures, byte for byte as they go over the wire. Where AWS changed a text, the newer one.
 * Recorded on API Gateway unless the comment says otherwise; a trailing space is AWS's own.
 */

/** No signature, or one of a scheme that is not AWS's. */
export const MISSING_AUTHENTICATION_TOKEN = "Missing Authentication Token";

/** One word that has an equal-sign, where the algorithm's name should be. */
export const ALGORITHM_WITH_EQUAL_SIGN =
  "Authorization header must begin with the algorithm name, which cannot include an equal-sign";

/**
 * A part of the `Authorization` header without `=`. What is shown is a hash of the whole header value, since a header
 * that does not parse may hold a secret.
 *
 * @param hash - base64 of the SHA-256 of the header's value
 */
export function invalidKeyValuePair(hash: string): string {
  return `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${hash}'.`;
}

/** A sentence for each part that the `Authorization` header lacks, in this order. */
export const REQUIRED_OF_HEADER = {
  Credential: "Authorization header requires 'Credential' parameter. ",
  Signature: "Authorization header requires 'Signature' parameter. ",
  SignedHeaders: "Authorization header requires 'SignedHeaders' parameter. ",
  date: "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ",
} as const;

/**
 * Parts of the `Authorization` header are missing.
 *
 * @param sentences - the sentences of what is missing
 * @param hash - base64 of the SHA-256 of the header's value
 */
export function incompleteHeader(sentences: string, hash: string): string {
  return `${sentences}(Hashed with SHA-256 and encoded with Base64) Authorization=${hash}`;
}

/** What the query form needs, in the order of the refusal's sentences. */
export const REQUIRED_OF_QUERY = [
  "X-Amz-Algorithm",
  "X-Amz-Credential",
  "X-Amz-Signature",
  "X-Amz-SignedHeaders",
  "X-Amz-Date",
] as const;

/** The query form is incomplete. From DynamoDB; not recorded on API Gateway. */
export function incompleteQuery(missing: readonly string[]): string {
  const sentences = missing.map((name) => `AWS query-string parameters must include '${name}'. `).join("");
  return `${sentences}Re-examine the query-string parameters.`;
}

/** Both forms in one request. From DynamoDB; not recorded on API Gateway. */
export const BOTH_FORMS =
  "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.";

/** Measured on DynamoDB; not recorded on API Gateway. */
export const HOST_NOT_SIGNED = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.";

/** From DynamoDB; not recorded on API Gateway. */
export function invalidDate(date: string): string {
  return `Date must be in ISO-8601 'basic format'. Got '${date}'. See http://en.wikipedia.org/wiki/ISO_8601`;
}

/** Our own text, after S3's: what API Gateway says of a faulty `X-Amz-Expires` is not recorded. */
export const INVALID_EXPIRES = "X-Amz-Expires should be a number";

/**
 * The request is older than the window.
 * Source: https://github.com/aws-amplify/amplify-js/issues/7913
 *
 * @param window - how long a signature is good, as AWS writes it: `5 min.`
 */
export function signatureExpired(date: string, earliest: string, now: string, window: string): string {
  return `Signature expired: ${date} is now earlier than ${earliest} (${now} - ${window})`;
}

/**
 * The request is further ahead than the window.
 * Source: https://github.com/NickWaterton/Roomba980-Python/issues/118
 */
export function signatureNotYetCurrent(date: string, latest: string, now: string, window: string): string {
  return `Signature not yet current: ${date} is still later than ${latest} (${now} + ${window})`;
}

/** From DynamoDB (2013); not recorded on API Gateway. */
export function unsupportedAlgorithm(algorithm: string): string {
  return `Unsupported AWS 'algorithm': '${algorithm}' (only AWS4-HMAC-SHA256 for now). `;
}

/**
 * From DynamoDB and IAM; not recorded on API Gateway, and for SigV4A by analogy.
 *
 * @param form - the elements that are expected
 */
export function malformedCredential(credential: string, form: string): string {
  return `Credential must have exactly ${form.split("/").length} slash-delimited elements, e.g. ${form}, got '${credential}'`;
}

/** SigV4A without a region set. From S3; not recorded on API Gateway. Source: https://github.com/brekkylab/backlot */
export const REGION_SET_MISSING = {
  header: "Missing required header for this request: x-amz-region-set",
  query: "SigV4a query auth requires a non empty x-amz-region-set parameter.",
} as const;

/** A region set that the signature does not cover. From S3; not recorded on API Gateway. Source: as above */
export const REGION_SET_NOT_SIGNED = "There were headers present in the request which were not signed";

/** Of a region set that lacks the region, by analogy. Source: https://github.com/n8n-io/n8n/issues/21337 */
export const WRONG_REGION = "Credential should be scoped to a valid region. ";

/** Source: https://github.com/r7kamura/aws-signer-v4/issues/1 */
export function wrongService(service: string): string {
  return `Credential should be scoped to correct service: '${service}'. `;
}

/** From IAM; the trailing space is by analogy with the two before it. */
export const WRONG_TERMINATOR = "Credential should be scoped with a valid terminator: 'aws4_request'. ";

/** From IAM; not recorded on API Gateway. */
export const WRONG_SCOPE_DATE =
  "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.";

/**
 * The access key is not known, or it is a temporary one and no session token came with it.
 * Source: https://github.com/badslug/Paw-AWSSignature4DynamicValue/issues/5, https://github.com/kndt84/aws-api-gateway-client/issues/31
 */
export const UNKNOWN_ACCESS_KEY = "The security token included in the request is invalid.";

/** The session token is another one, or came with a long-term key; no full stop. Measured on DynamoDB. */
export const WRONG_SESSION_TOKEN = "The security token included in the request is invalid";

/** From other services; not recorded on API Gateway. */
export const EXPIRED_SESSION_TOKEN = "The security token included in the request is expired";

/** The signature does not match: the short form. */
export const SIGNATURE_MISMATCH =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";

/**
 * The signature does not match: the long form, with what the service calculated. When AWS sends the short form, which
 * ends at "details.", is not known.
 * Source: https://github.com/furaiev/amazon-cognito-identity-dart-2/issues/5, https://github.com/aws/aws-sdk-net/issues/3132
 */
export function signatureMismatch(canonicalRequest: string, stringToSign: string): string {
  return `${SIGNATURE_MISMATCH}

The Canonical String for this request should have been
'${canonicalRequest}'

The String-to-Sign should have been
'${stringToSign}'
`;
}
