import { headerValue } from "#sigv4/request";
import { parseJson } from "#text/parse-json";
import { diagnoseAccessDenied } from "./access-denied";
import type { DiagnosedGate, Diagnosis, Fault } from "./diagnosis";
import { diagnoseForbidden } from "./forbidden";
import { diagnoseKnownText } from "./known-texts";
import { diagnoseMismatch } from "./mismatch";
import type { Observed } from "./observed";
import { diagnoseOther } from "./other-refusals";
import { type Refused, readRefusal } from "./refused";
import { diagnoseRouting } from "./routing";
import { diagnoseSignature } from "./signature";
import { diagnoseUsage } from "./usage";

/**
 * Tells which gate of API Gateway refused a request, why most likely, and what to do, from its answer and whatever else
 * is known. Pure: what is looked up is looked up before. Texts are told from each other in the spellings that AWS uses
 * now and used before; where an API has replaced the body, `x-amzn-ErrorType` still names the gate.
 */
export function diagnose(observed: Observed): Diagnosis {
  const refused = readRefusal(observed);
  for (const diagnoseKind of KINDS) {
    const diagnosis = diagnoseKind(refused);
    if (diagnosis) return diagnosis;
  }
  return byTypeAlone(refused) ?? notOfTheGateway(refused);
}

// ---------------------------------------------------------------------------------------------------- internal

const KINDS: readonly ((refused: Refused) => Diagnosis | undefined)[] = [
  diagnoseMismatch,
  diagnoseSignature,
  diagnoseRouting,
  diagnoseForbidden,
  diagnoseAccessDenied,
  diagnoseUsage,
  diagnoseKnownText,
  diagnoseOther,
];

/** Only the type is left: a gateway response of the API's own stands in place of the text, or no more was kept. */
function byTypeAlone({ errorType, observed }: Refused): Diagnosis | undefined {
  if (errorType === undefined) return undefined;
  const [gate, fault] = GATES.get(errorType) ?? (["unknown", "unknown"] as const);
  if (typeof parseJson(observed.response.body) !== "object") {
    const meaning = MEANINGS.get(errorType);
    return {
      gate,
      fault,
      cause: `Only the error's name is at hand, ${errorType}${meaning === undefined ? ", without AWS's sentence" : `: ${meaning}`}.`,
      advice:
        "Get AWS's own sentence, which the answer's body holds (curl -i, or the exception's message and response): it says which of them it is.",
    };
  }
  return {
    gate,
    fault,
    cause: `API Gateway refused with ${errorType}, and the API shows a text of its own in place of the reason.`,
    advice:
      "Look at the stage's access log (x-amzn-RequestId finds the request), or call a stage without customised gateway responses.",
  };
}

/** What an error's name covers. Source: https://repost.aws/knowledge-center/api-gateway-troubleshoot-403-forbidden */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  [
    "InvalidSignatureException",
    "the signature does not match (the body, the path, the query or a header changed after signing; another secret), is too old (the clock), or is for another region or service",
  ],
  [
    "IncompleteSignatureException",
    "the Authorization header is not a signature, or lacks a part of one: a bearer token, say, on a route of IAM or on one that does not exist",
  ],
  [
    "UnrecognizedClientException",
    "the access key is not known, or the session token does not belong to it or is missing",
  ],
  ["ExpiredTokenException", "the session token's time is up"],
  ["AccessDeniedException", "a policy does not allow the call, or denies it"],
]);

const GATES: ReadonlyMap<string, readonly [gate: DiagnosedGate, fault: Fault]> = new Map([
  ["IncompleteSignatureException", ["signature", "signature-refused"]],
  ["InvalidSignatureException", ["signature", "signature-refused"]],
  ["UnrecognizedClientException", ["signature", "signature-refused"]],
  ["ExpiredTokenException", ["signature", "session-token-expired"]],
  ["AccessDeniedException", ["iam", "not-allowed"]],
  ["UnauthorizedException", ["authorizer", "unauthorized"]],
  ["BadRequestException", ["validation", "bad-request"]],
  ["InternalServerErrorException", ["integration", "integration-failed"]],
] as const);

function notOfTheGateway({ status, message, observed }: Refused): Diagnosis {
  const isApi = observed.response.headers.some(([name]) => name.toLowerCase() === "x-amzn-requestid");
  if (isApi) {
    return {
      gate: "none",
      fault: "own-answer",
      cause: `The request passed every gate, and the API itself answered${status === undefined ? "" : ` with ${status}`}.`,
      advice:
        status !== undefined && status < 400
          ? "There is nothing to explain."
          : "Its message says why, or the function's log.",
    };
  }
  const shown = message.replace(/\s+/g, " ").slice(0, 60);
  const quoted = shown ? ` ('${shown}${message.length > 60 ? "…" : ""}')` : "";
  const page = htmlPage(observed);
  if (page !== undefined) {
    return {
      gate: "unknown",
      fault: "unknown",
      cause: `The answer is an HTML page${page.title === undefined ? "" : ` ('${page.title}')`}${page.server === undefined ? "" : ` of ${page.server}`}, and API Gateway answers in JSON: ${page.server ?? "a web server"} answered, in front of the API or behind it as its integration.`,
      advice:
        "Look at that server's log and configuration; to see API Gateway's own answer, call https://API.execute-api.REGION.amazonaws.com/STAGE.",
    };
  }
  return {
    gate: "unknown",
    fault: "unknown",
    cause: `No answer of API Gateway that is known is in what was handed over${quoted}: neither one of its sentences, nor an error's name, nor its headers.`,
    advice:
      "Hand over the answer as it came, headers and body (curl -i, curl -v or a HAR file), with the request. If that is all that comes back, the API's own code answered, or something between client and API.",
  };
}

/** A page for people, and whose it is, by what it shows itself. */
function htmlPage({ response, seen }: Observed): { title?: string; server?: string } | undefined {
  const text = /<html|<!doctype html/i.test(response.body) ? response.body : (seen?.text ?? "");
  if (!/<html|<!doctype html/i.test(text)) return undefined;
  const title = /<title>\s*([^<]{1,80}?)\s*<\/title>/i.exec(text)?.[1];
  const named = /<hr>\s*<center>\s*([\w./ -]{1,40}?)\s*<\/center>|<address>\s*([\w./ ()-]{1,40})/i.exec(text);
  const header =
    headerValue(response.headers, "server") ?? /^[<\s]*server:\s*([\w./ -]{1,40})/im.exec(text)?.[1];
  return { title, server: named?.[1] ?? named?.[2] ?? header };
}
