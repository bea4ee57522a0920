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
 * now and used before; where an API has replaced the body, `x-amzn-ErrorType` still tells the gate.
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

/** A gateway response of the API's own stands in place of the text, and only the type is left. */
function byTypeAlone({ errorType }: Refused): Diagnosis | undefined {
  if (errorType === undefined) return undefined;
  const [gate, fault] = GATES.get(errorType) ?? (["unknown", "unknown"] as const);
  return {
    gate,
    fault,
    cause: `API Gateway refused with ${errorType}, and the API shows a text of its own in place of the reason.`,
    advice:
      "Look at the stage's access log (x-amzn-RequestId finds the request), or call a stage without customised gateway responses.",
  };
}

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
  return {
    gate: "unknown",
    fault: "unknown",
    cause: `This is none of API Gateway's refusals${shown ? ` ('${shown}${message.length > 60 ? "…" : ""}')` : ""}: the API itself, or a proxy, CDN or firewall in front of it, answered.`,
    advice:
      "Call the gateway's own address (https://API.execute-api.REGION.amazonaws.com/STAGE) to see its answer.",
  };
}
