import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { createDynamoDbClient, createLog, errorFields, requireEnv } from "#kit/lambda";

const client = createDynamoDbClient();
const log = createLog();
const TableName = requireEnv("invoices_table");

/** How long an invoice is kept: ten years. */
const KEPT_SECONDS = 10 * 365 * 24 * 60 * 60;

/** Writes the invoice of each message. A message that fails comes again, and at last goes to the dead letters. */
export async function handler({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  const failed = await Promise.all(
    Records.map(async ({ messageId, body }) => {
      try {
        await client.send(new PutItemCommand({ TableName, Item: marshall(invoiceOf(body)) }));
        return [];
      } catch (error) {
        log("ERROR", "An invoice was not written", { messageId, ...errorFields(error) });
        return [{ itemIdentifier: messageId }];
      }
    }),
  );
  return { batchItemFailures: failed.flat() };
}

/** The same message gives the same invoice: queues deliver at least once. */
function invoiceOf(body: string): Record<string, unknown> {
  const { id, customer, placed } = JSON.parse(body);
  if (![id, customer, placed].every((each) => typeof each === "string")) {
    throw new Error("expected a message with id, customer and placed");
  }
  const expires = Math.floor(Date.parse(placed) / 1000) + KEPT_SECONDS;
  return { order: id, customer, day: placed.slice(0, 10), expires };
}
