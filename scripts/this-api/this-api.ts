import { FIVE_PRODUCTS, generateProducts } from "./products";
import type { Seed } from "./seed";
import type { TourStep } from "./tour";

/**
 * What the commands know about this particular API. They take everything else from the synthesized stack or from its
 * outputs. docs/own-api.md describes how to replace this API with your own.
 */

/** The items that tables are seeded with. */
export const SEEDS: readonly Seed[] = [
  {
    noun: "products",
    tableOutput: "products_table_name",
    key: "code",
    items: FIVE_PRODUCTS,
    generate: generateProducts,
  },
];

/**
 * The variables that `make env` writes: those of the Serverless pattern. `{name}` stands for an output of the stack.
 */
export const EXPORTED_VARIABLES: Readonly<Record<string, string>> = {
  products_api: "{service_endpoint}/products",
  default_results: "{default_results}",
  products_table: "{products_table_name}",
};

/** The client whose API key is used if no client is named. */
export const DEFAULT_CLIENT = "demo";

const SUCCESS = "200 success";
const FORBIDDEN = "403 Forbidden";
const NOT_SIGNED = "403 Missing Authentication Token";

/** The tour that `make demo` takes: the notebook's three routes, each called in every way, and two of the inventory. */
export const TOUR: readonly TourStep[] = [
  {
    path: "/auth/api-key",
    lesson: "needs an API key; a signature is not checked",
    promises: [
      ["nothing", FORBIDDEN],
      ["signature", FORBIDDEN],
      ["API key", SUCCESS],
      ["both", SUCCESS],
    ],
  },
  {
    path: "/auth/iam-sigv4",
    lesson: "needs a signature; an API key is not checked",
    promises: [
      ["nothing", NOT_SIGNED],
      ["signature", SUCCESS],
      ["API key", NOT_SIGNED],
      ["both", SUCCESS],
    ],
  },
  {
    path: "/auth/iam-sigv4-and-api-key",
    lesson: "needs both; the signature is checked first",
    promises: [
      ["nothing", NOT_SIGNED],
      ["signature", FORBIDDEN],
      ["API key", NOT_SIGNED],
      ["both", SUCCESS],
    ],
  },
  {
    path: "/products",
    lesson: "the inventory as JSON, for callers that sign",
    promises: [
      ["nothing", NOT_SIGNED],
      ["signature", "200 a page of products"],
    ],
  },
  {
    path: "/index",
    lesson: "open; its Lambda signs its own call of /products",
    promises: [["nothing", "200 an HTML page"]],
  },
];
