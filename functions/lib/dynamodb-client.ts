import type { Readable } from "node:stream";
import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { readCredentials, readFlag, requireEnv } from "./env";

/**
 * Builds the DynamoDB client of a Lambda, once per container: credentials and region from the environment that Lambda
 * sets, the endpoint from `AWS_ENDPOINT_URL_DYNAMODB` or `AWS_ENDPOINT_URL` where one is set, that of FIPS 140 or of
 * IPv6 where `AWS_USE_FIPS_ENDPOINT` or `AWS_USE_DUALSTACK_ENDPOINT` is `true`.
 *
 * Three attempts of up to 3 seconds and the waits between them end before the function's timeout of 10 seconds does, so
 * that a failure is logged and answered rather than cut off.
 *
 * @throws Error where the environment lacks what it needs
 */
export function createDynamoDbClient(): DynamoDBClient {
  return new DynamoDBClient({
    credentials: readCredentials(),
    region: requireEnv("AWS_REGION"),
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
    ...readSettings(process.env),
    ...LIGHTER,
  });
}

/**
 * What the SDK would look for at the first request, one by one, in the environment and then in files under the home
 * folder, of which a Lambda has none: 5 ms of a cold start.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
 */
function readSettings(env: NodeJS.ProcessEnv): DynamoDBClientConfig & { ignoreConfiguredEndpointUrls: true } {
  return {
    endpoint: env["AWS_ENDPOINT_URL_DYNAMODB"] || env["AWS_ENDPOINT_URL"] || undefined,
    ignoreConfiguredEndpointUrls: true,
    useFipsEndpoint: readFlag("AWS_USE_FIPS_ENDPOINT", env),
    useDualstackEndpoint: readFlag("AWS_USE_DUALSTACK_ENDPOINT", env),
    retryMode: "standard",
    userAgentAppId: async () => env["AWS_SDK_UA_APP_ID"],
    // The credentials of a Lambda name no account, and DynamoDB takes no other signature than SigV4.
    accountIdEndpointMode: "disabled",
    authSchemePreference: [],
  };
}

/** What does the same for this client as the SDK's own, in less time. */
const LIGHTER: DynamoDBClientConfig = {
  // Middleware is not added to a client between two commands.
  cacheMiddleware: true,
  // The SDK's collector asks first whether it has a stream of the web's, for which Node loads those.
  streamCollector: collect,
  // The SDK's silent logger is handed a copy of every answer; one that takes no `info` is not.
  logger: { debug: ignore, warn: ignore, error: ignore } as DynamoDBClientConfig["logger"],
};

/** How long an answer may take from its first line to its last byte, in milliseconds. */
const ANSWER_TIMEOUT = 1_000;

/**
 * Reads the body of an answer. The SDK's own limits end with its first line: one that stops in its middle would be waited
 * for until Lambda ends the function, unlogged, and the caller had a 502. By its name the error is one to try again after.
 */
async function collect(stream: Readable): Promise<Uint8Array> {
  const timer = setTimeout(() => {
    stream.destroy(
      Object.assign(new Error(`No whole answer within ${ANSWER_TIMEOUT} ms`), { name: "TimeoutError" }),
    );
  }, ANSWER_TIMEOUT);
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of stream) chunks.push(chunk);
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks);
}

function ignore(): void {}
