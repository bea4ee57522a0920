import { createHash } from "node:crypto";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { type ApiHandler, createApiHandler, errorFields, type Log } from "#kit/lambda";
import type { Html } from "./html";
import { renderInventory, renderNoSuchPage, renderUnavailable } from "./page";
import { fetchProducts, type ProductListing, type ProductsApi, ProductsUnavailable } from "./products-api";
import { STYLE } from "./style";

interface Dependencies {
  readonly api: ProductsApi;
  readonly now: () => Date;
  readonly log: Log;
}

/**
 * `GET /index?limit=&nextToken=`: the inventory as a page, fetched anew for each request; 400 and a page that says so for
 * a page that does not exist, 502 where the products cannot be had.
 */
export function createHandler({ api, now, log }: Dependencies): ApiHandler {
  return createApiHandler(log, async (event, log) => {
    const page = readPage(event);
    let listing: ProductListing;
    try {
      listing = await fetchProducts(api, page);
    } catch (error) {
      const answer = error instanceof ProductsUnavailable ? { status: error.status, body: error.body } : {};
      // Without parameters of the reader's, it is this function that asked wrongly.
      if (answer.status === 400 && page.size > 0) return htmlResponse(400, renderNoSuchPage(now()));
      log("ERROR", "The products cannot be had", { ...errorFields(error), ...answer });
      return htmlResponse(502, renderUnavailable(now()));
    }
    return htmlResponse(200, renderInventory(listing, page, now()));
  });
}

/** The page that a reader asks for, in the parameters of `GET /products`, which checks them. */
function readPage({ multiValueQueryStringParameters: query }: APIGatewayProxyEvent): URLSearchParams {
  const page = new URLSearchParams();
  for (const name of ["limit", "nextToken"]) {
    for (const value of query?.[name] ?? []) if (value !== "") page.append(name, value);
  }
  return page;
}

/** The page may use its own style and nothing else, so that even markup that slipped through could do no harm. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

function htmlResponse(statusCode: number, page: Html): APIGatewayProxyResult {
  return {
    statusCode,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": CONTENT_SECURITY_POLICY,
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    },
    body: page.text,
  };
}
