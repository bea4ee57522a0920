import { formatAmzDate, parseAmzDate } from "./amz-date";
import * as messages from "./messages";
import { type Authorization, type Credential, parseCredential } from "./parse-authorization";
import { quote, refuse, type SignatureRefusal } from "./refusal";
import { ALGORITHM, credentialScope, TERMINATOR } from "./string-to-sign";

/** `host` is the one header that must be signed. */
export function checkHostSigned({ signedHeaders }: Authorization): SignatureRefusal | undefined {
  if (signedHeaders.includes("host")) return undefined;
  return refuse(
    "InvalidSignatureException",
    messages.HOST_NOT_SIGNED,
    `host is not among the signed headers ${quote(signedHeaders.join(";"))}: sign it`,
  );
}

/** How far a request's time may be from the clock, either way. */
const WINDOW_SECONDS = 5 * 60;

/**
 * The request's time must be within 5 minutes of the clock, to the second. What API Gateway makes of `X-Amz-Expires` is
 * not recorded (other services ignore it): here it can shorten that window and not lengthen it.
 */
export function checkTime({ date, expires }: Authorization, clock: Date): SignatureRefusal | undefined {
  const signedAt = parseAmzDate(date);
  if (signedAt === undefined) {
    return refuse(
      "IncompleteSignatureException",
      messages.invalidDate(date),
      `the request's time is ${quote(date)}: send X-Amz-Date as YYYYMMDDTHHMMSSZ`,
    );
  }
  if (expires !== undefined && !/^\d+$/.test(expires)) {
    return refuse(
      "IncompleteSignatureException",
      messages.INVALID_EXPIRES,
      `X-Amz-Expires is ${quote(expires)}: send a whole number of seconds`,
    );
  }
  const now = Math.floor(clock.getTime() / 1000);
  const lifetime = Math.min(WINDOW_SECONDS, Number(expires ?? WINDOW_SECONDS));
  const behind = now - signedAt;
  if (behind > lifetime) {
    return refuse(
      "InvalidSignatureException",
      messages.signatureExpired(date, formatAmzDate(now - lifetime), formatAmzDate(now), inWords(lifetime)),
      `signed ${behind} seconds before this clock, ${lifetime} are allowed: set the client's clock or sign again`,
    );
  }
  if (-behind > WINDOW_SECONDS) {
    const latest = formatAmzDate(now + WINDOW_SECONDS);
    return refuse(
      "InvalidSignatureException",
      messages.signatureNotYetCurrent(date, latest, formatAmzDate(now), inWords(WINDOW_SECONDS)),
      `signed ${-behind} seconds ahead of this clock, ${WINDOW_SECONDS} are allowed: set the client's clock`,
    );
  }
  return undefined;
}

function inWords(seconds: number): string {
  return seconds % 60 === 0 ? `${seconds / 60} min.` : `${seconds} sec.`;
}

/** The algorithm must be one that this verifier knows. */
export function checkAlgorithm({ algorithm }: Authorization): SignatureRefusal | undefined {
  if (algorithm === ALGORITHM) return undefined;
  return refuse(
    "IncompleteSignatureException",
    messages.unsupportedAlgorithm(algorithm),
    `the algorithm ${quote(algorithm)} is not supported here: sign with ${ALGORITHM}`,
  );
}

/**
 * Reads the `Credential`. What was got is not logged: one that does not parse may hold a secret key, in which slashes
 * are common.
 */
export function readCredential(text: string): Credential | SignatureRefusal {
  return (
    parseCredential(text) ??
    refuse(
      "IncompleteSignatureException",
      messages.malformedCredential(text),
      `Credential has ${text.split("/").length} elements instead of 5: access key id/date/region/service/${TERMINATOR}`,
    )
  );
}

/** Every fault of the scope in one answer, in the order region, service, terminator, date. */
export function checkScope(
  credential: Credential,
  { date }: Authorization,
  { region, service }: { readonly region: string; readonly service: string },
): SignatureRefusal | undefined {
  const expectedDate = date.slice(0, 8);
  const faults = [
    credential.region === region ? "" : messages.WRONG_REGION,
    credential.service === service ? "" : messages.wrongService(service),
    credential.terminator === TERMINATOR ? "" : messages.WRONG_TERMINATOR,
    credential.date === expectedDate ? "" : messages.WRONG_SCOPE_DATE,
  ].join("");
  if (faults === "") return undefined;
  const got = [credential.date, credential.region, credential.service, credential.terminator].join("/");
  const expected = credentialScope({ date: expectedDate, region, service });
  return refuse(
    "InvalidSignatureException",
    faults,
    `the credential scope is ${quote(got)}, expected '${expected}': sign for this region and service`,
  );
}
