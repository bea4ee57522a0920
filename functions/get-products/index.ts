import { createDynamoDbClient, createLog, requireEnv } from "#kit/lambda";
import { createDynamoDbProductStore } from "../lib/dynamodb-product-store";
import { createHandler } from "./handler";
import { parseLimit } from "./query";

const tableName = requireEnv("products_table");
const store = createDynamoDbProductStore(createDynamoDbClient(), tableName);
const defaultLimit = parseLimit(
  "The environment variable default_results",
  process.env["default_results"] ?? "10",
);

export const handler = createHandler({ store, tableName, defaultLimit, log: createLog() });
