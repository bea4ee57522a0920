import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createDynamoDbProductStore } from "#functions/lib/dynamodb-product-store";
import { compileRoutes } from "#gateway/gates/match";
import { isRefusal } from "#gateway/refusal";
import { loadModel } from "#load/load-model";
import type { BackendsProgram } from "./lambda/backends-program";
import { TABLE } from "./lambda/environment";
import { withCopiedRoutes } from "./many-routes";
import { startProgram } from "./program";
import { type Spread, spreadOf } from "./statistics";

export interface GrowthOptions {
  /** Path of the synthesized `cdk.tf.json`. */
  readonly terraform: string;
  readonly stage: string;
  /** The numbers of products in the tables, from few to many. */
  readonly tableSizes: readonly number[];
  /** Called with the name of each measurement. */
  readonly onProgress: (what: string) => void;
}

/** A table that was seeded, and pages of it. */
export interface TableResult {
  readonly products: number;
  readonly seedSeconds: number;
  /** Of seeding. */
  readonly microsecondsPerProduct: number;
  /** The first page of 10 products, and one in the middle of the table, in milliseconds. */
  readonly firstPage: Spread;
  readonly middlePage: Spread;
  readonly requestsPerPage: number;
}

/** A stack with this number of routes. */
export interface RoutesResult {
  readonly routes: number;
  /** From Terraform JSON to the gateway's model, in milliseconds. */
  readonly load: Spread;
  /** The time to find the route of a request, in microseconds. */
  readonly match: Spread;
}

export interface GrowthResult {
  readonly tables: readonly TableResult[];
  readonly stacks: readonly RoutesResult[];
}

/** Measures what grows with a table or a stack, and what must not grow. */
export async function measureGrowth(options: GrowthOptions): Promise<GrowthResult> {
  const { terraform, stage, tableSizes, onProgress } = options;
  const stacks = [0, 400].map((copies) => {
    onProgress(`a stack with ${copies} more routes`);
    return measureRoutes(terraform, stage, copies);
  });
  const tables: TableResult[] = [];
  for (const size of tableSizes) {
    onProgress(`a table of ${size} products`);
    tables.push(await measureTable(size));
  }
  return { tables, stacks };
}

// ---------------------------------------------------------------------------------------------------- internal

const PAGE_SIZE = 10;
const PAGES = 200;

async function measureTable(products: number): Promise<TableResult> {
  const backends = startProgram<BackendsProgram>(require.resolve("./lambda/backends-program.ts"));
  try {
    const { table, seedMilliseconds } = await backends.ask("start", { products, pageSize: PAGE_SIZE });
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    const client = new DynamoDBClient({ endpoint: table.clear, region: "us-east-1", credentials });
    const store = createDynamoDbProductStore(client, TABLE);
    const middle = `gen-${String(Math.ceil(products / 2)).padStart(6, "0")}`;
    const pages = (after?: string): Promise<Spread> => timesOf(PAGES, () => store.list(PAGE_SIZE, after));
    await pages();
    const { table: before } = await backends.ask("requests");
    const firstPage = await pages();
    const middlePage = await pages(middle);
    const { table: after } = await backends.ask("requests");
    client.destroy();
    return {
      products,
      seedSeconds: seedMilliseconds / 1000,
      microsecondsPerProduct: (seedMilliseconds * 1000) / products,
      firstPage,
      middlePage,
      requestsPerPage: (after - before) / (2 * PAGES),
    };
  } finally {
    await backends.end();
  }
}

function measureRoutes(path: string, stage: string, copies: number): RoutesResult {
  const original = JSON.parse(readFileSync(path, "utf8"));
  const terraform = copies > 0 ? withCopiedRoutes(original, "api_auth_iam-sigv4_", copies) : original;
  const identity = { accountId: "123456789012", seed: "benchmark" };
  const load = () => loadModel({ terraform, directory: dirname(path), identity });
  const { api } = load();
  const match = compileRoutes(api);
  const requests = api.routes.map(({ resourcePath, httpMethod }) => ({
    method: httpMethod === "ANY" ? "GET" : httpMethod,
    target: `/${stage}${resourcePath.replaceAll(/\{\w+\+?\}/g, "value")}`,
    headers: [],
  }));
  const lost = requests.find((request) => isRefusal(match(request)));
  if (lost) throw new Error(`${lost.method} ${lost.target} leads to no route of the stack`);
  const rounds = Array.from({ length: 200 }, () => {
    const begin = performance.now();
    for (const request of requests) match(request);
    return ((performance.now() - begin) * 1000) / requests.length;
  });
  return {
    routes: requests.length,
    load: spreadOf(Array.from({ length: 10 }, () => timeOf(load))),
    match: spreadOf(rounds),
  };
}

function timeOf(work: () => unknown): number {
  const begin = performance.now();
  work();
  return performance.now() - begin;
}

async function timesOf(count: number, work: () => Promise<unknown>): Promise<Spread> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const begin = performance.now();
    await work();
    times.push(performance.now() - begin);
  }
  return spreadOf(times);
}
