import { type Ambiguity, ambiguityOf } from "#sigv4/ambiguity";
import { textOf } from "#sigv4/bytes";
import { canonicalRequest } from "#sigv4/canonical-request";
import { parseAuthorization } from "#sigv4/parse-authorization";
import { headerValue, type RawRequest } from "#sigv4/request";
import { splitTarget } from "#sigv4/target";
import {
  agrees,
  type CanonicalRequest,
  type ComparedLine,
  compareCanonical,
  parseCanonicalRequest,
  parseCutCanonicalRequest,
} from "./compare-canonical";
import type { Diagnosis, MismatchCause, MismatchFault } from "./diagnosis";
import { arrivedAt } from "./gateway-canonical";
import { emptyCause } from "./header-cause";
import { causeOfDifference, payloadCause } from "./line-cause";
import type { Observed } from "./observed";
import type { Refused } from "./refused";
import { accessKeyOf } from "./signer";
import { toSentence } from "./told";

/**
 * A signature that does not match. The answer's long form holds the canonical request that the gateway calculated; the
 * client's is put beside it, and the first line that differs names the cause.
 */
export function diagnoseMismatch(refused: Refused): Diagnosis | undefined {
  if (!isMismatch(refused)) return undefined;
  const { message, observed } = refused;
  const { request, canonicalRequest: signed } = observed;
  const arrived = arrivedAt(message);
  const sent = request && asSent(request);
  if (signed !== undefined) return besideSigned(signed, arrived ?? sent, arrived === undefined, observed);
  if (sent !== undefined && arrived !== undefined) return besideSent(sent, arrived, observed);
  return alone(arrived);
}

/** Whether a refusal says that the signature is another one, in AWS's words or in those of who speaks of it. */
export function isMismatch({ message, errorType }: Pick<Refused, "message" | "errorType">): boolean {
  if (/^The request signature we calculated does not match/i.test(message)) return true;
  const isShort = message.length < LONGEST_SHORT;
  return (
    (isShort &&
      /^\W*(\d{3}\W+)?(invalid signature|signature (does not|doesn't) match|signature mismatch)\W*$/i.test(
        message,
      )) ||
    (errorType === "SignatureDoesNotMatchException" && !/scoped|expired|not yet current/i.test(message))
  );
}

// ---------------------------------------------------------------------------------------------------- internal

const LONGEST_SHORT = 100;

function parse(text: string): CanonicalRequest | undefined {
  return parseCanonicalRequest(text) ?? parseCutCanonicalRequest(text);
}

/** The canonical request of a request as it was sent, with the headers that it says are signed. */
function asSent(request: RawRequest): string | undefined {
  const authorization = parseAuthorization(request);
  return "accepted" in authorization ? undefined : textOf(canonicalRequest(request, authorization));
}

/** @param isSupposed - whether the gateway's side is not from the answer, but what the request as sent gives */
function besideSigned(
  signed: string,
  gatewayText: string | undefined,
  isSupposed: boolean,
  observed: Observed,
): Diagnosis {
  const gateway = gatewayText === undefined ? undefined : parse(gatewayText);
  if (!gateway) return alone(gatewayText);
  const client = parse(signed);
  if (!client || (client.isCut && client.payloadHash !== "")) return toDiagnosis(CANONICAL_FORM);
  const lines = compareCanonical(client, gateway);
  const cause =
    ambiguousPart(lines, observed) ?? causeOfDifference(lines, client, gateway, observed.request?.body);
  if (cause) return toDiagnosis(withOthers(cause, lines), lines);
  if (signed !== gatewayText) return toDiagnosis(HEADER_ORDER);
  return toDiagnosis(isSupposed ? UNKNOWN_ARRIVAL : wrongSecret(observed), lines);
}

function besideSent(sent: string, arrived: string, observed: Observed): Diagnosis {
  const [client, gateway] = [parse(sent), parse(arrived)];
  if (!client || !gateway) return alone(arrived);
  const lines = compareCanonical(client, gateway);
  const cause =
    ambiguousPart(lines, observed) ?? causeOfDifference(lines, client, gateway, observed.request?.body);
  if (cause) return toDiagnosis(withOthers(cause, lines), lines);
  return toDiagnosis(
    claimedPayloadCause(observed, gateway) ?? lostHeaderCause(gateway) ?? signedOtherwise(observed),
    lines,
  );
}

/** A part of the request that is refused however it is signed, unless another line differs, which then says more. */
function ambiguousPart(lines: readonly ComparedLine[], { request }: Observed): MismatchCause | undefined {
  if (request === undefined) return undefined;
  const authorization = parseAuthorization(request);
  if ("accepted" in authorization) return undefined;
  const ambiguity = ambiguityOf(request, authorization);
  if (ambiguity === undefined) return undefined;
  const { part, cause, advice } = ambiguity;
  return lines.every((line) => agrees(line) || line.part === part)
    ? { fault: AMBIGUOUS_PARTS[part], cause: toSentence(cause), advice: toSentence(advice) }
    : undefined;
}

const AMBIGUOUS_PARTS: Readonly<Record<Ambiguity["part"], MismatchFault>> = {
  CanonicalURI: "path-not-normalized",
  CanonicalQueryString: "query-changed",
  CanonicalHeaders: "header-changed",
};

/** Several lines may differ, for several reasons: the first is told, the others are named. */
function withOthers(cause: MismatchCause, lines: readonly ComparedLine[]): MismatchCause {
  const parts = new Set(lines.filter((line) => !agrees(line)).map(({ part, header }) => header ?? part));
  if (parts.size < 2 || cause.fault.startsWith("body-")) return cause;
  return {
    ...cause,
    cause: `${cause.cause} Of the lines behind it, ${[...parts].slice(1).join(", ")} differ too.`,
  };
}

const CANONICAL_FORM: MismatchCause = {
  fault: "canonical-form",
  cause: "The client's canonical request does not have the form that it must have.",
  advice:
    "Write six parts with LF between them: method, path, query (an empty line without one), a line for each signed header, an empty line, the names of the signed headers, the payload hash; no LF at the end.",
};

const HEADER_ORDER: MismatchCause = {
  fault: "canonical-form",
  cause: "Both canonical requests have the same lines, but the client's headers are not in their order.",
  advice: "Sort the canonical headers by their lower-case names, each once.",
};

function wrongSecret({ request }: Observed): MismatchCause {
  const whose = (request && accessKeyOf(request)) ?? "the access key";
  return {
    fault: "wrong-secret",
    cause: `Both canonical requests agree to the last byte, so the secret access key is not the one of ${whose}, or the signing key was derived for another date, region or service.`,
    advice:
      "Load key id and secret together from one place (a space or line break at the end of the secret counts), and derive the signing key anew each day.",
  };
}

/** The short form of the answer does not show what arrived. */
const UNKNOWN_ARRIVAL: MismatchCause = {
  fault: "mismatch",
  cause:
    "What was signed is what the request as sent should be signed as, and the answer does not show what arrived: the secret is another one, or something on the way changed the request.",
  advice: "Load key id and secret together from one place; then call the gateway without proxies.",
};

/** A client that sends the payload hash in a header shows what it signed. */
function claimedPayloadCause({ request }: Observed, gateway: CanonicalRequest): MismatchCause | undefined {
  const claimed = request && headerValue(request.headers, "x-amz-content-sha256");
  return claimed === undefined || gateway.payloadHash === "" || claimed === gateway.payloadHash
    ? undefined
    : payloadCause(claimed, gateway, request?.body);
}

/** A header that is signed has a value, as a rule. */
function lostHeaderCause({ headers }: CanonicalRequest): MismatchCause | undefined {
  const lost = headers.find(([, value]) => value === "");
  return lost && emptyCause(lost[0]);
}

/** The request arrived as it was sent: what the client did in between is not seen, only what can go wrong with it. */
function signedOtherwise({ request }: Observed): MismatchCause {
  const suspects = request ? suspectsOf(request) : [];
  return {
    fault: "signed-otherwise",
    cause: `The request arrived as it was sent, so the client signed something else than it sent, or with another secret. ${suspects.length > 0 ? `With this request: ${suspects.join("; ")}. If it is not one of these` : "Nothing in this request is easy to sign wrongly"}, the secret is the first suspect.`,
    advice: "Print the client's own canonical request and hand it over (--canonical FILE) to see the line.",
  };
}

function suspectsOf(request: RawRequest): string[] {
  const { path, query } = splitTarget(request.target);
  const authorization = parseAuthorization(request);
  const signed = "accepted" in authorization ? [] : authorization.signedHeaders;
  const set = signed.filter((name) => /^(connection|user-agent|accept-encoding|x-forwarded-.*)$/.test(name));
  return [
    /%/.test(path) && "the path may have been encoded once instead of twice (%20 as %2520)",
    /\+/.test(query) && "the + in the query may have been signed as %2B instead of %20",
    /&/.test(query) && "the query may have been signed unsorted",
    query !== "" && "the query may have been left out",
    /:\d+$/.test(headerValue(request.headers, "host") ?? "") &&
      "the host may have been signed without its port",
    request.body.length > 0 && "the body may not have been hashed",
    set.length > 0 && `${set.join(", ")} may have been set behind the signer`,
  ].filter((suspect) => suspect !== false);
}

/** What the gateway's side alone shows. */
function alone(gatewayText: string | undefined): Diagnosis {
  const gateway = gatewayText === undefined ? undefined : parse(gatewayText);
  if (!gateway) return toDiagnosis(NOTHING_SHOWN);
  const lines = compareCanonical(gateway, gateway).map(({ client: _, ...line }) => line);
  const header = gateway.headers.find(([name]) => name === "x-amz-content-sha256")?.[1];
  // Masked by hand, it says nothing.
  const claimed =
    header !== undefined && /^([0-9a-f]{64}|[A-Z][A-Z0-9-]{7,})$/.test(header) ? header : undefined;
  const otherBody =
    claimed === undefined || gateway.payloadHash === "" || claimed === gateway.payloadHash
      ? undefined
      : payloadCause(claimed, gateway, undefined);
  return toDiagnosis(otherBody ?? lostHeaderCause(gateway) ?? NOTHING_BESIDE, lines);
}

const NOTHING_SHOWN: MismatchCause = {
  fault: "mismatch",
  cause:
    "The client signed something else than arrived, and the answer does not show what the gateway calculated. Most often it is one of these: a character of path or query that the signer does not percent-encode as AWS does (* @ : = + or a space), a body or Content-Type that the HTTP client set after signing, a host that a proxy, CDN or redirect changed; then the secret.",
  advice: "Hand over the request (--request FILE) and the client's canonical request (--canonical FILE).",
};

const NOTHING_BESIDE: MismatchCause = {
  fault: "mismatch",
  cause: "The client signed another canonical request than the gateway, or the same one with another secret.",
  advice:
    "Print the client's own canonical request and hand it over (--canonical FILE) to see the line that differs.",
};

function toDiagnosis(cause: MismatchCause, canonicalRequests?: readonly ComparedLine[]): Diagnosis {
  return { gate: "signature", ...cause, ...(canonicalRequests && { canonicalRequests }) };
}
