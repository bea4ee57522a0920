import { ConditionalCheckFailedException, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import {
  createApiHandler,
  createDynamoDbClient,
  createLog,
  jsonResponse,
  readJsonBody,
  requireEnv,
} from "#kit/lambda";
import { newTrackingToken } from "../lib/tracking-token";

const client = createDynamoDbClient();
const TableName = requireEnv("orders_table");

/** How long an order is kept: two years. */
const KEPT_SECONDS = 2 * 365 * 24 * 60 * 60;

interface Order {
  readonly id: string;
  readonly customer: string;
  readonly lines: readonly { readonly article: string; readonly quantity: number }[];
}

/** `POST /orders`: places the order of the body, whose schema the gateway has checked, once for each id. */
export const handler = createApiHandler(createLog(), async (event) => {
  const { id, customer, lines } = readJsonBody(event) as Order;
  const now = new Date();
  const { token, digest } = newTrackingToken(id);
  const order = { id, customer, lines, placed: now.toISOString(), status: "placed" };
  const expires = Math.floor(now.getTime() / 1000) + KEPT_SECONDS;
  try {
    await client.send(
      new PutItemCommand({
        TableName,
        Item: marshall({ ...order, tracking: digest, expires }),
        ConditionExpression: "attribute_not_exists(id)",
      }),
    );
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return jsonResponse(409, { message: `id: there is an order '${id}' already` });
  }
  return jsonResponse(201, { ...order, trackingToken: token });
});
