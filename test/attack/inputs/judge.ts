import { isDeepStrictEqual } from "node:util";
import type { Items, ProductsRequest, ServiceAnswer } from "./service";

/** A request, its answer, and what was in the table before and after it. */
export interface Exchange {
  readonly request: ProductsRequest;
  readonly answer: ServiceAnswer;
  readonly before: Items;
  readonly after: Items;
}

/**
 * Says what is wrong with an answer, or nothing: the request is taken, and what it says was done and nothing else; or it
 * is refused with a 4xx that says why, and nothing was done.
 */
export function findFault(exchange: Exchange): string | undefined {
  const { request, answer } = exchange;
  if (answer.status >= 400 && answer.status < 500) return faultOfRefusal(exchange);
  if (answer.status < 200 || answer.status >= 300) return `answered ${answer.status} ${answer.body}`;
  return request.method === "GET" ? faultOfReading(exchange) : faultOfWriting(exchange);
}

/** A request in one line of a report. */
export function tell({ method, path, query, body }: ProductsRequest): string {
  const text = Buffer.from(body).toString("latin1");
  return `${method} ${path}${query && `?${query}`} ${JSON.stringify(text)}`.slice(0, 500);
}

// ---------------------------------------------------------------------------------------------------- internal

function faultOfRefusal({ request, answer: { status, body }, before, after }: Exchange): string | undefined {
  if (!isDeepStrictEqual(after, before)) return `refused with ${status}, and written`;
  if (request.path === "/index" && body.includes("<title>There is no such page</title>")) return undefined;
  // A policy that denies the path which remains of dot segments, and a request line that is too long, answer otherwise.
  if (status === 431) return undefined;
  const { message, Message = message } = parse(body) ?? {};
  return typeof Message === "string" && Message !== "" ? undefined : `no message with ${status}: ${body}`;
}

function faultOfWriting({ request, answer, before, after }: Exchange): string | undefined {
  const code = decodeURIComponent(Buffer.from(request.path.slice("/products/".length), "latin1").toString());
  const expected = new Map(before);
  let status = 204;
  let body = "";
  if (request.method === "PUT") {
    const sent = parse(Buffer.from(request.body).toString());
    const { name, itemPrice, inStockQty, category } = sent ?? {};
    const product = { code, name, itemPrice, inStockQty, category };
    if (!isProduct(product)) return `taken: ${answer.body}`;
    if (sent?.code !== undefined && sent.code !== code) return `taken for ${code}`;
    // Of two members of a name the last one counts, and of -0 the sign does not.
    body = JSON.stringify(product);
    status = before.has(code) ? 200 : 201;
    expected.set(code, body);
  } else {
    expected.delete(code);
  }
  if (answer.status !== status || answer.body !== body) return `answered ${answer.status} ${answer.body}`;
  return isDeepStrictEqual(after, expected) ? undefined : `the table is now ${JSON.stringify([...after])}`;
}

function faultOfReading({ request, answer: { status, body }, before, after }: Exchange): string | undefined {
  if (status !== 200) return `answered ${status}`;
  if (!isDeepStrictEqual(after, before)) return "read, and written";
  if (request.path === "/index") return body.startsWith("<!doctype html>") ? undefined : body;
  const read = parse(body);
  // Behind slashes alone there is no code.
  const products: unknown = /^\/products\/*$/.test(request.path) ? read?.products : [read];
  if (!Array.isArray(products)) return body;
  const unknown = products.find((product) => before.get(product.code) !== JSON.stringify(product));
  return unknown === undefined ? undefined : `is not in the table: ${JSON.stringify(unknown)}`;
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}

/** What the contract says of a product, written once more. */
function isProduct({ code, name, itemPrice, inStockQty, category }: Record<string, unknown>): boolean {
  const isText = (value: unknown, characters: number) =>
    typeof value === "string" &&
    Buffer.from(value).toString() === value &&
    [...value].length >= 1 &&
    [...value].length <= characters;
  return (
    isText(code, 2048) &&
    Buffer.byteLength(String(code)) <= 2048 &&
    isText(name, 256) &&
    typeof itemPrice === "string" &&
    /^(?:0|[1-9]\d{0,11})(?:\.\d{1,4})?$/.test(itemPrice) &&
    Number.isSafeInteger(inStockQty) &&
    Number(inStockQty) >= 0 &&
    Array.isArray(category) &&
    category.length <= 50 &&
    category.every((label) => isText(label, 100))
  );
}
