import { createDynamoDbClient, createLog, requireEnv } from "#kit/lambda";
import { createDynamoDbProductStore } from "../lib/dynamodb-product-store";
import { createHandler } from "./handler";

const store = createDynamoDbProductStore(createDynamoDbClient(), requireEnv("products_table"));

export const handler = createHandler({ store, log: createLog() });
