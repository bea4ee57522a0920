import { BatchWriteItemCommand, CreateTableCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { Product } from "#functions/lib/product";
import { FIVE_PRODUCTS, generateProducts } from "#seeds/products";
import { type SeedOptions, seedTable } from "#stage/seed-table";
import { type Dynalite, startDynalite } from "../../support/dynalite";
import { type Fate, startThrottlingProxy, type ThrottlingProxy } from "../../support/throttling-proxy";

let dynamoDb: Dynalite;
let tables = 0;
let tableName: string;

beforeAll(async () => {
  dynamoDb = await startDynalite();
});
beforeEach(async () => {
  tableName = await dynamoDb.createProductsTable(`products-${tables++}`);
});
afterAll(() => dynamoDb.close());

async function readAll(): Promise<Product[]> {
  const products: Product[] = [];
  let startKey: Record<string, never> | undefined;
  do {
    const page = await dynamoDb.client.send(
      new ScanCommand({ TableName: tableName, ExclusiveStartKey: startKey }),
    );
    products.push(...(page.Items ?? []).map((item) => unmarshall(item) as Product));
    startKey = page.LastEvaluatedKey as typeof startKey;
  } while (startKey);
  return products.sort(byCode);
}

function byCode(one: Product, other: Product): number {
  return one.code < other.code ? -1 : 1;
}

describe("seeding", () => {
  test.each([
    { name: "no products", products: [] },
    { name: "five products, less than a batch", products: FIVE_PRODUCTS },
    { name: "exactly one batch", products: [...generateProducts(25)] },
    { name: "one more than a batch", products: [...generateProducts(26)] },
    { name: "more batches than are under way at once", products: [...generateProducts(210)] },
  ])("$name: the table holds them as they are", async ({ products }) => {
    const written = await seedTable({ client: dynamoDb.client, tableName, key: "code", items: products });

    expect(written).toBe(products.length);
    expect(await readAll()).toEqual([...products].sort(byCode));
  });

  test("an item without the key is refused, and not written over another one", async () => {
    const items = FIVE_PRODUCTS.map(({ code, ...product }) => ({ id: code, ...product }));
    await expect(seedTable({ client: dynamoDb.client, tableName, key: "code", items })).rejects.toMatchObject(
      {
        name: "UserError",
        message: expect.stringMatching(
          /^SEEDS: got the key 'code' and an item without that attribute \(has: id, name, /,
        ),
      },
    );
    expect(await readAll()).toEqual([]);
  });

  test("again leaves the same data", async () => {
    const seed = () =>
      seedTable({ client: dynamoDb.client, tableName, key: "code", items: generateProducts(40) });
    await seed();
    const before = await readAll();

    expect(await seed()).toBe(40);
    expect(await readAll()).toEqual(before);
  });

  test("a key that comes twice is refused, and neither item is left out in silence", async () => {
    const [lamp] = FIVE_PRODUCTS as [Product];
    const items = [lamp, { ...lamp, inStockQty: 0 }];

    await expect(seedTable({ client: dynamoDb.client, tableName, key: "code", items })).rejects.toMatchObject(
      {
        name: "UserError",
        message:
          "SEEDS: got two items with the key code lamp-01; if the table has a sort key, name it as well (sortKey); correct project.config.ts",
      },
    );
    expect(await readAll()).toEqual([]);
  });

  describe("a table with a sort key", () => {
    const lines = [..."abc"].flatMap((order) =>
      [1, 2, 3, 10].map((line) => ({ order, line, item: `${order}${line}` })),
    );
    const seed = (items: readonly object[], sortKey?: string) =>
      seedTable({ client: dynamoDb.client, tableName, key: "order", sortKey, items });
    const read = async () =>
      (await dynamoDb.client.send(new ScanCommand({ TableName: tableName }))).Items?.map((item) =>
        unmarshall(item),
      );
    beforeEach(async () => {
      tableName = `lines-${tables++}`;
      await dynamoDb.client.send(
        new CreateTableCommand({
          TableName: tableName,
          BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: [
            { AttributeName: "order", AttributeType: "S" },
            { AttributeName: "line", AttributeType: "N" },
          ],
          KeySchema: [
            { AttributeName: "order", KeyType: "HASH" },
            { AttributeName: "line", KeyType: "RANGE" },
          ],
        }),
      );
    });

    test("keeps all items of a partition", async () => {
      expect(await seed(lines, "line")).toBe(lines.length);
      expect(await read()).toEqual(expect.arrayContaining(lines));
      expect(await read()).toHaveLength(lines.length);
    });

    test.each([
      [
        "is not named",
        undefined,
        lines,
        /^SEEDS: got two items with the key order a; if the table has a sort key, name it as well/,
      ],
      [
        "comes twice",
        "line",
        [...lines, { order: "b", line: 10 }],
        /^SEEDS: got two items with the key order b, line 10; correct/,
      ],
      [
        "is not there",
        "line",
        [{ order: "a" }],
        /^SEEDS: got the key 'line' and an item without that attribute \(has: order\); correct/,
      ],
      [
        "is of another type",
        "line",
        [{ order: "a", line: "1" }],
        /^SEEDS: table 'lines-\d+' refused an item \(.*does not match the schema\); correct/,
      ],
    ])("refuses seeds whose sort key %s", async (_, sortKey, items, message) => {
      await expect(seed(items, sortKey)).rejects.toMatchObject({
        name: "UserError",
        message: expect.stringMatching(message),
      });
      expect(await read()).toEqual([]);
    });
  });

  test("what is no item is refused in one line", async () => {
    const items = [{ code: "a", when: new Date(0) }];
    await expect(seedTable({ client: dynamoDb.client, tableName, key: "code", items })).rejects.toMatchObject(
      {
        name: "UserError",
        message: expect.stringMatching(/^SEEDS: DynamoDB cannot store an item \(.+\); correct/),
      },
    );
  });

  test("a table that does not exist ends it at once, with the service's error", async () => {
    const failing = jest.fn();
    const seeding = seedTable({
      client: dynamoDb.client,
      tableName: "nowhere",
      key: "code",
      items: generateProducts(1_000),
      onProgress: failing,
    });

    await expect(seeding).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    expect(failing).not.toHaveBeenCalled();
  });

  test("items are taken as they are written, not all at once", async () => {
    let taken = 0;
    let furthestAhead = 0;
    function* counted(): Generator<Product> {
      for (const product of generateProducts(1_000)) {
        taken += 1;
        yield product;
      }
    }
    await seedTable({
      client: dynamoDb.client,
      tableName,
      key: "code",
      items: counted(),
      concurrency: 2,
      onProgress: (written) => {
        furthestAhead = Math.max(furthestAhead, taken - written);
      },
    });

    expect(taken).toBe(1_000);
    expect(furthestAhead).toBeLessThanOrEqual(2 * 25);
  });

  test("an interruption waits for the batches under way and counts them", async () => {
    const interruption = new AbortController();
    const written = await seedTable({
      client: dynamoDb.client,
      tableName,
      key: "code",
      items: generateProducts(1_000),
      concurrency: 3,
      signal: interruption.signal,
      onProgress: (done) => {
        if (done >= 100) interruption.abort();
      },
    });

    expect(written).toBeGreaterThanOrEqual(100);
    expect(written).toBeLessThanOrEqual(100 + 2 * 25);
    expect(await readAll()).toHaveLength(written);
  });
});

describe("what DynamoDB leaves unprocessed", () => {
  let proxy: ThrottlingProxy;
  let sleeps: number[];

  async function seed(
    fateOf: (call: number, items: number) => Fate,
    options: Partial<SeedOptions> = {},
    together?: number,
  ): Promise<number> {
    proxy = await startThrottlingProxy(dynamoDb.endpoint, fateOf, together);
    sleeps = [];
    return seedTable({
      client: proxy.client,
      tableName,
      key: "code",
      items: generateProducts(50),
      concurrency: 1,
      sleep: async (milliseconds) => {
        sleeps.push(milliseconds);
      },
      random: () => 0.5,
      ...options,
    });
  }
  afterEach(() => proxy.close());

  test.each<{ name: string; fates: Fate[]; batches: number[]; sleeps: number[] }>([
    { name: "nothing: no wait", fates: [], batches: [25, 25], sleeps: [] },
    { name: "some items: only they are sent again", fates: [10], batches: [25, 10, 25], sleeps: [25] },
    {
      name: "fewer and fewer: each wait is twice as long",
      fates: [20, 15, 5],
      batches: [25, 20, 15, 5, 25],
      sleeps: [25, 50, 100],
    },
    {
      name: "in a later batch: the waits begin anew",
      fates: [1, 0, 2],
      batches: [25, 1, 25, 2],
      sleeps: [25, 25],
    },
    { name: "a throttled call: all of it", fates: ["throttle"], batches: [25, 25, 25], sleeps: [25] },
  ])("$name", async ({ fates, batches, sleeps: expected }) => {
    expect(await seed((call) => fates[call] ?? 0)).toBe(50);

    expect(proxy.batches).toEqual(batches);
    expect(sleeps).toEqual(expected);
    expect(await readAll()).toEqual([...generateProducts(50)]);
  });

  test("for ever: it is given up after ten attempts, with waits of up to 5 seconds", async () => {
    const seeding = seed((_, items) => items, { random: () => 1 });

    await expect(seeding).rejects.toMatchObject({
      name: "UserError",
      message: expect.stringMatching(/left 25 of 25 items unprocessed after 10 attempts/),
    });
    expect(sleeps).toEqual([50, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
  });

  test("an interruption during a wait ends it, without another attempt", async () => {
    const interruption = new AbortController();
    const written = await seed((call) => (call === 1 ? 10 : 0), {
      signal: interruption.signal,
      sleep: async () => interruption.abort(),
    });

    expect(written).toBe(25 + 15);
    expect(proxy.batches).toEqual([25, 25]);
  });

  test("an interruption wakes a wait that is under way", async () => {
    const interruption = new AbortController();
    const written = await seed(
      () => {
        setImmediate(() => interruption.abort());
        return 5;
      },
      { signal: interruption.signal, sleep: undefined, random: () => 1_000 },
    );

    expect(written).toBe(20);
  });

  test("several batches are under way at once, and no more than asked for", async () => {
    expect(await seed(() => 0, { items: generateProducts(500), concurrency: 4 }, 4)).toBe(500);

    expect(proxy.mostAtOnce()).toBe(4);
  });
});

test("the proxy speaks DynamoDB: the SDK reads what it left", async () => {
  const proxy = await startThrottlingProxy(dynamoDb.endpoint, () => 1);
  try {
    const requests = ["a", "b"].map((code) => ({ PutRequest: { Item: { code: { S: code } } } }));
    const answer = await proxy.client.send(
      new BatchWriteItemCommand({ RequestItems: { [tableName]: requests } }),
    );
    expect(answer.UnprocessedItems).toEqual({ [tableName]: [requests[1]] });
  } finally {
    await proxy.close();
  }
});
