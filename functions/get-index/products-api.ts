import { type Credentials, signRequest } from "#kit/lambda";
import { type Product, toProduct } from "../lib/product";
import type { HttpGet } from "./http-get";

/** What `GET /products` answers. */
export interface ProductListing {
  readonly products: readonly Product[];
  readonly nextToken?: string;
}

/** `GET /products` answered something else than products. */
export class ProductsUnavailable extends Error {
  override readonly name = "ProductsUnavailable";
  readonly status: number;
  readonly body: string;

  constructor(message: string, { status, body }: { readonly status: number; readonly body: string }) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

/** How `GET /products` is called. */
export interface ProductsApi {
  /** The full URL of `GET /products`, stage included. */
  readonly url: string;
  readonly credentials: Credentials;
  readonly region: string;
  readonly httpGet: HttpGet;
}

/**
 * Fetches a page of products, signed with the function's own credentials.
 *
 * @param page - which page, in the parameters of `GET /products`; the first one without any
 * @throws ProductsUnavailable for another answer than products; the transport's error where no answer came
 */
export async function fetchProducts(api: ProductsApi, page: URLSearchParams): Promise<ProductListing> {
  const url = new URL(api.url);
  url.search = page.toString();
  const signed = await signRequest({ method: "GET", url, headers: { accept: "application/json" } }, api);
  const response = await api.httpGet(new URL(signed.url), signed.headers);
  if (response.status !== 200)
    throw new ProductsUnavailable(`GET ${api.url} answered ${response.status}`, response);
  const listing = parseListing(response.body);
  if (!listing) throw new ProductsUnavailable(`GET ${api.url} answered no list of products`, response);
  return listing;
}

function parseListing(body: string): ProductListing | undefined {
  const { products: values, nextToken } = parseObject(body);
  if (!Array.isArray(values) || !(nextToken === undefined || typeof nextToken === "string")) return undefined;
  const products = values.map(toProduct).filter((product) => product !== undefined);
  return products.length === values.length ? { products, nextToken } : undefined;
}

function parseObject(text: string): { readonly products?: unknown; readonly nextToken?: unknown } {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
