import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { createHandler } from "#functions/get-products/handler";
import { createDynamoDbProductStore } from "#functions/lib/dynamodb-product-store";
import { apiEvent, context } from "../../support/api-event";
import type { Dynalite } from "../../support/dynalite";

/** A page of products, as a client has it. */
export interface Page {
  readonly status: number;
  readonly codes: readonly string[];
  readonly nextToken?: string;
  /** Why there is none. */
  readonly message?: string;
}

/** `GET /products`, with whatever stands in the query. */
export type List = (limit: number, nextToken?: string) => Promise<Page>;

/** A table of products, and the ways to it. */
export interface Inventory {
  readonly tableName: string;
  /** The codes of the products that are not touched. */
  readonly kept: readonly string[];
  readonly list: List;
  put(code: string): Promise<void>;
  remove(code: string): Promise<void>;
  /** What DynamoDB was asked for since this was called last: how many requests, and how many items it read for them. */
  takeCost(): Cost;
}

export interface Cost {
  readonly requests: number;
  readonly items: number;
}

/** Makes a table of so many products. */
export async function stockUp(
  { client, createProductsTable }: Dynalite,
  tableName: string,
  count: number,
): Promise<Inventory> {
  await createProductsTable(tableName);
  const kept = Array.from({ length: count }, (_, number) => `kept-${number}`);
  for (let at = 0; at < count; at += BATCH) {
    const puts = kept.slice(at, at + BATCH).map((code) => ({ PutRequest: { Item: itemOf(code) } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: puts } }));
  }
  return {
    tableName,
    kept,
    list: listOf(client, tableName),
    async put(code) {
      await client.send(new PutItemCommand({ TableName: tableName, Item: itemOf(code) }));
    },
    async remove(code) {
      await client.send(new DeleteItemCommand({ TableName: tableName, Key: marshall({ code }) }));
    },
    takeCost: countCost(client),
  };
}

/** A listing with the holes that many have: a token is where the page begins, counted from the first product. */
export function listByOffset({ client }: Dynalite, tableName: string): List {
  return async (limit, nextToken = "0") => {
    const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName }));
    const from = Number.parseInt(nextToken, 10) || 0;
    const codes = Items.slice(from, from + limit).map(({ code }) => String(code?.S));
    return { status: 200, codes, nextToken: from + limit < Items.length ? String(from + limit) : undefined };
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** As many as BatchWriteItem takes. */
const BATCH = 25;

function itemOf(code: string) {
  return marshall({ code, name: `Product ${code}`, itemPrice: "15.99", inStockQty: 3, category: ["home"] });
}

function listOf(client: DynamoDBClient, tableName: string): List {
  const store = createDynamoDbProductStore(client, tableName);
  const handler = createHandler({ store, tableName, defaultLimit: 10, log: () => undefined });
  return async (limit, nextToken) => {
    const query = Object.entries({ limit: String(limit), ...(nextToken !== undefined && { nextToken }) });
    const { statusCode, body } = await handler(apiEvent({ query }), context);
    const { products = [], ...rest } = JSON.parse(body);
    return { status: statusCode, codes: products.map(({ code }: { code: string }) => code), ...rest };
  };
}

function countCost(client: DynamoDBClient): Inventory["takeCost"] {
  let cost = { requests: 0, items: 0 };
  client.middlewareStack.add(
    (next) => async (request) => {
      const result = await next(request);
      const items = "ScannedCount" in result.output ? (result.output.ScannedCount ?? 0) : 0;
      cost = { requests: cost.requests + 1, items: cost.items + items };
      return result;
    },
    { step: "initialize" },
  );
  return () => {
    const taken = cost;
    cost = { requests: 0, items: 0 };
    return taken;
  };
}
