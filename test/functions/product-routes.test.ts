import { ScanCommand } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { createHandler as createDeleteProduct } from "#functions/delete-product/handler";
import { createHandler as createGetProduct } from "#functions/get-product/handler";
import { createHandler as createGetProducts } from "#functions/get-products/handler";
import type { ApiHandler } from "#functions/lib/api-handler";
import { createDynamoDbProductStore } from "#functions/lib/dynamodb-product-store";
import { createHandler as createPutProduct } from "#functions/put-product/handler";
import { apiEvent, capturedLog, context } from "../support/api-event";
import { character } from "../support/character";
import { type Dynalite, startDynalite } from "../support/dynalite";

let dynamoDb: Dynalite;
const tableName = "products";

beforeAll(async () => {
  dynamoDb = await startDynalite();
  await dynamoDb.createProductsTable(tableName);
});
afterAll(() => dynamoDb.close());

/** The four handlers over a table, with the lines that they log. */
function handlersOf(table: string) {
  const { log, lines } = capturedLog();
  const store = createDynamoDbProductStore(dynamoDb.client, table);
  return {
    lines,
    list: createGetProducts({ store, tableName: table, defaultLimit: 10, log }),
    get: createGetProduct({ store, log }),
    put: createPutProduct({ store, log }),
    remove: createDeleteProduct({ store, log }),
  };
}

/** Calls a handler of `/products/{code}`, the code as it stands in the URL. */
async function call(handler: ApiHandler, code: string, body?: string, isBase64Encoded = false) {
  const event = apiEvent({ path: `/products/${code}`, pathParameters: { code }, body, isBase64Encoded });
  const { statusCode, body: answer } = await handler(event, context);
  return [statusCode, answer === "" ? "" : JSON.parse(answer)];
}

async function countItems(): Promise<number | undefined> {
  return (await dynamoDb.client.send(new ScanCommand({ TableName: tableName, Select: "COUNT" }))).Count;
}

const lamp = { name: "Lamp", itemPrice: "15.99", inStockQty: 3, category: ["home"] };

test("a product is created, read, replaced and removed", async () => {
  const { put, get, remove } = handlersOf(tableName);
  const created = { code: "lamp-1", ...lamp };
  const replaced = { ...created, inStockQty: 2 };
  expect(await call(get, "lamp-1")).toEqual([404, { message: 'No product has the code "lamp-1"' }]);
  expect(await call(put, "lamp-1", JSON.stringify(lamp))).toEqual([201, created]);
  expect(await call(get, "lamp-1")).toEqual([200, created]);
  expect(await call(put, "lamp-1", JSON.stringify(replaced))).toEqual([200, replaced]);
  expect(await call(get, "lamp-1")).toEqual([200, replaced]);
  expect(await call(remove, "lamp-1")).toEqual([204, ""]);
  expect(await call(get, "lamp-1")).toEqual([404, { message: 'No product has the code "lamp-1"' }]);
  expect(await call(remove, "lamp-1")).toEqual([204, ""]);
});

test.each([
  ["a%20b", "a b"],
  ["a%2Fb", "a/b"],
  ["a+b", "a+b"],
  ["100%25", "100%"],
  ["K%C3%A4se", "Käse"],
  ["a@b:c", "a@b:c"],
])("the path parameter %s, which the event leaves encoded, is the code %j", async (encoded, code) => {
  const { put, get, remove } = handlersOf(tableName);
  const product = { code, ...lamp };
  expect(await call(put, encoded, JSON.stringify(product))).toEqual([201, product]);
  expect(await call(get, encodeURIComponent(code))).toEqual([200, product]);
  expect(await call(remove, encoded)).toEqual([204, ""]);
});

test("a body in base64 is decoded", async () => {
  const { put, remove } = handlersOf(tableName);
  const body = Buffer.from(JSON.stringify({ ...lamp, name: "Käse" })).toString("base64");
  expect(await call(put, "base64", body, true)).toEqual([201, { code: "base64", ...lamp, name: "Käse" }]);
  await call(remove, "base64");
});

/** A product whose name is no UTF-8, and which is faultless but for that. */
const notUtf8 = Buffer.from(JSON.stringify({ ...lamp, name: "K\u00e4se" }), "latin1").toString("base64");

describe("a faulty request is refused with 400 and writes nothing:", () => {
  test.each<
    [name: string, code: string, body: string | undefined, isBase64Encoded: boolean, message: RegExp]
  >([
    ["no body", "a", undefined, false, /^body: expected JSON, got nothing$/],
    ["an empty body", "a", "", false, /^body: expected JSON, got nothing$/],
    ["no JSON", "a", "{name: Lamp}", false, /^body: expected JSON in UTF-8 \(/],
    ["cut JSON", "a", '{"name": "Lamp"', false, /^body: expected JSON in UTF-8 \(/],
    ["a list", "a", "[]", false, /^body: expected a JSON object with code, .*, got a list$/],
    ["bytes that are no UTF-8", "a", notUtf8, true, /^body: expected JSON in UTF-8/],
    ["base64 that is not announced", "a", btoa(JSON.stringify(lamp)), false, /^body: expected JSON in UTF-8/],
    [
      "a faulty member",
      "a",
      JSON.stringify({ ...lamp, inStockQty: -1 }),
      false,
      /^inStockQty: expected .* -1$/,
    ],
    ["an unknown member", "a", JSON.stringify({ ...lamp, colour: 1 }), false, /^"colour": expected/],
    ["another code", "a", JSON.stringify({ ...lamp, code: "b" }), false, /^code: expected the path's, "a"/],
    ["a cut percent-encoding", "a%2", JSON.stringify(lamp), false, /^code: .*percent-encoded.* got "a%2"$/],
    ["an encoding of no UTF-8", "%FF", JSON.stringify(lamp), false, /^code: expected percent-encoded UTF-8/],
    ["a code that is too long", "x".repeat(2049), JSON.stringify(lamp), false, /^code: .* 2048 bytes/],
  ])("%s", async (_name, code, body, isBase64Encoded, message) => {
    const { put, lines } = handlersOf(tableName);
    expect(await call(put, code, body, isBase64Encoded)).toEqual([
      400,
      { message: expect.stringMatching(message) },
    ]);
    expect(await countItems()).toBe(0);
    expect(lines.filter(({ level }) => level === "ERROR")).toEqual([]);
  });

  test.each(["get", "remove"] as const)("a faulty code, on %s", async (name) => {
    const handler = handlersOf(tableName)[name];
    expect(await call(handler, "%")).toEqual([400, { message: expect.stringMatching(/^code: expected/) }]);
    expect(await call(handler, "")).toEqual([400, { message: expect.stringMatching(/^code: expected/) }]);
  });
});

test.each(["list", "get", "put", "remove"] as const)(
  "an error of the table is a fixed 500 for the caller of %s, and in the log with the request's id",
  async (name) => {
    const handlers = handlersOf("no-such-table");
    expect(await call(handlers[name], "a", JSON.stringify(lamp))).toEqual([
      500,
      { message: "Internal server error" },
    ]);
    expect(handlers.lines[0]).toMatchObject({
      level: "ERROR",
      requestId: "lambda-request",
      apiRequestId: "api-request",
      errorType: "ResourceNotFoundException",
    });
  },
);

test("each answer is logged in one line", async () => {
  const { get, lines } = handlersOf(tableName);
  await call(get, "none");
  expect(lines).toEqual([
    {
      timestamp: "2026-11-22T06:25:10.000Z",
      level: "INFO",
      message: "GET /products/none 404",
      requestId: "lambda-request",
      apiRequestId: "api-request",
    },
  ]);
});

describe("whatever comes in, the answer is a success or a refusal with a message:", () => {
  const unicode = fc.string({ unit: character });
  const halves = fc.array(fc.nat(0xffff)).map((units) => String.fromCharCode(...units));
  const text = fc.oneof(unicode, halves, fc.webPath());
  const productLike = fc.record(
    {
      code: fc.oneof(fc.constant("any"), text),
      name: fc.oneof(text, fc.jsonValue()),
      itemPrice: fc.oneof(fc.stringMatching(/^\d{1,3}\.\d\d$/), fc.jsonValue()),
      inStockQty: fc.oneof(fc.nat(), fc.double()),
      category: fc.oneof(fc.array(text), fc.jsonValue()),
    },
    { requiredKeys: [] },
  );
  const body = fc.oneof(
    text,
    fc.json(),
    productLike.map((value) => JSON.stringify(value)),
  );
  const code = fc.oneof(text, unicode.map(encodeURIComponent));

  async function expectAnswer(handler: ApiHandler, event: Parameters<typeof apiEvent>[0]) {
    const answer = await handler(apiEvent(event), context);
    const parsed = answer.body === "" ? undefined : JSON.parse(answer.body);
    if (answer.statusCode < 300) return;
    expect([400, 404]).toContain(answer.statusCode);
    expect(parsed).toEqual({ message: expect.any(String) });
    expect(answer.body.length).toBeLessThan(5_000);
  }

  test("any body", async () => {
    const { put } = handlersOf(tableName);
    await fc.assert(
      fc.asyncProperty(body, fc.boolean(), (body, isBase64Encoded) =>
        expectAnswer(put, { pathParameters: { code: "any" }, body, isBase64Encoded }),
      ),
      { numRuns: 500 },
    );
  });

  test("any code", async () => {
    const { get, put, remove } = handlersOf(tableName);
    await fc.assert(
      fc.asyncProperty(code, async (code) => {
        const event = { pathParameters: { code }, body: JSON.stringify(lamp) };
        for (const handler of [put, get, remove, get]) await expectAnswer(handler, event);
      }),
    );
  });

  test("any query", async () => {
    const { list } = handlersOf(tableName);
    const name = fc.oneof(fc.constantFrom("limit", "nextToken"), text);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, fc.oneof(text, fc.nat(200).map(String)))), (query) =>
        expectAnswer(list, { query }),
      ),
    );
  });
});
