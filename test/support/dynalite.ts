import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";

/** A DynamoDB for one test file: in memory, on a free loopback port. */
export interface Dynalite {
  /** `http://127.0.0.1:PORT`, for `AWS_ENDPOINT_URL_DYNAMODB`. */
  readonly endpoint: string;
  /** A real SDK client of it, which does not retry: a failure shows at once. */
  readonly client: DynamoDBClient;
  /** Creates an on-demand table with the string partition key `code`, as the products table has, and returns its name. */
  createProductsTable(tableName?: string): Promise<string>;
  /** How many requests have come so far. */
  requests(): number;
  close(): Promise<void>;
}

/**
 * Starts dynalite in this process.
 *
 * @example
 * const dynamoDb = await startDynalite();
 * const tableName = await dynamoDb.createProductsTable();
 * afterAll(() => dynamoDb.close());
 */
export async function startDynalite(): Promise<Dynalite> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  // No connection is closed between two requests: the client would not send the second one again.
  server.keepAliveTimeout = 0;
  let requests = 0;
  server.on("request", () => {
    requests += 1;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new DynamoDBClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });

  return {
    endpoint,
    client,
    async createProductsTable(tableName = "products") {
      await client.send(
        new CreateTableCommand({
          TableName: tableName,
          BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: [{ AttributeName: "code", AttributeType: "S" }],
          KeySchema: [{ AttributeName: "code", KeyType: "HASH" }],
        }),
      );
      return tableName;
    },
    requests: () => requests,
    async close() {
      client.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
      });
    },
  };
}
