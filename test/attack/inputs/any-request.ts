import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { encodePageToken } from "#functions/lib/page-token";
import { character } from "../../support/character";
import type { ProductsRequest } from "./service";

/** Requests with anything in one of their parts. The others are right, so that what is odd goes as far as it can. */
export interface AnyRequests {
  readonly what: "body" | "path" | "query";
  /** @param tableName - the table that page tokens are good for */
  of(tableName: string): fc.Arbitrary<ProductsRequest>;
}

export const ANY_REQUESTS: readonly AnyRequests[] = [
  { what: "body", of: () => anyBody() },
  { what: "path", of: () => anyPath() },
  { what: "query", of: anyQuery },
];

// ---------------------------------------------------------------------------------------------------- internal

/** What has surprised programs before. */
const ODDITIES: readonly string[] = [
  ...JSON.parse(String.raw`[
    "", ".", "..", "../..", "./a", "a/b", "/", "//", "\\", "*", "~", ";", "a;b=c", "a,b", "a?b", "a#b", "+", " ", "a ",
    "%", "%%", "%2", "%zz", "%00", "%0d%0aX-A: b", "%2e%2e%2f", "%252e", "%c0%ae", "%ff", "%ed%a0%80", "%u0041", "%F",
    "__proto__", "constructor", "toString", "hasOwnProperty", "null", "undefined", "true", "NaN", "Infinity", "0", "-1",
    "-0", "1e9", "1e-9", "0x10", "010", "+5", " 5", "5 ", "1_0", "１０", "١٠", "9007199254740993",
    "\u0000", "\u0007", "\u001b[31m", "\r\nX-A: b", "\u2028", "\ufeff", "\ufffd", "\uffff", "\u202e", "\u2066",
    "👩‍👩‍👧‍👦", "e\u0301", "ﷺ", "İ", "ß", "Ω", "' OR 1=1 --", "{{7*7}}", "$(id)", "<script>", "<!--", "]]>", "&lt;",
    "\"", "'", "\\u0000", "{}"
  ]`),
  ...["1".repeat(400), "a".repeat(2048), "a".repeat(2049), "ä".repeat(1025), "😀".repeat(513)],
];

const text = fc.oneof(fc.string({ unit: character, maxLength: 30 }), fc.constantFrom(...ODDITIES));
const utf8 = text.map((raw) => Buffer.from(raw));
const bytes = fc.uint8Array({ maxLength: 60 }).map((raw) => Buffer.from(raw));
/** Strings with halves of characters in them. */
const halves = fc.array(fc.nat(0xffff), { maxLength: 4 }).map((units) => String.fromCharCode(...units));
const any = fc.oneof(fc.jsonValue({ maxDepth: 3 }), text, halves);

/** A text as it might stand in a URL: encoded, twice, in part, or not at all; and what is no text. */
const inUrl = fc.oneof(
  text.map(encodeURIComponent),
  text.map((raw) => encodeURIComponent(encodeURIComponent(raw))),
  text.map((raw) => encodeURIComponent(raw).toLowerCase()),
  utf8.map((raw) => raw.toString("latin1").replace(/[^!-~]|[#?]/g, escapeByte)),
  bytes.map((raw) => raw.toString("latin1").replace(/./gs, escapeByte)),
  bytes.map((raw) => raw.toString("latin1").replace(/[\s#?]/g, "")),
);

function escapeByte(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16).padStart(2, "0")}`;
}

const PRODUCT = { name: "Lamp", itemPrice: "15.99", inStockQty: 3, category: ["home"] };
const NOTHING = new Uint8Array();
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** Products of which some members are odd. */
const productLike = fc
  .tuple(
    fc.record({
      code: fc.oneof(fc.constantFrom(undefined, "a", "ä", "a b", "a/b"), any),
      name: fc.oneof(text, any),
      itemPrice: fc.oneof(fc.stringMatching(/^\d{1,13}(\.\d{0,5})?$/), any),
      inStockQty: fc.oneof(fc.nat(), fc.double(), fc.maxSafeInteger(), any),
      category: fc.oneof(
        fc.array(text, { maxLength: 4 }),
        fc.array(text, { minLength: 48, maxLength: 52 }),
        any,
      ),
    }),
    fc.subarray(["code", "name", "itemPrice", "inStockQty", "category"] as const, { minLength: 1 }),
  )
  .map(([odd, members]) => ({ ...PRODUCT, ...Object.fromEntries(members.map((name) => [name, odd[name]])) }));
const withOthers = fc.dictionary(text, any, { maxKeys: 3 }).map((others) => ({ ...PRODUCT, ...others }));
const whole = fc.oneof(productLike, withOthers, fc.constant(PRODUCT)).map(json);

const damaged = fc.tuple(whole, fc.nat(), fc.nat(7)).map(([body, at, bit]) => {
  const index = at % body.length;
  body[index] = (body[index] ?? 0) ^ (1 << bit);
  return body;
});

function anyBody(): fc.Arbitrary<ProductsRequest> {
  const body = fc.oneof(
    { arbitrary: whole, weight: 4 },
    damaged,
    fc.tuple(whole, fc.nat()).map(([sent, at]) => sent.subarray(0, at % sent.length)),
    fc.tuple(whole, fc.constantFrom(...ENCODINGS)).map(([sent, encode]) => encode(sent)),
    fc.json({ maxDepth: 4 }).map((sent) => Buffer.from(sent)),
    fc.constantFrom(...BODIES.map((sent) => Buffer.from(sent))),
    bytes,
    utf8,
  );
  return fc
    .tuple(body, fc.constantFrom("a", "a%20b", "%C3%A4", "a%2Fb"), fc.constantFrom(...CONTENT_TYPES))
    .map(([sent, code, contentType]) => ({
      method: "PUT",
      path: `/products/${code}`,
      query: "",
      body: sent,
      contentType,
    }));
}

const CONTENT_TYPES = [
  ...[
    undefined,
    undefined,
    "application/json",
    "application/json; charset=utf-16",
    "*/*",
    "json",
    "text/plain",
  ],
  ...["application/x-www-form-urlencoded", "multipart/form-data; boundary=a", "a/b, application/json"],
];

const ENCODINGS: readonly ((body: Buffer) => Buffer)[] = [
  (body) => Buffer.concat([Buffer.from("\ufeff"), body]),
  (body) => Buffer.from(body.toString(), "utf16le"),
  (body) => Buffer.from(body.toString("base64")),
  (body) => Buffer.from(`"${body.toString().replaceAll('"', '\\"')}"`),
  (body) => Buffer.from(encodeURIComponent(body.toString())),
  (body) => Buffer.concat([body, body]),
  (body) => Buffer.concat([body, Buffer.from([0])]),
  (body) => Buffer.from(body.toString(), "latin1"),
  gzipSync,
];

/** JSON that few programs write, and what is almost JSON. */
const BODIES: readonly string[] = [
  ...JSON.parse(String.raw`[
    "null", "[]", "{}", "0", "\"\"", "nul", "{'name':'a'}", "{\"name\":}", "NaN", "[[]", "[1,]", "{\"a\":1,}", "//", "\u00a0{}"
  ]`),
  ...["[".repeat(5_000), "[".repeat(5_000) + "]".repeat(5_000), `"${"a".repeat(70_000)}"`],
  `${'{"category":'.repeat(2_000)}1${"}".repeat(2_000)}`,
  withMembers(`"category":[${'"a",'.repeat(9_999)}"a"],"inStockQty":1`),
  ..."1e999 -0 1.0 3e0 1E400 5e-324 9007199254740993 01 +1 .5 0x1"
    .split(" ")
    .map((quantity) => withMembers(`"category":[],"inStockQty":${quantity}`)),
  withMembers(`"category":[],"inStockQty":${"1".repeat(400)}`),
  ...[
    '"__proto__":{"code":"b"}',
    '"constructor":1',
    '"code":"a","code":"b"',
    '"code":"b","code":"a"',
    '"":1',
  ].map((member) => withMembers(`"category":[],"inStockQty":1,${member}`)),
  ...['"\\ud800"', '"\\udc00\\ud800"', '"\\u0000"', '"a\nb"', '"\\x41"', '"\ud83d"'].map((label) =>
    withMembers(`"inStockQty":1,"category":[${label}]`),
  ),
];

function anyPath(): fc.Arbitrary<ProductsRequest> {
  return fc.tuple(inUrl, fc.constantFrom("GET", "PUT", "DELETE")).map(([code, method]) => ({
    method,
    // Around a segment slashes mean nothing to API Gateway.
    path: `/products/${code.replace(/^\/+|\/+$/g, "")}`,
    query: "",
    body: method === "PUT" ? json(PRODUCT) : NOTHING,
  }));
}

function anyQuery(tableName: string): fc.Arbitrary<ProductsRequest> {
  const code = fc.oneof(text, halves, fc.string({ unit: character, minLength: 2_000, maxLength: 2_100 }));
  const value = fc.oneof(
    inUrl,
    fc.integer({ min: -1, max: 102 }).map(String),
    fc.base64String(),
    // A reader of the code that makes tokens can make one for anything.
    code.map((after) => encodePageToken(after, tableName)),
    fc.json().map((claim) => Buffer.from(claim).toString("base64url")),
  );
  const name = fc.oneof(
    { arbitrary: fc.constantFrom("limit", "nextToken"), weight: 6 },
    fc.constantFrom("Limit", "nexttoken", "limit[]", "limit[0]", "%6cimit", "limit%00", ""),
    inUrl,
  );
  const pair = fc.tuple(name, fc.constantFrom("=", "=", "=", "", "=="), value).map((parts) => parts.join(""));
  const separator = fc.constantFrom("&", "&", "&", ";", "&&");
  const path = fc.constantFrom("/products", "/products", "/index", "/products/a");
  return fc.tuple(fc.array(pair, { maxLength: 4 }), separator, path).map(([pairs, between, called]) => ({
    method: "GET",
    path: called,
    query: pairs.join(between),
    body: NOTHING,
  }));
}

function withMembers(members: string): string {
  return `{"name":"Lamp","itemPrice":"1.00",${members}}`;
}
