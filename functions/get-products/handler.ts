import { type ApiHandler, createApiHandler, jsonResponse, type Log } from "#kit/lambda";
import { decodePageToken, encodePageToken } from "../lib/page-token";
import type { ProductStore } from "../lib/product-store";
import { parseLimit, readParameter } from "./query";

interface Dependencies {
  readonly store: ProductStore;
  /** The table that page tokens are good for. */
  readonly tableName: string;
  /** How many products a page has where the caller names no `limit`. */
  readonly defaultLimit: number;
  readonly log: Log;
}

/** `GET /products?limit=&nextToken=`: a page of products, and a token only where more follow. */
export function createHandler({ store, tableName, defaultLimit, log }: Dependencies): ApiHandler {
  return createApiHandler(log, async (event) => {
    const limit = readParameter(event, "limit");
    const token = readParameter(event, "nextToken");
    const { products, next } = await store.list(
      limit === undefined ? defaultLimit : parseLimit("limit", limit),
      token === undefined ? undefined : decodePageToken(token, tableName),
    );
    return jsonResponse(200, {
      products,
      nextToken: next === undefined ? undefined : encodePageToken(next, tableName),
    });
  });
}
