import { ambiguityOf, otherReading } from "./ambiguity";
import { canonicalRequest, type PathRules, payloadHash, type SignatureForm } from "./canonical-request";
import {
  accessKeyName,
  checkToken,
  checkTokenSent,
  refuseAccessKey,
  type SigningCredentials,
} from "./credential-checks";
import * as messages from "./messages";
import { type Authorization, parseAuthorization } from "./parse-authorization";
import { proofLine, prove, type Reproduces } from "./proof";
import { quote, refuse, type SignatureRefusal } from "./refusal";
import { checkRegionSet } from "./region-set";
import { reproducer } from "./reproducer";
import type { RawRequest } from "./request";
import {
  checkAlgorithm,
  checkHostSigned,
  checkListedOnce,
  checkScope,
  checkTime,
  expectedScope,
  readCredential,
} from "./request-checks";
import { rightSigning, type Signing } from "./signing";
import { stringToSign } from "./string-to-sign";

/** What a verification depends on besides the request. */
export interface VerifyOptions<C extends SigningCredentials> {
  readonly region: string;
  /** `execute-api` */
  readonly service: string;
  readonly now: Date;
  /** The credentials of an access key id, undefined for one that is not known. */
  readonly findCredentials: (accessKeyId: string) => C | undefined;
  /** @default the rules of `execute-api` */
  readonly pathRules?: PathRules;
  /**
   * Whether the reason of a refusal names the mistakes that give the signature that was sent. Finding them takes most of
   * the time of a refusal; the verdict does not depend on it.
   * @default true
   */
  readonly namesMistakes?: boolean;
}

/** A signature that is right. */
export interface SignatureAcceptance<C extends SigningCredentials> {
  readonly accepted: true;
  /** Who signed: what `findCredentials` gave. */
  readonly credentials: C;
  readonly form: SignatureForm;
  /** Names in lower case, sorted. */
  readonly signedHeaders: readonly string[];
}

/**
 * Verifies a request's signature, SigV4 or SigV4A, in either form, as API Gateway does: the checks in its order, the
 * first that fails answers (faults of the credential scope are collected). Throws nothing, whatever the request holds.
 *
 * If AWS's answer is not known, the request is refused: what {@link ambiguityOf} finds is a mismatch, a session token
 * and a region set count only in the form that the signature has (header or query parameter), a signature in upper-case
 * hex is another signature, and `X-Amz-Expires` can shorten the window of 5 minutes but not lengthen it.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
export function verify<C extends SigningCredentials>(
  request: RawRequest,
  options: VerifyOptions<C>,
): SignatureAcceptance<C> | SignatureRefusal {
  const authorization = parseAuthorization(request);
  if ("accepted" in authorization) return authorization;

  const early =
    checkHostSigned(authorization) ??
    checkListedOnce(authorization) ??
    checkTime(authorization, options.now) ??
    checkAlgorithm(authorization);
  if (early) return early;

  const credential = readCredential(authorization);
  if ("accepted" in credential) return credential;
  const misplaced = checkRegionSet(authorization) ?? checkScope(credential, authorization, options);
  if (misplaced) return misplaced;

  const credentials = options.findCredentials(credential.accessKeyId);
  if (credentials === undefined) return refuseAccessKey(credential.accessKeyId);
  const wrong =
    checkTokenSent(authorization, credentials) ??
    checkSignature(request, authorization, credentials, options) ??
    checkToken(authorization, credentials, options.now);
  if (wrong) return wrong;

  const { form, signedHeaders } = authorization;
  return { accepted: true, credentials, form, signedHeaders };
}

function checkSignature(
  request: RawRequest,
  authorization: Authorization,
  credentials: SigningCredentials,
  verifyOptions: VerifyOptions<SigningCredentials>,
): SignatureRefusal | undefined {
  const { algorithm, form, signedHeaders, date } = authorization;
  const scope = expectedScope(authorization, verifyOptions);
  const toSignOf = (text: string): string => stringToSign(date, scope, text, algorithm);
  const { pathRules, namesMistakes = true } = verifyOptions;
  const options = { form, signedHeaders, pathRules, payloadHash: payloadHash(request.body) };
  const right = rightSigning(request, options, { scope, time: date, others: [], hosts: [] });
  const reproduces = reproducer(authorization, (): string => credentials.secretAccessKey);

  const asSent = canonicalRequest(request, options);
  const isSignedAsSent = reproduces(asSent, right.key);
  const ambiguity = ambiguityOf(request, authorization, pathRules);
  if (isSignedAsSent && ambiguity === undefined) return undefined;

  const canonical = ambiguity === undefined ? asSent : canonicalRequest(otherReading(request), options);
  const refusedAnyway = ambiguity && `${ambiguity.cause}: ${ambiguity.advice}`;
  const mostTries = scope.region === undefined ? MOST_ECDSA_TRIES : MOST_TRIES;
  const cause =
    isSignedAsSent || reproduces(canonical, right.key)
      ? refusedAnyway
      : namesMistakes
        ? mistakeMade(right, reproduces, mostTries)
        : "the signature does not match";
  const key = accessKeyName(credentials.accessKeyId);
  const reason =
    cause === undefined
      ? [refusedAnyway, unexplained(request, signedHeaders, key)].filter(Boolean).join("; ")
      : `${cause} (signed with ${key})`;
  const toSign = toSignOf(canonical);
  return {
    ...refuse("InvalidSignatureException", messages.signatureMismatch(canonical, toSign), reason),
    canonicalRequest: canonical,
    stringToSign: toSign,
  };
}

/** A refused request is not to cost its server more than a few hundredths of a second. */
const MOST_TRIES = 4_000;
const MOST_ECDSA_TRIES = 0;

/** The mistake that gives the signature that was sent, for the log. */
function mistakeMade(right: Signing, reproduces: Reproduces, mostTries: number): string | undefined {
  const proof = prove(right, reproduces, mostTries);
  return proof && proofLine(proof, right);
}

/** @param key - the access key's name */
function unexplained({ headers }: RawRequest, signedHeaders: readonly string[], key: string): string {
  const arrived = headers.map(([name]) => name.toLowerCase());
  const [sent, signed] = [new Set(arrived), new Set(signedHeaders)];
  const unsigned = arrived.filter((name) => name !== "authorization" && !signed.has(name));
  const lost = signedHeaders.filter((name) => !sent.has(name));
  const guess =
    lost.length > 0
      ? `${quote(lost.join(";"))} did not arrive and is among the signed headers: send it, or do not sign it`
      : `the secret is not the one of ${key}, or what was signed is not what arrived: none of the usual mistakes gives this signature`;
  return `${guess}; signed headers ${quote(signedHeaders.join(";"))}, not signed ${quote(unsigned.join(";"))}`;
}
