import { formatAmzDate, parseAmzDate } from "./amz-date";
import * as messages from "./messages";
import { type Authorization, type Credential, parseCredential } from "./parse-authorization";
import { quote, refuse, type SignatureRefusal } from "./refusal";
import { coversRegion } from "./region-set";
import {
  ALGORITHM,
  ALGORITHM_V4A,
  type CredentialScope,
  credentialScope,
  TERMINATOR,
} from "./string-to-sign";

/** `host` is the one header that must be signed. */
export function checkHostSigned({ signedHeaders }: Authorization): SignatureRefusal | undefined {
  if (signedHeaders.includes("host")) return undefined;
  return refuse(
    "InvalidSignatureException",
    messages.HOST_NOT_SIGNED,
    `host is not among the signed headers ${quote(signedHeaders.join(";"))}: sign it`,
  );
}

/**
 * No header may be listed twice. What AWS makes of one that is, is not known; here it would be repeated in the canonical
 * request, and with it in the answer, once for each time that it is listed.
 */
export function checkListedOnce({ signedHeaders }: Authorization): SignatureRefusal | undefined {
  const twice = signedHeaders.find((name, index) => name === signedHeaders[index - 1]);
  if (twice === undefined) return undefined;
  return refuse(
    "InvalidSignatureException",
    messages.SIGNATURE_MISMATCH,
    `${quote(twice)} is listed twice among the signed headers: list each once`,
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
  if (algorithm === ALGORITHM || algorithm === ALGORITHM_V4A) return undefined;
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
export function readCredential({ algorithm, credential }: Authorization): Credential | SignatureRefusal {
  const form = algorithm === ALGORITHM_V4A ? "keyid/date/service/term" : "keyid/date/region/service/term";
  return (
    parseCredential(credential, algorithm) ??
    refuse(
      "IncompleteSignatureException",
      messages.malformedCredential(credential, form),
      `Credential has ${credential.split("/").length} elements, expected those of ${form}, where term is ${TERMINATOR}`,
    )
  );
}

/** The scope that a request's signature must have: its own date, this region (none in SigV4A) and this service. */
export function expectedScope(
  { algorithm, date }: Authorization,
  { region, service }: ApiLocation,
): CredentialScope {
  return { date: date.slice(0, 8), region: algorithm === ALGORITHM_V4A ? undefined : region, service };
}

/** Where the API is, and the service that it is one of. */
interface ApiLocation {
  readonly region: string;
  readonly service: string;
}

/** Every fault of the scope in one answer, in the order region, service, terminator, date. */
export function checkScope(
  credential: Credential,
  authorization: Authorization,
  api: ApiLocation,
): SignatureRefusal | undefined {
  const { credential: text, regionSet = "" } = authorization;
  const expected = expectedScope(authorization, api);
  const isForRegion =
    expected.region === undefined ? coversRegion(regionSet, api.region) : credential.region === api.region;
  const faults = [
    isForRegion ? "" : messages.WRONG_REGION,
    credential.service === api.service ? "" : messages.wrongService(api.service),
    credential.terminator === TERMINATOR ? "" : messages.WRONG_TERMINATOR,
    credential.date === expected.date ? "" : messages.WRONG_SCOPE_DATE,
  ].join("");
  if (faults === "") return undefined;
  const got = quote(text.slice(text.indexOf("/") + 1));
  const [regions, region] =
    expected.region === undefined ? [` for the regions ${quote(regionSet)}`, ` for ${api.region}`] : ["", ""];
  return refuse(
    "InvalidSignatureException",
    faults,
    `the credential scope is ${got}${regions}, expected '${credentialScope(expected)}'${region}: sign for this region and service`,
  );
}
