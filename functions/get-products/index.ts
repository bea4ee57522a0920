import { createDynamoDbClient } from "../lib/dynamodb-client";
import { createDynamoDbProductStore } from "../lib/dynamodb-product-store";
import { requireEnv } from "../lib/env";
import { createLog } from "../lib/log";
import { createHandler } from "./handler";
import { parseLimit } from "./query";

const tableName = requireEnv("products_table");
const store = createDynamoDbProductStore(createDynamoDbClient(), tableName);
const defaultLimit = parseLimit(
  "The environment variable default_results",
  process.env["default_results"] ?? "10",
);

export const handler = createHandler({ store, tableName, defaultLimit, log: createLog() });
