import { createHandler } from "#functions/get-products/handler";
import { parseLimit } from "#functions/get-products/query";
import { createDynamoDbProductStore } from "#functions/lib/dynamodb-product-store";
import { encodePageToken } from "#functions/lib/page-token";
import type { ProductStore } from "#functions/lib/product-store";
import { apiEvent, capturedLog, context } from "../../support/api-event";
import { type Dynalite, startDynalite } from "../../support/dynalite";

let dynamoDb: Dynalite;
let store: ProductStore;
const tableName = "products";

beforeAll(async () => {
  dynamoDb = await startDynalite();
  store = createDynamoDbProductStore(dynamoDb.client, await dynamoDb.createProductsTable(tableName));
  for (let index = 0; index < 12; index++) {
    const code = `code-${index}`;
    await store.put({ code, name: "Lamp", itemPrice: "15.99", inStockQty: index, category: ["home"] });
  }
});
afterAll(() => dynamoDb.close());

type Query = [name: string, value: string][];

async function get(query: Query) {
  const handler = createHandler({ store, tableName, defaultLimit: 10, log: capturedLog().log });
  const { statusCode, headers, body } = await handler(apiEvent({ query }), context);
  return { statusCode, headers, body: JSON.parse(body) };
}

test("the first page has default_results products and a token, the last one none", async () => {
  const first = await get([]);
  const second = await get([["nextToken", first.body.nextToken]]);
  expect([first.statusCode, first.body.products.length]).toEqual([200, 10]);
  expect([second.statusCode, second.body.products.length]).toEqual([200, 2]);
  expect(second.body).not.toHaveProperty("nextToken");
  const codes = [...first.body.products, ...second.body.products].map(({ code }) => code);
  expect(new Set(codes).size).toBe(12);
});

test("a product is answered as the contract has it", async () => {
  const { body, headers } = await get([["limit", "100"]]);
  expect(body.products).toContainEqual({
    code: "code-3",
    name: "Lamp",
    itemPrice: "15.99",
    inStockQty: 3,
    category: ["home"],
  });
  expect(headers).toEqual({
    "content-type": "application/json",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
});

test.each([
  { limit: "1", length: 1 },
  { limit: "11", length: 11 },
  { limit: "12", length: 12 },
  { limit: "100", length: 12 },
])("limit=$limit gives $length of the 12 products", async ({ limit, length }) => {
  const { statusCode, body } = await get([["limit", limit]]);
  expect([statusCode, body.products.length, "nextToken" in body]).toEqual([200, length, length < 12]);
});

test("parameters with other names are left alone, as a presigned URL has them", async () => {
  expect((await get([["X-Amz-Signature", "0"]])).statusCode).toBe(200);
});

const NOT_A_LIMIT = "limit: expected a whole number from 1 to 100, got";
const NOT_A_TOKEN = "nextToken: expected a token that an earlier page gave, unchanged";
const token = encodePageToken("code-1", tableName);

test.each<[name: string, query: Query, message: string]>([
  ["limit 0", [["limit", "0"]], `${NOT_A_LIMIT} "0"`],
  ["limit 101", [["limit", "101"]], `${NOT_A_LIMIT} "101"`],
  ["a negative limit", [["limit", "-1"]], `${NOT_A_LIMIT} "-1"`],
  ["an empty limit", [["limit", ""]], `${NOT_A_LIMIT} ""`],
  ["a fraction", [["limit", "1.5"]], `${NOT_A_LIMIT} "1.5"`],
  ["an exponent", [["limit", "1e1"]], `${NOT_A_LIMIT} "1e1"`],
  ["a leading zero", [["limit", "010"]], `${NOT_A_LIMIT} "010"`],
  ["a trailing line break", [["limit", "10\n"]], `${NOT_A_LIMIT} "10\\n"`],
  ["a word", [["limit", "x".repeat(100)]], `${NOT_A_LIMIT} "${"x".repeat(60)}…"`],
  [
    "two limits",
    [
      ["limit", "5"],
      ["limit", "5"],
    ],
    "limit: expected at most one value, got 2",
  ],
  ["an empty token", [["nextToken", ""]], NOT_A_TOKEN],
  ["another's token", [["nextToken", "eyJhIjoxfQ"]], NOT_A_TOKEN],
  ["a cut token", [["nextToken", token.slice(0, -1)]], NOT_A_TOKEN],
  ["a token of another table", [["nextToken", encodePageToken("code-1", "other")]], NOT_A_TOKEN],
])("%s is refused with 400", async (_name, query, message) => {
  expect(await get(query)).toMatchObject({ statusCode: 400, body: { message } });
});

test("default_results is read as limit is, and named where it is wrong", () => {
  const name = "The environment variable default_results";
  expect(parseLimit(name, "100")).toBe(100);
  expect(() => parseLimit(name, "ten")).toThrow(`${name}: expected a whole number from 1 to 100, got "ten"`);
});
