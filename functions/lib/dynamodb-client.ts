import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
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
  });
}
