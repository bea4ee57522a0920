import { createHash } from "node:crypto";
import { bytesOf } from "#sigv4/bytes";
import { headerValue } from "#sigv4/request";
import { expiredToken, invalidToken, wrongScope } from "./credential-cause";
import type { Diagnosis, SignatureFault } from "./diagnosis";
import type { Refused } from "./refused";
import { expired, notYetCurrent } from "./time-cause";

/**
 * A signature that was refused before it was compared: it cannot be read, it is for another time, region or service, or
 * the credentials are not good. AWS has changed some of the texts over the years; both spellings are known here.
 */
export function diagnoseSignature(refused: Refused): Diagnosis | undefined {
  for (const [pattern, explain] of TEXTS) {
    const found = pattern.exec(refused.message);
    if (found) return { gate: "signature", ...explain(refused, found) };
  }
  return undefined;
}

// ---------------------------------------------------------------------------------------------------- internal

type Explain = (refused: Refused, found: RegExpExecArray) => SignatureFault;

const SIGN_WITH_SIGV4 =
  "Sign with Signature Version 4: Authorization: AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=….";

const TEXTS: readonly (readonly [pattern: RegExp, explain: Explain])[] = [
  [/^Authorization header requires /, incomplete],
  [
    // Older: 'x' not a valid key=value pair (missing equal-sign) in Authorization header: '…'.
    /key=value pair \(missing equal-sign\) in Authorization header/,
    (refused) => ({
      fault: "not-sigv4",
      cause: `The Authorization header is not a list of key=value: a bearer token or a password, say, on a route (known or not) that expects a signature.${arrivedAsSent(refused)}`,
      advice: `${SIGN_WITH_SIGV4} If the route should take no signature, check that it exists: unknown routes answer so too.`,
    }),
  ],
  [
    /^Authorization header must begin with the algorithm name/,
    () => ({
      fault: "not-sigv4",
      cause: "The first word of the Authorization header has an equal-sign: the algorithm's name is missing.",
      advice: SIGN_WITH_SIGV4,
    }),
  ],
  [
    /^AWS query-string parameters must include (.*?)\. (?:Re-examine|AWS)/,
    ({ message }) => ({
      fault: "authorization-incomplete",
      cause: `The query lacks ${[...message.matchAll(/must include '([^']*)'/g)].map(([, name]) => name).join(", ")}, which a presigned URL has.`,
      advice: "Presign the URL again and send it whole: quote it in a shell, since & ends a command there.",
    }),
  ],
  [
    /^Found both 'X-Amz-Algorithm'/,
    () => ({
      fault: "both-forms",
      cause: "The request is signed twice: in the Authorization header and in the query.",
      advice: "Send a presigned URL without Authorization header, or sign in the header alone.",
    }),
  ],
  [
    /^Unsupported AWS 'algorithm': '([^']*)'/,
    (_, [, algorithm]) => ({
      fault: "unsupported-algorithm",
      cause: `The algorithm '${algorithm}' is not supported.`,
      advice: "Sign with AWS4-HMAC-SHA256, or for several regions with AWS4-ECDSA-P256-SHA256.",
    }),
  ],
  [
    /^Credential must have exactly (\d) slash-delimited elements, e\.g\. ([a-z/]+)/,
    (_, [, count, form]) => ({
      fault: "malformed-credential",
      cause: `Credential does not have ${count} elements: an access key id that is empty or not one, or a scope that lacks a part.`,
      advice: `Write it as ${form}, where term is aws4_request; check that the key id and the secret are not swapped.`,
    }),
  ],
  [
    /^Date must be in ISO-8601 'basic format'\. Got '([^']*)'/,
    (_, [, date]) => ({
      fault: "malformed-date",
      cause: `The request's time is '${date}'.`,
      advice: "Send X-Amz-Date as YYYYMMDDTHHMMSSZ, in UTC, and sign the same; it is taken before Date.",
    }),
  ],
  [
    /^X-Amz-Expires should be a number/,
    () => ({
      fault: "malformed-date",
      cause: "X-Amz-Expires is not a number.",
      advice: "Presign the URL again, for a whole number of seconds.",
    }),
  ],
  [
    /x-amz-region-set|^There were headers present in the request which were not signed/i,
    ({ observed }) =>
      notSigned(observed.seen?.text ?? "") ?? {
        fault: "region-set",
        cause: "A signature for several regions (SigV4A) lacks X-Amz-Region-Set, or does not cover it.",
        advice: "Set X-Amz-Region-Set before signing, sign it, and send it.",
      },
  ],
  [
    // Older: without "or ':authority'".
    /^'Host'(?: or ':authority')? must be a 'SignedHeader'/,
    () => ({
      fault: "host-not-signed",
      cause: "The host is not among the signed headers.",
      advice: "Sign Host: add it to the canonical headers and list it in SignedHeaders.",
    }),
  ],
  // Logs break and cut it: what is left is read.
  [/^Signature expired: (\S+) is now earlier than (?:[\w ]{0,99}\((\w+) - ([^)]+)\))?/, expired],
  [
    /^Signature not yet current: (\S+) is still later than (?:[\w ]{0,99}\((\w+) \+ ([^)]+)\))?/,
    notYetCurrent,
  ],
  [/^(?:Credential should be scoped |Date in Credential scope )/, wrongScope],
  [/^The security token included in the request is expired/, expiredToken],
  [/^The security token included in the request is invalid/, invalidToken],
];

/** S3 names the headers that were sent and not signed. */
function notSigned(text: string): SignatureFault | undefined {
  const names = /HeadersNotSigned["']?[>:]\s*["']?([\w-]+(?:, ?[\w-]+)*)/.exec(text)?.[1];
  return names === undefined
    ? undefined
    : {
        fault: "host-not-signed",
        cause: `${names} was sent and is not signed: host and each X-Amz-* header (x-amz-security-token, say) must be.`,
        advice: `Set ${names} before signing, and list it in SignedHeaders.`,
      };
}

function incomplete(refused: Refused): SignatureFault {
  const { message } = refused;
  const missing = [
    ...[...message.matchAll(/requires '(\w+)' parameter/g)].map(([, name]) => name),
    ...(message.includes("'X-Amz-Date' or a 'Date'") ? ["the header X-Amz-Date"] : []),
  ];
  const scheme = /^[\w-]+/.exec(sentAuthorization(refused) ?? "")?.[0];
  const isOther = scheme !== undefined && !scheme.startsWith("AWS4-");
  return {
    fault: isOther ? "not-sigv4" : "authorization-incomplete",
    cause: `The Authorization header lacks ${missing.join(", ")}.${arrivedAsSent(refused)}`,
    advice: `${SIGN_WITH_SIGV4} X-Amz-Date goes beside it.`,
  };
}

/** The newer texts show a hash of the header that arrived. */
function arrivedAsSent(refused: Refused): string {
  const sent = sentAuthorization(refused);
  const hash = /Authorization(?: header \([^)]*\): '|=)([A-Za-z0-9+/]{43}=)/.exec(refused.message)?.[1];
  if (sent === undefined || hash === undefined) return "";
  const same = createHash("sha256").update(bytesOf(sent.trim())).digest("base64") === hash;
  return same
    ? ""
    : " Its hash in the answer is not that of the header that was sent: something on the way changed it.";
}

function sentAuthorization({ observed: { request } }: Refused): string | undefined {
  return request && headerValue(request.headers, "authorization");
}
