import { createHash } from "node:crypto";
import { parseAmzDate } from "../sigv4/amz-date";
import { bytesOf } from "../sigv4/bytes";
import { headerValue } from "../sigv4/request";
import type { Diagnosis, Fault } from "./diagnosis";
import type { Refused } from "./refused";
import { accessKeyOf, credentialOf } from "./signer";

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

type Told = Pick<Diagnosis, "cause" | "advice"> & { readonly fault: Fault };
type Explain = (refused: Refused, found: RegExpExecArray) => Told;

const SIGN_WITH_SIGV4 =
  "Sign with Signature Version 4: Authorization: AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=….";

const TEXTS: readonly (readonly [pattern: RegExp, explain: Explain])[] = [
  [/^Authorization header requires /, incomplete],
  [
    // Older: 'x' not a valid key=value pair (missing equal-sign) in Authorization header: '…'.
    /key=value pair \(missing equal-sign\) in Authorization header/,
    (refused) => ({
      fault: "not-sigv4",
      cause: `The Authorization header is no list of key=value: a bearer token or a password, say, on a route (known or not) that expects a signature.${arrivedAsSent(refused)}`,
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
      cause: `Credential has not ${count} elements: an access key id that is empty or not one, or a scope that lacks a part.`,
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
    () => ({
      fault: "region-set",
      cause: "A signature for several regions (SigV4A) lacks X-Amz-Region-Set, or does not cover it.",
      advice: "Set X-Amz-Region-Set before signing, sign it, and send it.",
    }),
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
  [/^Signature expired: (\w+) is now earlier than \w+ \((\w+) - ([^)]+)\)/, expired],
  [/^Signature not yet current: (\w+) is still later than \w+ \((\w+) \+ ([^)]+)\)/, notYetCurrent],
  [/^(?:Credential should be scoped |Date in Credential scope )/, wrongScope],
  [
    /^The security token included in the request is expired/,
    (refused) => ({
      fault: "session-token-expired",
      cause: `The session of ${keyName(refused)} has ended.`,
      advice: "Get new temporary credentials: aws sso login, or assume the role again.",
    }),
  ],
  [/^The security token included in the request is invalid/, invalidToken],
];

function incomplete(refused: Refused): Told {
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

function expired(refused: Refused, [, date = "", now = "", window = ""]: RegExpExecArray): Told {
  return {
    fault: "signature-expired",
    ...timeTold(refused, secondsBetween(date, now), `signatures are good for ${window.replace(/\.$/, "")}`),
  };
}

function notYetCurrent(refused: Refused, [, date = "", now = "", window = ""]: RegExpExecArray): Told {
  return {
    fault: "signature-not-yet-current",
    ...timeTold(refused, secondsBetween(date, now), `${window.replace(/\.$/, "")} ahead are allowed`),
  };
}

function secondsBetween(date: string, now: string): number {
  return (parseAmzDate(now) ?? 0) - (parseAmzDate(date) ?? 0);
}

/** @param age - seconds since the signature by the gateway's clock; negative for one of the future */
function timeTold({ observed }: Refused, age: number, rule: string): Pick<Told, "cause" | "advice"> {
  const when = age >= 0 ? `${inWords(age)} old` : `${inWords(-age)} ahead`;
  const start = `By the gateway's clock the signature was ${when}, and ${rule}.`;
  const offset = observed.clockOffsetSeconds;
  if (offset === undefined) {
    return {
      cause: `${start} Either the client's clock is ${age >= 0 ? "behind" : "ahead"} by that much, or the request was not sent when it was signed.`,
      advice:
        "Set the client's clock (NTP), and sign each request as it is sent; do not keep signed requests.",
    };
  }
  if (Math.abs(offset) < NOTICEABLE_SECONDS) {
    return {
      cause: `${start} The clocks agree (to ${inWords(Math.abs(offset))}), so the signature was made for another time.`,
      advice: "Sign for the present time when the request is sent: leave --clock-offset and fixed dates out.",
    };
  }
  const wrong = `${inWords(Math.abs(offset))} ${offset > 0 ? "behind" : "ahead of"}`;
  return {
    cause: `${start} The clock of this machine is ${wrong} the gateway's, by the answer's Date header.`,
    advice: `Set the clock (NTP). Until then, sign for the gateway's time: --clock-offset auto, or --clock-offset ${offset}.`,
  };
}

/** What the second hand and the way of the answer may take, and more. */
const NOTICEABLE_SECONDS = 30;

/** `3725` → `1 h 2 min`: the two largest units. */
function inWords(seconds: number): string {
  const units: readonly (readonly [name: string, seconds: number])[] = [
    ["d", 86_400],
    ["h", 3_600],
    ["min", 60],
    ["s", 1],
  ];
  let rest = Math.round(seconds);
  const parts = units.flatMap(([name, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count > 0 ? [`${count} ${name}`] : [];
  });
  return parts.slice(0, 2).join(" ") || "0 s";
}

function wrongScope({ message, observed }: Refused): Told {
  const { request, lookedUp } = observed;
  const host = request && headerValue(request.headers, "host");
  const region = /\.execute-api\.([a-z0-9-]+)\.amazonaws\./.exec(host ?? "")?.[1] ?? lookedUp?.region;
  const scope = request && credentialOf(request);
  const regionSet = request && headerValue(request.headers, "x-amz-region-set");
  const got = scope
    ? ` The request's scope is ${[scope.date, scope.region, scope.service, scope.terminator].filter(Boolean).join("/")}${regionSet ? `, for the regions ${regionSet}` : ""}.`
    : "";
  const faults = [
    [/valid region/, "region", `region ${region ?? "of the API"}`],
    [/correct service/, "service", `service ${/service: '([^']*)'/.exec(message)?.[1] ?? "execute-api"}`],
    [/valid terminator/, "terminator", "terminator aws4_request"],
    [/^.*Date in Credential scope/, "date", "date that X-Amz-Date begins with, in UTC"],
  ] as const;
  const found = faults.filter(([pattern]) => pattern.test(message));
  return {
    fault: "wrong-scope",
    cause: `The signature is for another ${found.map(([, what]) => what).join(" and ")} than this API's.${got}`,
    advice: `Sign for the ${found.map(([, , expected]) => expected).join(" and the ")}.${region ? "" : " A custom domain does not show its region: it has to be configured."}`,
  };
}

/** AWS says the same of a key that nobody has and of a token that does not go with it; the request tells them apart. */
function invalidToken(refused: Refused): Told {
  const { request } = refused.observed;
  const id = request && credentialOf(request)?.accessKeyId;
  const token = request && sessionToken(request.headers, request.target);
  const name = keyName(refused);
  if (id?.startsWith("ASIA") && token === undefined) {
    return {
      fault: "session-token-missing",
      cause: `No session token came with ${name}, which is a temporary one.`,
      advice:
        "Send the session token in X-Amz-Security-Token (AWS_SESSION_TOKEN, aws_session_token), set before signing.",
    };
  }
  if (id?.startsWith("AKIA") && token !== undefined) {
    return {
      fault: "session-token-not-needed",
      cause: `A session token came with ${name}, which is a long-term one: left over from other credentials, most likely.`,
      advice:
        "Leave X-Amz-Security-Token out (unset AWS_SESSION_TOKEN), or load key, secret and token together.",
    };
  }
  // AWS ends the sentence on a key with a full stop, and the one on a token without.
  if (!refused.message.endsWith(".") && token !== undefined) {
    return {
      fault: "session-token-wrong",
      cause: `The session token is not the one of ${name}.`,
      advice: "Load key, secret and token together from one place, and send the token unchanged.",
    };
  }
  return {
    fault: "unknown-access-key",
    cause: `The gateway does not know ${name}: it was deleted or deactivated, is of another place, or the client loaded none.`,
    advice:
      "Check which credentials the client loads (aws sts get-caller-identity), and that key, secret and token are of one set.",
  };
}

/** A token that is there in name only came from a variable without a value. */
function sessionToken(headers: readonly (readonly [string, string])[], target: string): string | undefined {
  const inQuery = /[?&]X-Amz-Security-Token=([^&]*)/.exec(target)?.[1];
  const token = headerValue(headers, "x-amz-security-token") ?? inQuery;
  return token === "" || token === "undefined" ? undefined : token;
}

function keyName({ observed: { request } }: Refused): string {
  const id = request && accessKeyOf(request);
  return id === undefined ? "the access key" : `the access key ${id}`;
}
