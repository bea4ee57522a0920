import type { ServerResponse } from "node:http";

/** What the table answered. */
export interface TableAnswer {
  readonly status: number;
  readonly body: Buffer;
}

/** What may happen to a request on its way to the table, or to the answer on its way back. */
export interface Fault {
  readonly name: string;
  /** Whether the table does what it was asked for, though the function does not hear of it. */
  readonly isDone: boolean;
  /** Whether the function may hope that it goes better the next time. */
  readonly isPassing: boolean;
  /** @param answer - the table's, where it was asked */
  happen(response: ServerResponse, answer: TableAnswer): void;
}

const JSON_TYPE = { "content-type": "application/x-amz-json-1.0" };

const before = { isDone: false, isPassing: true };
const after = { isDone: true, isPassing: true };

export const FAULTS: readonly Fault[] = [
  refusal("ProvisionedThroughputExceededException", 400, before),
  refusal("ThrottlingException", 400, before),
  refusal("RequestLimitExceeded", 400, before),
  refusal("InternalServerError", 500, before),
  refusal("InvalidSignatureException", 400, { ...before, isPassing: false }),
  {
    ...before,
    name: "503 of no service",
    happen: (response) => response.writeHead(503).end("<html>Busy</html>"),
  },
  { ...before, name: "a reset before", happen: reset },
  { ...before, name: "silence before", happen: () => undefined },
  { ...after, name: "a reset after", happen: reset },
  { ...after, name: "silence after", happen: () => undefined },
  { ...after, name: "half an answer", happen: (response, answer) => sendHalf(response, answer, reset) },
  { ...after, name: "half an answer and silence", happen: sendHalf },
  {
    ...after,
    name: "an answer that is none",
    isPassing: false,
    happen: (response) => response.writeHead(200, JSON_TYPE).end("<html>Welcome to the hotel</html>"),
  },
];

// ---------------------------------------------------------------------------------------------------- internal

/** AWS's message about a signature has the canonical request in it, and with it the session token; here they all do. */
function refusal(type: string, status: number, kind: Omit<Fault, "name" | "happen">): Fault {
  return {
    ...kind,
    name: type,
    happen(response) {
      const token = response.req.headers["x-amz-security-token"];
      const message = `The Canonical String for this request should have been … x-amz-security-token:${token}`;
      const body = JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message });
      response.writeHead(status, JSON_TYPE).end(body);
    },
  };
}

function reset(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

function sendHalf(
  response: ServerResponse,
  { status, body }: TableAnswer,
  then?: (response: ServerResponse) => void,
): void {
  // What was promised is longer in any case: the answer to a PUT may be two bytes.
  response.writeHead(status, { ...JSON_TYPE, "content-length": body.length + 100 });
  response.write(body, () => then?.(response));
}
