import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { createApiHandler, createDynamoDbClient, createLog, jsonResponse, requireEnv } from "#kit/lambda";

const client = createDynamoDbClient();
const TableName = requireEnv("orders_table");

/** `GET /track/{id}`: the state of an order. The authorizer has checked the token of this order. */
export const handler = createApiHandler(createLog(), async ({ pathParameters }) => {
  const id = pathParameters?.["id"] ?? "";
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: { id: { S: id } } }));
  if (!Item) return jsonResponse(404, { message: "There is no such order" });
  return jsonResponse(200, { id, status: Item["status"]?.S, placed: Item["placed"]?.S });
});
