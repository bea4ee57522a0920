import { type ApiHandler, createApiHandler, jsonResponse, type Log, readJsonBody } from "#kit/lambda";
import { readPathCode } from "../lib/path-code";
import { parseProduct } from "../lib/product";
import type { ProductStore } from "../lib/product-store";

interface Dependencies {
  readonly store: ProductStore;
  readonly log: Log;
}

/** `PUT /products/{code}`: writes the product of the body and answers it, with 201 where it is new, else with 200. */
export function createHandler({ store, log }: Dependencies): ApiHandler {
  return createApiHandler(log, async (event) => {
    const product = parseProduct(readJsonBody(event), readPathCode(event));
    const outcome = await store.put(product);
    return jsonResponse(outcome === "created" ? 201 : 200, product);
  });
}
