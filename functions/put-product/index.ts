import { createDynamoDbClient } from "../lib/dynamodb-client";
import { createDynamoDbProductStore } from "../lib/dynamodb-product-store";
import { requireEnv } from "../lib/env";
import { createLog } from "../lib/log";
import { createHandler } from "./handler";

const store = createDynamoDbProductStore(createDynamoDbClient(), requireEnv("products_table"));

export const handler = createHandler({ store, log: createLog() });
