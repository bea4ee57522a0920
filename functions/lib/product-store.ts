import type { Product } from "./product";

/** Some products of the inventory, in the store's own order, which does not change between pages. */
export interface ProductPage {
  readonly products: readonly Product[];
  /** The code to go on after, only where more products follow. */
  readonly next?: string;
}

/** Where the products are kept. */
export interface ProductStore {
  /** Reads up to `limit` products, from the beginning or those that come after the code `after`. */
  list(limit: number, after?: string): Promise<ProductPage>;
  get(code: string): Promise<Product | undefined>;
  /** Writes the product, whether it is new or replaces the one with its code. */
  put(product: Product): Promise<"created" | "replaced">;
  /** Removes the product; that there is none is no error. */
  remove(code: string): Promise<void>;
}
