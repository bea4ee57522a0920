import * as messages from "./messages";
import type { Authorization } from "./parse-authorization";
import { refuse, type SignatureRefusal } from "./refusal";
import { isSameSecret } from "./signature";

/** What a verifier must know of a caller; a session token makes the credentials temporary. */
export interface SigningCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** When temporary credentials end; never, without it. */
  readonly expiration?: Date;
}

/** Refuses an access key that does not exist. */
export function refuseAccessKey(accessKeyId: string): SignatureRefusal {
  return refuse(
    "UnrecognizedClientException",
    messages.UNKNOWN_ACCESS_KEY,
    `${accessKeyName(accessKeyId)} is not known here: check which credentials the client loads`,
  );
}

/** An access key for the log. Its id is shown only where it looks like one: people put the secret in its place. */
export function accessKeyName(accessKeyId: string): string {
  return /^(A[A-Z0-9]{3,127}|undefined|null)$/.test(accessKeyId)
    ? `the access key ${accessKeyId}`
    : `an access key of ${accessKeyId.length} characters that does not look like an id`;
}

/**
 * Temporary credentials need a token. One that is empty or the text `undefined` is not one: it came from a variable without
 * a value, and AWS answers it alike.
 */
export function checkTokenSent(
  { form, sessionToken }: Authorization,
  { accessKeyId, sessionToken: expected }: SigningCredentials,
): SignatureRefusal | undefined {
  const sent = sessionToken !== undefined && sessionToken !== "" && sessionToken !== "undefined";
  if (expected === undefined || sent) return undefined;
  const where =
    form === "header" ? "the header X-Amz-Security-Token" : "the query parameter X-Amz-Security-Token";
  return refuse(
    "UnrecognizedClientException",
    messages.UNKNOWN_ACCESS_KEY,
    `${accessKeyName(accessKeyId)} is temporary and came without a session token: send it in ${where}`,
  );
}

/** The token must be the one of the credentials, none for long-term ones, and still good. */
export function checkToken(
  { sessionToken }: Authorization,
  { accessKeyId, sessionToken: expected, expiration }: SigningCredentials,
  now: Date,
): SignatureRefusal | undefined {
  const name = accessKeyName(accessKeyId);
  if (!isSameSecret(sessionToken ?? "", expected ?? "")) {
    return refuse(
      "UnrecognizedClientException",
      messages.WRONG_SESSION_TOKEN,
      expected === undefined
        ? `${name} is a long-term one and came with a session token: leave the token out`
        : `the session token is not the one of ${name}: load key, secret and token together`,
    );
  }
  if (expiration !== undefined && expiration.getTime() <= now.getTime()) {
    return refuse(
      "ExpiredTokenException",
      messages.EXPIRED_SESSION_TOKEN,
      `the session token of ${name} expired at ${expiration.toISOString()}: get new credentials`,
    );
  }
  return undefined;
}
