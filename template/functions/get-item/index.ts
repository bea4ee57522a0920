import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import {
  createApiHandler,
  createDynamoDbClient,
  createLog,
  jsonResponse,
  requireEnv,
} from "signed-api-kit/lambda";

const client = createDynamoDbClient();
const TableName = requireEnv("items_table");

/** `GET /items/{id}`: the item, or 404. */
export const handler = createApiHandler(createLog(), async ({ pathParameters }) => {
  const Key = marshall({ id: pathParameters?.["id"] });
  const { Item } = await client.send(new GetItemCommand({ TableName, Key }));
  return Item ? jsonResponse(200, unmarshall(Item)) : jsonResponse(404, { message: "There is no such item" });
});
