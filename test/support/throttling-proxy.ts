import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** What happens to one BatchWriteItem: how many of its items are left unprocessed, or the whole call is throttled. */
export type Fate = number | "throttle";

export interface ThrottlingProxy {
  readonly endpoint: string;
  /** A real SDK client of it, which does not retry. */
  readonly client: DynamoDBClient;
  /** How many items each BatchWriteItem held, in the order of arrival. */
  readonly batches: readonly number[];
  /** The most requests that were under way at once. */
  mostAtOnce(): number;
  close(): Promise<void>;
}

/**
 * Starts a server between client and DynamoDB that does what dynalite never does: it leaves items of BatchWriteItem
 * unprocessed, in the words of DynamoDB. All else passes.
 *
 * @param target - DynamoDB's endpoint
 * @param fateOf - decides by the call's place in the order of arrival, from 0, and the number of its items
 * @param together - so many calls have to be under way before the first is answered
 */
export async function startThrottlingProxy(
  target: string,
  fateOf: (call: number, items: number) => Fate,
  together = 1,
): Promise<ThrottlingProxy> {
  const batches: number[] = [];
  let underWay = 0;
  let most = 0;
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });

  const server = createServer(async (request, response) => {
    underWay += 1;
    most = Math.max(most, underWay);
    if (underWay === together) open();
    await gate;
    await answer(request, response);
    underWay -= 1;
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse(Buffer.concat(await request.toArray()).toString()) as BatchWriteBody;
    const [tableName = "", items = []] = Object.entries(body.RequestItems)[0] ?? [];
    const fate = fateOf(batches.length, items.length);
    batches.push(items.length);
    if (fate === "throttle") {
      return send(response, 400, { __type: THROTTLED, message: "The level of provisioned throughput …" });
    }
    const taken = items.slice(0, items.length - fate);
    if (taken.length > 0) {
      const passed = await fetch(target, {
        method: "POST",
        headers: passedHeaders(request),
        body: JSON.stringify({ RequestItems: { [tableName]: taken } }),
      });
      if (!passed.ok) return send(response, passed.status, await passed.json());
    }
    const left = items.slice(taken.length);
    send(response, 200, { UnprocessedItems: left.length > 0 ? { [tableName]: left } : {} });
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new DynamoDBClient({ endpoint, region: "us-east-1", credentials, maxAttempts: 1 });
  return {
    endpoint,
    client,
    batches,
    mostAtOnce: () => most,
    async close() {
      client.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

interface BatchWriteBody {
  readonly RequestItems: Readonly<Record<string, readonly unknown[]>>;
}

const THROTTLED = "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException";

function passedHeaders({ headers }: IncomingMessage): Record<string, string> {
  const names = ["authorization", "content-type", "x-amz-date", "x-amz-target"];
  return Object.fromEntries(names.map((name) => [name, String(headers[name])]));
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(body));
}
