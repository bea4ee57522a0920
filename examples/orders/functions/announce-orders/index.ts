import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { createLog, errorFields, requireEnv } from "#kit/lambda";
import { callAws } from "../lib/aws-json";

const log = createLog();
const QueueUrl = requireEnv("orders_queue");

/** Puts each order that is new in the table into the queue. From the first that fails on, the stream comes again. */
export async function handler({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  for (const { eventName, dynamodb } of Records) {
    if (eventName !== "INSERT") continue;
    const { id, customer, placed } = dynamodb?.NewImage ?? {};
    const order = { id: id?.S, customer: customer?.S, placed: placed?.S };
    try {
      await callAws("sqs", "AmazonSQS.SendMessage", { QueueUrl, MessageBody: JSON.stringify(order) });
    } catch (error) {
      log("ERROR", "An order was not announced", { order: order.id, ...errorFields(error) });
      return { batchItemFailures: [{ itemIdentifier: dynamodb?.SequenceNumber ?? "" }] };
    }
  }
  return { batchItemFailures: [] };
}
