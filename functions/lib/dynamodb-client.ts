import type { Readable } from "node:stream";
import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { readCredentials, requireEnv } from "./env";

/**
 * Builds the DynamoDB client of a Lambda, once per container: credentials and region from the environment that Lambda
 * sets, the endpoint from `AWS_ENDPOINT_URL_DYNAMODB` or `AWS_ENDPOINT_URL` where one is set.
 *
 * Three attempts of 2 seconds and the waits between them end before the function's timeout of 10 seconds does, so that
 * a failure is logged and answered rather than cut off.
 */
export function createDynamoDbClient(): DynamoDBClient {
  return new DynamoDBClient({
    credentials: readCredentials(),
    region: requireEnv("AWS_REGION"),
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
    ...LIGHTER,
  });
}

/** What does the same for this client as the SDK's own, in less time. */
const LIGHTER: DynamoDBClientConfig = {
  // Nobody adds middleware to a client between two commands.
  cacheMiddleware: true,
  // The SDK's collector asks first whether it has a stream of the web's, for which Node loads those.
  streamCollector: collect,
  // The SDK's silent logger is handed a copy of every answer; one that takes no `info` is not.
  logger: { debug: ignore, warn: ignore, error: ignore } as DynamoDBClientConfig["logger"],
};

async function collect(stream: Readable): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function ignore(): void {}
