import { type ApiHandler, createApiHandler } from "../lib/api-handler";
import type { Log } from "../lib/log";
import { readPathCode } from "../lib/path-code";
import type { ProductStore } from "../lib/product-store";
import { jsonResponse } from "../lib/response";

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
