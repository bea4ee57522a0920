import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Fault, TableAnswer } from "./faults";

/** A way to DynamoDB on which things happen. */
export interface FaultyTable {
  readonly endpoint: string;
  /** What is to happen to the next requests for an item, one after the other; those behind them pass. */
  plan(code: string, faults: readonly Fault[]): void;
  /** How many requests for an item have come since. */
  requests(code: string): number;
  close(): Promise<void>;
}

/** @param target - DynamoDB's endpoint */
export async function startFaultyTable(target: string): Promise<FaultyTable> {
  const plans = new Map<string, readonly Fault[]>();
  const counts = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const code = codeOf(JSON.parse(body.toString()));
    const count = counts.get(code) ?? 0;
    counts.set(code, count + 1);
    const fault = plans.get(code)?.[count];
    const answer = fault?.isDone === false ? NO_ANSWER : await ask(target, request.headers, body);
    if (fault) fault.happen(response, answer);
    else response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.0" }).end(answer.body);
  });
  // Nothing happens here that is not planned: no connection is closed between two requests.
  server.keepAliveTimeout = 0;
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    plan(code, faults) {
      plans.set(code, faults);
      counts.delete(code);
    },
    requests: (code) => counts.get(code) ?? 0,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

// ---------------------------------------------------------------------------------------------------- internal

const NO_ANSWER: TableAnswer = { status: 0, body: Buffer.alloc(0) };

type Item = { readonly code?: { readonly S?: string } } | undefined;

/** The item that is read or written, or behind which a listing begins. */
function codeOf(input: {
  readonly Item?: Item;
  readonly Key?: Item;
  readonly ExclusiveStartKey?: Item;
}): string {
  return (input.Item ?? input.Key ?? input.ExclusiveStartKey)?.code?.S ?? "";
}

async function ask(
  target: string,
  headers: NodeJS.Dict<string | string[]>,
  body: Buffer,
): Promise<TableAnswer> {
  const passed = ["authorization", "content-type", "x-amz-date", "x-amz-security-token", "x-amz-target"];
  const answer = await fetch(target, {
    method: "POST",
    headers: Object.fromEntries(passed.map((name) => [name, String(headers[name])])),
    body,
  });
  return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) };
}
