import { createHash } from "node:crypto";
import type { APIGatewayProxyResult } from "aws-lambda";
import { type ApiHandler, createApiHandler } from "../lib/api-handler";
import { errorFields, type Log } from "../lib/log";
import type { Html } from "./html";
import { renderInventory, renderUnavailable } from "./page";
import { fetchProducts, type ProductListing, type ProductsApi, ProductsUnavailable } from "./products-api";
import { STYLE } from "./style";

interface Dependencies {
  readonly api: ProductsApi;
  readonly now: () => Date;
  readonly log: Log;
}

/** `GET /index`: the inventory as a page, fetched anew for each request; 502 and a page that says so without it. */
export function createHandler({ api, now, log }: Dependencies): ApiHandler {
  return createApiHandler(log, async (event, log) => {
    const nextToken = event.queryStringParameters?.["nextToken"] || undefined;
    let listing: ProductListing;
    try {
      listing = await fetchProducts(api, nextToken);
    } catch (error) {
      const answer = error instanceof ProductsUnavailable ? { status: error.status, body: error.body } : {};
      log("ERROR", "The products cannot be had", { ...errorFields(error), ...answer });
      return htmlResponse(502, renderUnavailable(now()));
    }
    return htmlResponse(200, renderInventory(listing, nextToken === undefined, now()));
  });
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
