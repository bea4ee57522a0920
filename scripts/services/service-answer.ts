import type { HeaderLine } from "#sigv4/request";

/** What a service answers. */
export interface ServiceAnswer {
  readonly status: number;
  readonly headers: readonly HeaderLine[];
  readonly body: Uint8Array;
}

/** A refusal in the words of AWS. */
export interface ServiceRefusal {
  readonly status: number;
  /** `AccessDenied`, for services that answer in XML. */
  readonly code: string;
  /** `AccessDeniedException`, for services that answer in JSON. */
  readonly errorType: string;
  readonly message: string;
}

/** How a client wants its answer: by the form of its request. */
export type Protocol = "json" | "query" | "s3";

/**
 * The protocol of a request.
 * Source: https://smithy.io/2.0/aws/protocols/index.html
 */
export function protocolOf(service: string, headers: readonly HeaderLine[]): Protocol {
  if (service === "s3") return "s3";
  const has = (name: string, value = /^/): boolean =>
    headers.some(([each, text]) => each.toLowerCase() === name && value.test(text));
  return has("x-amz-target") || has("content-type", /^application\/x-amz-json/) ? "json" : "query";
}

/**
 * Writes a refusal as the service does. A queue's JSON names the error of its older protocol in a header, which SDKs read.
 * Source: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html#operation-error-serialization,
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#operation-error-serialization,
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function writeRefusal(
  protocol: Protocol,
  service: string,
  { status, code, errorType, message }: ServiceRefusal,
  requestId: string,
): ServiceAnswer {
  if (protocol === "json") {
    const compatible: HeaderLine[] = service === "sqs" ? [["x-amzn-query-error", `${code};Sender`]] : [];
    return answer(
      status === 403 && service !== "sqs" ? 400 : status,
      [
        ["Content-Type", "application/x-amz-json-1.1"],
        ["x-amzn-RequestId", requestId],
        ["x-amzn-ErrorType", errorType],
        ...compatible,
      ],
      // Services differ in the case of the member; SDKs take both.
      JSON.stringify({ __type: errorType, message, Message: message }),
    );
  }
  const error = `<Code>${xml(code)}</Code><Message>${xml(message)}</Message>`;
  const body =
    protocol === "s3"
      ? `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${error}<RequestId>${requestId}</RequestId></Error>`
      : `<ErrorResponse><Error><Type>Sender</Type>${error}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
  return answer(status, [["Content-Type", protocol === "s3" ? "application/xml" : "text/xml"]], body);
}

export function answer(status: number, headers: readonly HeaderLine[], body: string): ServiceAnswer {
  return { status, headers, body: Buffer.from(body) };
}

// ---------------------------------------------------------------------------------------------------- internal

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function xml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? "");
}
