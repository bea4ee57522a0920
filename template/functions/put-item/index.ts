import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import {
  createApiHandler,
  createDynamoDbClient,
  createLog,
  describe,
  InvalidRequest,
  jsonResponse,
  readJsonBody,
  requireEnv,
} from "signed-api-kit/lambda";

const client = createDynamoDbClient();
const TableName = requireEnv("items_table");

/** `PUT /items/{id}`: writes the item of the body, `{ "text": "…" }`, and answers it. */
export const handler = createApiHandler(createLog(), async (event) => {
  const item = { id: event.pathParameters?.["id"], text: readText(readJsonBody(event)) };
  await client.send(new PutItemCommand({ TableName, Item: marshall(item) }));
  return jsonResponse(200, item);
});

/** @throws InvalidRequest, which is answered as a 400 with its message */
function readText(body: unknown): string {
  const text = typeof body === "object" && body !== null && "text" in body ? body.text : undefined;
  if (typeof text === "string") return text;
  throw new InvalidRequest(`text: expected a string, got ${describe(text)}`);
}
