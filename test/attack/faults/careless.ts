import { setTimeout as delay } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createHandler as createDeleteHandler } from "#functions/delete-product/handler";
import { createHandler as createGetHandler } from "#functions/get-product/handler";
import { createHandler as createListHandler } from "#functions/get-products/handler";
import { createDynamoDbProductStore } from "#functions/lib/dynamodb-product-store";
import type { Log } from "#functions/lib/log";
import { createHandler as createPutHandler } from "#functions/put-product/handler";
import { apiEvent, context } from "../../support/api-event";
import type { BundledFunctions } from "../../support/bundled-functions";

/** The same handlers with a client that takes the first fault for the last word, and who ask get to read all about it. */
export function impatientFunctions(endpoint: string, tableName: string): Functions {
  const client = clientOf(endpoint, 1);
  return {
    async invoke(name, event) {
      let stack = "";
      const log: Log = (_level, _message, fields) => {
        stack ||= String(fields?.["stack"] ?? "");
      };
      const answered = handlersOf(client, tableName, log)[name](apiEvent(event), context);
      const { statusCode, body } = (await Promise.race([answered, delay(1_000)])) ?? TIMED_OUT;
      return { status: statusCode, body: statusCode === 500 ? stack : body };
    },
  };
}

/** The same with a client for each invocation, which knows nothing of those before it. */
export function insistentFunctions(endpoint: string, tableName: string): Functions {
  return {
    async invoke(name, event) {
      const handlers = handlersOf(clientOf(endpoint, 3), tableName, () => undefined);
      const { statusCode, body } = await handlers[name](apiEvent(event), context);
      return { status: statusCode, body };
    },
  };
}

// ---------------------------------------------------------------------------------------------------- internal

type Functions = Pick<BundledFunctions, "invoke">;

const TIMED_OUT = { statusCode: 502, body: "Task timed out" };

function clientOf(endpoint: string, maxAttempts: number): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts,
    requestHandler: { requestTimeout: 100, throwOnRequestTimeout: true },
  });
}

function handlersOf(client: DynamoDBClient, tableName: string, log: Log) {
  const dependencies = {
    store: createDynamoDbProductStore(client, tableName),
    tableName,
    defaultLimit: 10,
    log,
  };
  return {
    "get-products": createListHandler(dependencies),
    "get-product": createGetHandler(dependencies),
    "put-product": createPutHandler(dependencies),
    "delete-product": createDeleteHandler(dependencies),
  };
}
