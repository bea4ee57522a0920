import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { generateProducts } from "#seeds/products";
import { PROJECT_ROOT } from "#self/repository";
import { seedTable } from "#stage/seed-table";
import { answerQuestions } from "../program";
import { CERTIFICATE, SLOW_TABLE_MILLISECONDS, TABLE } from "./environment";

interface BackendSettings {
  /** The number of products in the table, and on a page of `GET /products`. */
  readonly products: number;
  readonly pageSize: number;
}

/** Base URLs: in clear, and over TLS with the certificate at {@link CERTIFICATE}. */
export interface Endpoints {
  readonly clear: string;
  readonly tls: string;
}

export interface Backends {
  readonly table: Endpoints;
  /** The same table, {@link SLOW_TABLE_MILLISECONDS} later. */
  readonly slowTable: Endpoints;
  readonly productsApi: Endpoints;
  /** The time to seed the table. */
  readonly seedMilliseconds: number;
}

const KEY = join(PROJECT_ROOT, "test/fixtures/tls/loopback-key.pem");

const requests = { table: 0, productsApi: 0 };

const questions = {
  start: async ({ products, pageSize }: BackendSettings): Promise<Backends> => {
    const page = JSON.stringify({ products: [...generateProducts(pageSize)] });
    const [answerTable] = dynalite({ createTableMs: 0 }).listeners("request") as RequestListener[];
    const table: RequestListener = (incoming, outgoing) => {
      requests.table += 1;
      answerTable?.(incoming, outgoing);
    };
    const productsApi: RequestListener = (_incoming, outgoing) => {
      requests.productsApi += 1;
      outgoing.writeHead(200, { "Content-Type": "application/json" }).end(page);
    };
    const endpoints = {
      table: await listen(table),
      slowTable: await listen((incoming, outgoing) => {
        setTimeout(() => table(incoming, outgoing), SLOW_TABLE_MILLISECONDS);
      }),
      productsApi: await listen(productsApi),
    };
    const begin = performance.now();
    await seed(endpoints.table.clear, products);
    return { ...endpoints, seedMilliseconds: performance.now() - begin };
  },
  /** The number of requests that each backend has received so far. */
  requests: () => requests,
};

/** The backends of the handlers: a table in memory, and `GET /products`. */
export type BackendsProgram = typeof questions;

async function listen(listener: RequestListener): Promise<Endpoints> {
  const secure = createSecureServer({ key: readFileSync(KEY), cert: readFileSync(CERTIFICATE) }, listener);
  return {
    clear: `http://127.0.0.1:${await portOf(createServer(listener))}`,
    tls: `https://127.0.0.1:${await portOf(secure)}`,
  };
}

async function portOf(server: Server): Promise<number> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  return (server.address() as AddressInfo).port;
}

async function seed(endpoint: string, count: number): Promise<void> {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new DynamoDBClient({ endpoint, region: "us-east-1", credentials });
  await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "code", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "code", KeyType: "HASH" }],
    }),
  );
  await seedTable({ client, tableName: TABLE, key: "code", items: generateProducts(count) });
  client.destroy();
}

answerQuestions(questions);
