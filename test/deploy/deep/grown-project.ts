/**
 * What a team's second week adds to a generated project: a table with a sort key and an index, a function with `axios`, a
 * schedule, and a queue with its worker.
 */

/** Files that are new, by their path in the project. */
export const NEW_FILES: Readonly<Record<string, string>> = {
  "functions/place-order/index.ts": `import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import axios, { isAxiosError } from "axios";
import { createApiHandler, createDynamoDbClient, createLog, jsonResponse, requireEnv } from "signed-api-kit/lambda";

const client = createDynamoDbClient();
const TableName = requireEnv("orders_table");

/** \`PUT /orders/{customer}\`: places an order, at today's rate if it is known. */
export const handler = createApiHandler(createLog(), async ({ pathParameters }) => {
  const order = { customer: pathParameters?.["customer"], placed: Date.now(), status: "open", rate: await readRate() };
  await client.send(new PutItemCommand({ TableName, Item: marshall(order) }));
  return jsonResponse(200, order);
});

async function readRate(): Promise<string> {
  try {
    const { data } = await axios.get(requireEnv("rates_url"), { timeout: 1_000 });
    return String(data.rate);
  } catch (error) {
    return isAxiosError(error) ? \`unknown: \${error.code}\` : "unknown";
  }
}
`,
  "functions/close-day/index.ts": `import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { createDynamoDbClient, requireEnv } from "signed-api-kit/lambda";

const table = createDynamoDbClient();
const queue = new SQSClient({});
const TableName = requireEnv("orders_table");
const QueueUrl = requireEnv("invoices_queue");

/** Each night: an invoice for each open order. */
export const handler = async (): Promise<void> => {
  const { Items = [] } = await table.send(
    new QueryCommand({
      TableName,
      IndexName: "by-status",
      KeyConditionExpression: "#status = :open",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":open": { S: "open" } },
    }),
  );
  for (const item of Items) {
    await queue.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(unmarshall(item)) }));
  }
};
`,
  "functions/write-invoice/index.ts": `import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { createDynamoDbClient, requireEnv } from "signed-api-kit/lambda";
import { writeInvoices } from "./invoices";

const client = createDynamoDbClient();
const TableName = requireEnv("items_table");

export const handler = writeInvoices(async (invoice) => {
  await client.send(new PutItemCommand({ TableName, Item: marshall(invoice) }));
});
`,
  "functions/write-invoice/invoices.ts": `import type { SQSBatchResponse, SQSEvent } from "aws-lambda";

type Put = (invoice: { id: string; text: string }) => Promise<void>;

/** Writes an invoice for each message; those that failed come again. */
export function writeInvoices(put: Put): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return async ({ Records }) => {
    const batchItemFailures: { itemIdentifier: string }[] = [];
    for (const { messageId, body } of Records) {
      try {
        const { customer } = JSON.parse(body);
        await put({ id: \`invoice-\${customer}\`, text: "Please pay" });
      } catch {
        batchItemFailures.push({ itemIdentifier: messageId });
      }
    }
    return { batchItemFailures };
  };
}
`,
  "test/orders.test.ts": `import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { loadProject, queueEvent, startApi, type TestApi } from "signed-api-kit/testing";
import { writeInvoices } from "../functions/write-invoice/invoices";

let api: TestApi;
before(async () => {
  api = await startApi(await loadProject("dev"));
});
after(() => api.close());

test("an order is placed, by a function that calls with axios", async () => {
  const placed = await api.call("PUT", "/orders/anna", { as: "writer" });
  assert.equal(placed.status, 200);
  const [order] = await api.items("orders");
  assert.deepEqual([order?.["customer"], order?.["rate"]], ["anna", "unknown: ECONNREFUSED"]);
});

test("a reader places none", async () => {
  assert.equal((await api.call("PUT", "/orders/eve", { as: "reader" })).status, 403);
  assert.ok(!(await api.items("orders")).some(({ customer }) => customer === "eve"));
});

test("invoices are written, and the message that fails comes again alone", async () => {
  const written: string[] = [];
  const answer = await writeInvoices(async ({ id }) => void written.push(id))(queueEvent([{ customer: "anna" }, "?"]));
  assert.deepEqual([written, answer], [["invoice-anna"], { batchItemFailures: [{ itemIdentifier: "message-2" }] }]);
});
`,
};

/** What is changed in files that were generated: each text, and what takes its place. */
export const EDITS: Readonly<Record<string, readonly (readonly [from: string, to: string])[]>> = {
  "main.ts": [
    ["  InvokeRole,\n", "  InvokeRole,\n  Queue,\n"],
    ["  runApp,\n", "  runApp,\n  Schedule,\n"],
    [
      "    const api = new RestApi",
      `    const orders = new Table(this, "orders", {
      name: "orders",
      key: "customer",
      sortKey: { name: "placed", type: "N" },
      globalIndexes: [{ name: "by-status", key: "status" }],
      pointInTimeRecovery: stage.pointInTimeRecovery,
      deletionProtection: stage.deletionProtection,
    });
    // No server listens there.
    const placeOrder = this.lambda("place-order", "Places an order", { rates_url: "http://127.0.0.1:9/" });
    orders.bind(placeOrder, "orders_table", ["PutItem"]);
    const closeDay = this.lambda("close-day", "Sends each open order to the queue");
    orders.bind(closeDay, "orders_table", ["Query"]);
    const invoices = new Queue(this, "invoices", { name: "invoices" });
    invoices.bind(closeDay, "invoices_queue");
    const writeInvoice = this.lambda("write-invoice", "Writes invoices", {}, { timeoutInSeconds: 30 });
    table.bind(writeInvoice, "items_table", ["PutItem"]);
    invoices.consume(writeInvoice, { batchSize: 5 });
    new Schedule(this, "nightly", { expression: "cron(0 2 * * ? *)" }).consume(closeDay);

    const api = new RestApi`,
    ],
    [
      '        {\n          method: "PUT",',
      `        {
          method: "PUT",
          path: "/orders/{customer}",
          authorization: "AWS_IAM",
          integration: { lambda: placeOrder },
        },
        {
          method: "PUT",`,
    ],
  ],
  "test/permissions.test.ts": [
    [
      '      "get-item": [',
      `      "close-day": [
        "dynamodb:Query table/orders",
        "dynamodb:Query table/orders/index/by-status",
        ...ownLogs("close-day"),
        "sqs:SendMessage invoices",
      ].sort(),
      "get-item": [`,
    ],
    [
      '      "put-item": [',
      `      "place-order": ["dynamodb:PutItem table/orders", ...ownLogs("place-order")],
      "put-item": [`,
    ],
    [
      "      reader: [read],\n      writer: [read, `execute-api:Invoke ${stage}/PUT/items/*`],\n",
      `      reader: [read],
      "write-invoice": [
        "dynamodb:PutItem table/items",
        ...ownLogs("write-invoice"),
        "sqs:DeleteMessage invoices",
        "sqs:GetQueueAttributes invoices",
        "sqs:ReceiveMessage invoices",
      ].sort(),
      writer: [read, \`execute-api:Invoke \${stage}/PUT/items/*\`, \`execute-api:Invoke \${stage}/PUT/orders/*\`],
`,
    ],
  ],
};
