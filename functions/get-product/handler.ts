import { type ApiHandler, createApiHandler, jsonResponse, type Log } from "#kit/lambda";
import { readPathCode } from "../lib/path-code";
import type { ProductStore } from "../lib/product-store";

interface Dependencies {
  readonly store: ProductStore;
  readonly log: Log;
}

/** `GET /products/{code}`: the product, or 404. */
export function createHandler({ store, log }: Dependencies): ApiHandler {
  return createApiHandler(log, async (event) => {
    const code = readPathCode(event);
    const product = await store.get(code);
    if (!product) return jsonResponse(404, { message: `No product has the code ${JSON.stringify(code)}` });
    return jsonResponse(200, product);
  });
}
