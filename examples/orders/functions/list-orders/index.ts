import { createApiHandler, createDynamoDbClient, createLog, jsonResponse, requireEnv } from "#kit/lambda";
import { readPage, requiredParameter } from "../lib/page";

const client = createDynamoDbClient();
const TableName = requireEnv("orders_table");

/** `GET /orders?customer=&limit=&nextToken=`: a page of a customer's orders, the newest first. */
export const handler = createApiHandler(createLog(), async (event) => {
  const { items, nextToken } = await readPage(client, event, {
    TableName,
    IndexName: "by-customer",
    KeyConditionExpression: "customer = :customer",
    ExpressionAttributeValues: { ":customer": { S: requiredParameter(event, "customer") } },
    ScanIndexForward: false,
  });
  const orders = items.map(({ id, customer, lines, placed, status }) => ({
    id,
    customer,
    lines,
    placed,
    status,
  }));
  return jsonResponse(200, { orders, nextToken });
});
