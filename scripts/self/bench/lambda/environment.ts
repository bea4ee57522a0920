import { join } from "node:path";
import { PROJECT_ROOT } from "#modules/project";

/** The certificate that the backends show, and that a client has to trust. */
export const CERTIFICATE = join(PROJECT_ROOT, "test/fixtures/tls/loopback-certificate.pem");

export const TABLE = "products";

/** About what DynamoDB takes for a page, and what the slow table takes longer than the other. */
export const SLOW_TABLE_MILLISECONDS = 3;

/** What a handler calls. */
interface BackendUrls {
  readonly table: string;
  readonly productsApi: string;
}

/** All that a handler finds in its environment. A session token is as long as those of Lambda. */
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

/** `GET` without parameters, as API Gateway hands it over. */
export const EVENT = JSON.stringify({
  httpMethod: "GET",
  path: "/",
  headers: {},
  queryStringParameters: null,
  multiValueQueryStringParameters: null,
  requestContext: { requestId: "bench" },
});
