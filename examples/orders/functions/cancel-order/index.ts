import { ConditionalCheckFailedException, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { createApiHandler, createDynamoDbClient, createLog, jsonResponse, requireEnv } from "#kit/lambda";

const client = createDynamoDbClient();
const TableName = requireEnv("orders_table");

/** `POST /orders/{id}/cancel`: cancels an order that is placed. Of two callers at once, one is refused. */
export const handler = createApiHandler(createLog(), async ({ pathParameters }) => {
  const id = pathParameters?.["id"] ?? "";
  try {
    await client.send(
      new UpdateItemCommand({
        TableName,
        Key: { id: { S: id } },
        UpdateExpression: "SET #status = :cancelled",
        ConditionExpression: "#status = :placed",
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: { ":placed": { S: "placed" }, ":cancelled": { S: "cancelled" } },
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const status = error.Item?.["status"]?.S;
    if (status === undefined) return jsonResponse(404, { message: "There is no such order" });
    return jsonResponse(409, { message: `status: expected an order that is placed, got '${status}'` });
  }
  return jsonResponse(200, { id, status: "cancelled" });
});
