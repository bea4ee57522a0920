import { createApiHandler, createDynamoDbClient, createLog, jsonResponse, requireEnv } from "#kit/lambda";
import { readPage, requiredParameter } from "../lib/page";

const client = createDynamoDbClient();
const TableName = requireEnv("invoices_table");

/** `GET /invoices?day=&limit=&nextToken=`: a page of the invoices of a day, `2026-01-31`. */
export const handler = createApiHandler(createLog(), async (event) => {
  const { items, nextToken } = await readPage(client, event, {
    TableName,
    IndexName: "by-day",
    KeyConditionExpression: "#day = :day",
    ExpressionAttributeNames: { "#day": "day" },
    ExpressionAttributeValues: { ":day": { S: requiredParameter(event, "day") } },
  });
  const invoices = items.map(({ order, day, customer }) => ({ order, day, customer }));
  return jsonResponse(200, { invoices, nextToken });
});
