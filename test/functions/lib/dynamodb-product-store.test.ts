import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import fc from "fast-check";
import { createDynamoDbProductStore } from "#functions/lib/dynamodb-product-store";
import type { Product } from "#functions/lib/product";
import type { ProductStore } from "#functions/lib/product-store";
import { character } from "../../support/character";
import { type Dynalite, startDynalite } from "../../support/dynalite";

let dynamoDb: Dynalite;
let tables = 0;

beforeAll(async () => {
  dynamoDb = await startDynalite();
});
afterAll(() => dynamoDb.close());

async function newTable(): Promise<{ tableName: string; store: ProductStore }> {
  const tableName = await dynamoDb.createProductsTable(`products-${++tables}`);
  return { tableName, store: createDynamoDbProductStore(dynamoDb.client, tableName) };
}

async function storeOf(count: number): Promise<ProductStore> {
  const { store } = await newTable();
  await Promise.all(Array.from({ length: count }, (_, index) => store.put(product(`code-${index}`))));
  return store;
}

function product(code: string): Product {
  return { code, name: `Käse ${code}`, itemPrice: "15.99", inStockQty: 3, category: ["food", "cold"] };
}

/** Reads page after page, as a caller does. */
async function readPages(store: ProductStore, limit: number): Promise<string[][]> {
  const pages: string[][] = [];
  let next: string | undefined;
  do {
    const page = await store.list(limit, next);
    pages.push(page.products.map(({ code }) => code));
    next = page.next;
  } while (next !== undefined);
  return pages;
}

test("a product is read as it was written", async () => {
  const { store } = await newTable();
  const written = [product("a"), { ...product("b/ä +%"), inStockQty: Number.MAX_SAFE_INTEGER, category: [] }];
  for (const each of written) await store.put(each);
  expect(await Promise.all(written.map(({ code }) => store.get(code)))).toEqual(written);
});

test("putting says whether the product is new or replaces one", async () => {
  const { store } = await newTable();
  expect(await store.put(product("a"))).toBe("created");
  expect(await store.put({ ...product("a"), name: "Other" })).toBe("replaced");
  expect((await store.get("a"))?.name).toBe("Other");
  expect(await store.get("b")).toBeUndefined();
});

test("removing takes one product away, and none is no error", async () => {
  const store = await storeOf(2);
  await store.remove("code-0");
  await store.remove("code-0");
  expect(await readPages(store, 10)).toEqual([["code-1"]]);
});

test.each([
  { count: 0, limit: 3, sizes: [0] },
  { count: 1, limit: 1, sizes: [1] },
  { count: 2, limit: 1, sizes: [1, 1] },
  { count: 3, limit: 3, sizes: [3] },
  { count: 4, limit: 3, sizes: [3, 1] },
  { count: 6, limit: 3, sizes: [3, 3] },
  { count: 7, limit: 100, sizes: [7] },
])(
  "$count products by $limit come in pages of $sizes, each product once",
  async ({ count, limit, sizes }) => {
    const pages = await readPages(await storeOf(count), limit);
    expect(pages.map((page) => page.length)).toEqual(sizes);
    expect(pages.flat().sort()).toEqual(Array.from({ length: count }, (_, index) => `code-${index}`).sort());
  },
);

test("a page is full although DynamoDB cuts a scan at 1 MB", async () => {
  const { tableName, store } = await newTable();
  for (let index = 0; index < 8; index++) {
    const large = { ...product(`code-${index}`), name: "x".repeat(350_000) };
    await dynamoDb.client.send(new PutItemCommand({ TableName: tableName, Item: marshall(large) }));
  }
  expect((await readPages(store, 7)).map((page) => page.length)).toEqual([7, 1]);
  expect((await readPages(store, 8)).map((page) => page.length)).toEqual([8]);
});

test("a listing goes on although the product it stopped at was removed", async () => {
  const store = await storeOf(5);
  const first = await store.list(2);
  await store.remove(first.next ?? "");
  const rest = await store.list(10, first.next);
  const codes = [...first.products, ...rest.products].map(({ code }) => code);
  expect(codes.sort()).toEqual(["code-0", "code-1", "code-2", "code-3", "code-4"]);
});

test("an item that is no product is an error that names it, not a gap in the list", async () => {
  const { tableName, store } = await newTable();
  await dynamoDb.client.send(new PutItemCommand({ TableName: tableName, Item: marshall({ code: "odd" }) }));
  await expect(store.list(10)).rejects.toThrow('The item with the code "odd" is not a product.');
  await expect(store.get("odd")).rejects.toThrow('"odd"');
});

test("any set of products, by any limit, is listed whole and without a page too many", async () => {
  const codes = fc.uniqueArray(fc.string({ unit: character, minLength: 1, maxLength: 20 }), {
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(codes, fc.integer({ min: 1, max: 5 }), async (written, limit) => {
      const { store } = await newTable();
      await Promise.all(written.map((code) => store.put(product(code))));
      const pages = await readPages(store, limit);
      expect(pages.flat().sort()).toEqual([...written].sort());
      expect(pages).toHaveLength(Math.max(1, Math.ceil(written.length / limit)));
    }),
    { numRuns: 30 },
  );
});
