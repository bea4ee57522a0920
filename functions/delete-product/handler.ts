import { type ApiHandler, createApiHandler, jsonResponse, type Log } from "#kit/lambda";
import { readPathCode } from "../lib/path-code";
import type { ProductStore } from "../lib/product-store";

interface Dependencies {
  readonly store: ProductStore;
  readonly log: Log;
}

/** `DELETE /products/{code}`: 204, whether or not there was such a product, so that it may be repeated. */
export function createHandler({ store, log }: Dependencies): ApiHandler {
  return createApiHandler(log, async (event) => {
    await store.remove(readPathCode(event));
    return jsonResponse(204);
  });
}
