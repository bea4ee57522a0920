import { join } from "node:path";
import { PROJECT_ROOT } from "#self/repository";

/** The certificate of the backends, which clients must trust. */
export const CERTIFICATE = join(PROJECT_ROOT, "test/fixtures/tls/loopback-certificate.pem");

export const TABLE = "products";

/** About the time of DynamoDB for a page: the slow table takes this much longer than the other. */
export const SLOW_TABLE_MILLISECONDS = 3;

/** The backend of a handler. */
interface BackendUrls {
  readonly table: string;
  readonly productsApi: string;
}

/** The environment of a handler. The session token is as long as those of Lambda. */
export function lambdaEnvironment({ table, productsApi }: BackendUrls): Record<string, string> {
  return {
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "ASIAEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_SESSION_TOKEN: "token".repeat(200),
    AWS_ENDPOINT_URL_DYNAMODB: table,
    products_api: `${productsApi}/dev/products`,
    products_table: TABLE,
    default_results: "10",
    ...(table.startsWith("https:") && { NODE_EXTRA_CA_CERTS: CERTIFICATE }),
  };
}

/** The event of a `GET` without parameters, as API Gateway sends it. */
export const EVENT = JSON.stringify({
  httpMethod: "GET",
  path: "/",
  headers: {},
  queryStringParameters: null,
  multiValueQueryStringParameters: null,
  requestContext: { requestId: "bench" },
});
