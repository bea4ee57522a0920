import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import {
  type ConditionalCheckFailedException,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  type DynamoDbConnection,
  type DynamoDbOptions,
  type LocalDynamoDb,
  startDynamoDb,
} from "#dynamodb/dynamodb";
import type { Table } from "#model/table";
import { PROJECT_ROOT } from "#self/repository";
import { signTableRequest, type TableRequest } from "../../support/table-request";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();
const running = new Set<() => Promise<void>>();
afterEach(async () => {
  await Promise.all([...running].map((stop) => stop()));
  running.clear();
});

interface Started extends LocalDynamoDb {
  readonly client: DynamoDBClient;
  readonly endpoint: string;
}

/** Sends a request that no SDK would send. */
async function send(
  { endpoint, region, credentials }: DynamoDbConnection,
  asked: Pick<TableRequest, "operation" | "input">,
  change: (headers: Record<string, string>) => Record<string, string> = (headers) => headers,
): Promise<Response> {
  const { host } = new URL(endpoint);
  const { method, headers, body } = signTableRequest({ credentials, region, host, ...asked });
  return fetch(endpoint, { method, headers: change(Object.fromEntries(headers)), body: Buffer.from(body) });
}

const LOCATION = { partition: "aws", region: "eu-central-1", accountId: "111122223333" };

async function start(options: Omit<DynamoDbOptions, "location">): Promise<Started> {
  const dynamoDb = await startDynamoDb({ location: LOCATION, ...options });
  const { connection } = dynamoDb;
  const client = new DynamoDBClient({ ...connection, maxAttempts: 1 });
  const close = async () => {
    running.delete(close);
    client.destroy();
    await dynamoDb.close();
  };
  running.add(close);
  return { ...dynamoDb, client, endpoint: connection.endpoint, close };
}

const PRODUCTS: Table = {
  address: "aws_dynamodb_table.products",
  name: "products",
  arn: "arn:aws:dynamodb:eu-central-1:111122223333:table/products",
  hashKey: "code",
  attributes: [{ name: "code", type: "S" }],
  globalSecondaryIndexes: [],
  localSecondaryIndexes: [],
};

const ORDERS: Table = {
  ...PRODUCTS,
  address: "aws_dynamodb_table.orders",
  name: "orders",
  hashKey: "customer",
  rangeKey: "number",
  attributes: [
    { name: "customer", type: "S" },
    { name: "number", type: "N" },
    { name: "day", type: "S" },
  ],
  globalSecondaryIndexes: [
    {
      name: "by-day",
      hashKey: "day",
      rangeKey: "number",
      projectionType: "INCLUDE",
      nonKeyAttributes: ["total", "state"],
    },
  ],
  localSecondaryIndexes: [
    {
      name: "by-customer-day",
      hashKey: "customer",
      rangeKey: "day",
      projectionType: "ALL",
      nonKeyAttributes: [],
    },
  ],
};

const APPLE = { code: { S: "apple" }, name: { S: "Apple" } };

function put(client: DynamoDBClient) {
  return client.send(new PutItemCommand({ TableName: "products", Item: APPLE }));
}

async function get(client: DynamoDBClient) {
  const { Item } = await client.send(
    new GetItemCommand({ TableName: "products", Key: { code: { S: "apple" } } }),
  );
  return Item;
}

test("has the tables of the stack, ready for use, on a port of the loopback address", async () => {
  const { client, endpoint } = await start({ tables: [PRODUCTS, ORDERS] });
  expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect((await client.send(new ListTablesCommand())).TableNames).toEqual(["orders", "products"]);
  const { Table: table } = await client.send(new DescribeTableCommand({ TableName: "orders" }));
  expect(table).toMatchObject({
    TableStatus: "ACTIVE",
    BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
    KeySchema: [
      { AttributeName: "customer", KeyType: "HASH" },
      { AttributeName: "number", KeyType: "RANGE" },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: "by-day",
        IndexStatus: "ACTIVE",
        Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["total", "state"] },
      },
    ],
    LocalSecondaryIndexes: [{ IndexName: "by-customer-day", Projection: { ProjectionType: "ALL" } }],
  });
});

test("answers queries of an index", async () => {
  const { client } = await start({ tables: [ORDERS] });
  const order = { customer: { S: "c1" }, number: { N: "1" }, day: { S: "2026-11-22" }, total: { N: "3" } };
  await client.send(new PutItemCommand({ TableName: "orders", Item: { ...order, note: { S: "left out" } } }));
  const { Items } = await client.send(
    new QueryCommand({
      TableName: "orders",
      IndexName: "by-day",
      KeyConditionExpression: "#day = :day",
      ExpressionAttributeNames: { "#day": "day" },
      ExpressionAttributeValues: { ":day": { S: "2026-11-22" } },
    }),
  );
  expect(Items).toEqual([order]);
});

test("says which table DynamoDB does not create, and why", async () => {
  const table = { ...PRODUCTS, attributes: [] };
  await expect(start({ tables: [table] })).rejects.toThrow(
    "aws_dynamodb_table.products: DynamoDB could not create the table products: Invalid KeySchema: Some index key attribute have no definition",
  );
});

describe("when the stack changes", () => {
  test("new tables are added, the others keep their items, and those that are gone stay", async () => {
    const { client, applyTables } = await start({ tables: [PRODUCTS] });
    await put(client);
    await applyTables([ORDERS]);
    await applyTables([ORDERS, PRODUCTS]);
    expect((await client.send(new ListTablesCommand())).TableNames).toEqual(["orders", "products"]);
    expect(await get(client)).toEqual(APPLE);
  });

  test.each<{ name: string; change: Partial<Table> }>([
    { name: "attributes in another order", change: { attributes: ORDERS.attributes.toReversed() } },
    {
      name: "projected attributes in another order",
      change: {
        globalSecondaryIndexes: ORDERS.globalSecondaryIndexes.map((index) => ({
          ...index,
          nonKeyAttributes: ["state", "total"],
        })),
      },
    },
  ])("$name are no change", async ({ change }) => {
    const { applyTables } = await start({ tables: [ORDERS] });
    await expect(applyTables([{ ...ORDERS, ...change }])).resolves.toBeUndefined();
  });

  test.each<{ name: string; change: Partial<Table>; needs: string }>([
    {
      name: "another partition key",
      change: { hashKey: "id", attributes: [{ name: "id", type: "S" }] },
      needs: "keys id (S)",
    },
    {
      name: "another type of key",
      change: { attributes: [{ name: "code", type: "N" }] },
      needs: "keys code (N)",
    },
    {
      name: "an index that is new",
      change: {
        globalSecondaryIndexes: [
          { name: "by-code", hashKey: "code", projectionType: "KEYS_ONLY", nonKeyAttributes: [] },
        ],
      },
      needs: "keys code (S); index by-code: code (S), KEYS_ONLY",
    },
  ])("$name is refused, and the table stays as it is", async ({ change, needs }) => {
    const { client, applyTables } = await start({ tables: [PRODUCTS] });
    await put(client);
    await expect(applyTables([{ ...PRODUCTS, ...change }])).rejects.toThrow(
      `aws_dynamodb_table.products: the table products exists with keys code (S), and the stack declares it with ${needs}: start again to get an empty table`,
    );
    expect(await get(client)).toEqual(APPLE);
  });
});

describe("the data folder", () => {
  test("keeps the items between runs, which memory does not", async () => {
    for (const { dataDirectory, kept } of [
      { dataDirectory: join(folder, "new/folder"), kept: APPLE },
      { dataDirectory: undefined, kept: undefined },
    ]) {
      const first = await start({ tables: [PRODUCTS], dataDirectory });
      await put(first.client);
      await first.close();
      const second = await start({ tables: [PRODUCTS], dataDirectory });
      expect(await get(second.client)).toEqual(kept);
    }
  });

  test("is named where it holds a table with other keys", async () => {
    const dataDirectory = join(folder, "other-keys");
    await (await start({ tables: [PRODUCTS], dataDirectory })).close();
    const table: Table = { ...PRODUCTS, attributes: [{ name: "code", type: "N" }] };
    await expect(start({ tables: [table], dataDirectory })).rejects.toThrow(
      `the stack declares it with keys code (N): delete the folder ${dataDirectory} to get an empty table`,
    );
    // The refusal has let go of the folder.
    await start({ tables: [PRODUCTS], dataDirectory });
  });

  test("is refused while another gateway uses it", async () => {
    const dataDirectory = join(folder, "in-use");
    const first = await start({ tables: [PRODUCTS], dataDirectory });
    await expect(start({ tables: [PRODUCTS], dataDirectory })).rejects.toThrow(
      `the data folder ${dataDirectory} is in use by another process: stop it, or choose another folder`,
    );
    await put(first.client);
    expect(await get(first.client)).toEqual(APPLE);
  });

  (existsSync("/proc/self") ? test : test.skip)(
    "is refused where none can be made, and does not spin",
    () => {
      // In a process of its own, since one that spins hears nothing.
      const program = `require("./scripts/dynamodb/dynamodb").startDynamoDb({
      location: ${JSON.stringify(LOCATION)}, tables: [], dataDirectory: "/proc/x" }).catch(({ name, message }) =>
      process.stdout.write(name + " " + message));`;
      const { stdout } = spawnSync(
        process.execPath,
        ["--require", "./scripts/cli/typescript.cjs", "-e", program],
        {
          cwd: PROJECT_ROOT,
          encoding: "utf8",
          timeout: 15_000,
        },
      );
      expect(stdout).toMatch(
        /^UserError the data folder \/proc\/x cannot be used \(ENOENT: .*\): expected the folder of/,
      );
    },
  );

  test("is refused where it is a file", async () => {
    const dataDirectory = join(folder, "file");
    writeFileSync(dataDirectory, "");
    await expect(start({ tables: [PRODUCTS], dataDirectory })).rejects.toThrow(
      /^the data folder .*file cannot be used \(EEXIST: .*\): expected the folder of an earlier run or a new one/,
    );
  });

  test("is refused where it holds something else", async () => {
    const dataDirectory = join(folder, "damaged");
    mkdirSync(dataDirectory);
    writeFileSync(join(dataDirectory, "CURRENT"), "no database");
    await expect(start({ tables: [PRODUCTS], dataDirectory })).rejects.toThrow(
      /^the data folder .*damaged cannot be used \(.*CURRENT.*\): expected the folder of an earlier run or a new one/,
    );
  });
});

describe("a write whose condition fails", () => {
  const Key = { code: { S: "apple" } };
  const conditional = (asked: Asked) => ({
    ConditionExpression: "#n = :n",
    ExpressionAttributeNames: { "#n": "name" },
    ExpressionAttributeValues: { ":n": { S: "Pear" } },
    ReturnValuesOnConditionCheckFailure: asked,
  });
  const TableName = "products";
  type Asked = "ALL_OLD" | "NONE" | undefined;
  const writes = {
    PutItem: (client: DynamoDBClient, asked: Asked) =>
      client.send(
        new PutItemCommand({ TableName, Item: { ...Key, name: { S: "Cherry" } }, ...conditional(asked) }),
      ),
    UpdateItem: (client: DynamoDBClient, asked: Asked) =>
      client.send(
        new UpdateItemCommand({ TableName, Key, UpdateExpression: "SET #n = :n", ...conditional(asked) }),
      ),
    DeleteItem: (client: DynamoDBClient, asked: Asked) =>
      client.send(new DeleteItemCommand({ TableName, Key, ...conditional(asked) })),
  };
  const failure = async (sent: Promise<unknown>): Promise<ConditionalCheckFailedException> => {
    const error = await sent.then(
      () => new Error("it did not fail"),
      (thrown: Error) => thrown,
    );
    expect([error.name, error.message]).toEqual([
      "ConditionalCheckFailedException",
      "The conditional request failed",
    ]);
    return error as ConditionalCheckFailedException;
  };

  test.each(["PutItem", "UpdateItem", "DeleteItem"] as const)(
    "%s has the item if it is asked for",
    async (name) => {
      const { client } = await start({ tables: [PRODUCTS] });
      const write = (asked: Asked) => failure(writes[name](client, asked));
      expect((await write("ALL_OLD")).Item).toBeUndefined();
      await put(client);
      expect((await write("ALL_OLD")).Item).toEqual(APPLE);
      for (const asked of ["NONE", undefined] as const) expect((await write(asked)).Item).toBeUndefined();
      expect(await get(client)).toEqual(APPLE);
    },
  );

  test("it has nothing more if it succeeds", async () => {
    const { client } = await start({ tables: [PRODUCTS] });
    await put(client);
    const { $metadata: _, ...answer } = await client.send(
      new PutItemCommand({
        TableName,
        Item: APPLE,
        ConditionExpression: "attribute_exists(code)",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
    );
    expect(answer).toEqual({});
  });

  test("the old way to write a condition has it as well", async () => {
    const { client } = await start({ tables: [PRODUCTS] });
    await put(client);
    const old = new DeleteItemCommand({
      TableName,
      Key,
      Expected: { name: { Value: { S: "Pear" } } },
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    expect((await failure(client.send(old))).Item).toEqual(APPLE);
  });

  test("another value is refused", async () => {
    const { connection } = await start({ tables: [PRODUCTS] });
    const input = { TableName, Item: APPLE, ReturnValuesOnConditionCheckFailure: "ALL_NEW" };
    const response = await send(connection, { operation: "PutItem", input });
    expect([response.status, await response.json()]).toEqual([
      400,
      {
        __type: "com.amazon.coral.validate#ValidationException",
        message:
          "1 validation error detected: Value 'ALL_NEW' at 'returnValuesOnConditionCheckFailure' failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, NONE]",
      },
    ]);
  });
});

describe("goes on", () => {
  test("when a client hangs up in the middle of a request", async () => {
    const lines: string[] = [];
    const { client, endpoint } = await start({ tables: [PRODUCTS], log: (line) => lines.push(line) });
    const socket = connect(Number(new URL(endpoint).port), "127.0.0.1");
    socket.write("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf");
    await once(socket, "connect");
    await put(client);
    socket.destroy();
    await once(socket, "close");
    expect(await get(client)).toEqual(APPLE);
    expect(lines).toEqual([]);
  });

  test("when dynalite fails on a request, which then ends, and the log says so", async () => {
    const lines: string[] = [];
    const { client, connection } = await start({ tables: [PRODUCTS], log: (line) => lines.push(line) });
    await put(client);
    const nullKey = send(connection, {
      operation: "GetItem",
      input: { TableName: "products", Key: { code: null } },
    });
    await expect(nullKey).rejects.toThrow("fetch failed");
    // All connections have ended, and not each client need have noticed.
    client.destroy();
    const next = new DynamoDBClient(connection);
    expect(await get(next)).toEqual(APPLE);
    next.destroy();
    expect(lines).toEqual(["failed on a request: Cannot convert undefined or null to object"]);
  });
});

/** What is set for the partition of a government. */
describe("is reached all the same with", () => {
  const SETTINGS = ["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"];
  afterEach(() => {
    for (const name of SETTINGS) delete process.env[name];
  });

  test.each(SETTINGS)("%s, which is meant for AWS", async (name) => {
    process.env[name] = "true";
    const { client } = await start({ tables: [PRODUCTS] });
    await put(client);
    expect(await get(client)).toEqual(APPLE);
  });
});

describe("for each caller", () => {
  const scan = { operation: "Scan", input: { TableName: "products" } };

  test("is answered in DynamoDB's words, to the byte, where nothing is signed", async () => {
    const lines: string[] = [];
    const { connection, admit } = await start({ tables: [PRODUCTS], log: (line) => lines.push(line) });
    const answer = await send(connection, scan, ({ Authorization: _, ...headers }) => headers);
    // As recorded: https://github.com/architect/dynalite/blob/main/test-tape/connection.part1.js
    expect(await answer.text()).toBe(
      '{"__type":"com.amazon.coral.service#MissingAuthenticationTokenException","message":"Request is missing Authentication Token"}',
    );
    expect(answer.status).toBe(400);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-length": "125",
      "content-type": "application/x-amz-json-1.0",
      "x-amz-crc32": "2088342776",
      "x-amzn-requestid": expect.stringMatching(/^[0-9A-Z]{52}$/),
    });
    await admit({ location: LOCATION, credentials: [] });
    expect(lines).toEqual([expect.stringMatching(/^refused a request: the request is not signed: /)]);
    expect((await send(connection, scan)).status).toBe(200);
  });

  test("needs an action that is allowed, from when it is admitted until it is not", async () => {
    const { client, connection, admit } = await start({ tables: [PRODUCTS] });
    await put(client);
    const role = {
      profile: "reader",
      accessKeyId: "ASIAREADER0000000000",
      secretAccessKey: "a secret of nobody",
      sessionToken: "a token of nobody",
      sessionName: "local",
      principal: {
        address: "aws_iam_role.reader",
        kind: "role",
        name: "reader",
        arn: "arn:aws:iam::111122223333:role/reader",
        uniqueId: "AROAREADER",
        identityPolicies: [
          {
            address: "aws_iam_role_policy.reader",
            name: "reader",
            document: { Statement: { Effect: "Allow", Action: "dynamodb:GetItem", Resource: PRODUCTS.arn } },
          },
        ],
        tags: {},
      },
    } as const;
    const reader = new DynamoDBClient({ ...connection, credentials: role });
    await expect(get(reader)).rejects.toThrow("The security token included in the request is invalid.");
    await admit({ location: LOCATION, credentials: [role] });
    expect(await get(reader)).toEqual(APPLE);
    await expect(put(reader)).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: `User: arn:aws:sts::111122223333:assumed-role/reader/local is not authorized to perform: dynamodb:PutItem on resource: ${PRODUCTS.arn} because no identity-based policy allows the dynamodb:PutItem action`,
    });
    await admit({ location: { ...LOCATION, region: "eu-west-1" }, credentials: [role] });
    await expect(get(reader)).rejects.toThrow("Credential should be scoped to a valid region.");
    await admit({ location: LOCATION, credentials: [] });
    await expect(get(reader)).rejects.toThrow("The security token included in the request is invalid.");
    expect(await get(client)).toEqual(APPLE);
    reader.destroy();
  });

  test("may ask whether it is there, and nothing else that is no POST does anything", async () => {
    const { client, endpoint } = await start({ tables: [PRODUCTS] });
    await put(client);
    expect(await (await fetch(endpoint)).text()).toBe("healthy: dynamodb.us-east-1.amazonaws.com ");
    const headers = { "x-amz-target": "DynamoDB_20120810.DeleteTable", origin: "http://elsewhere" };
    const body = JSON.stringify({ TableName: "products" });
    const asked = await Promise.all(
      ["PUT", "DELETE", "PATCH", "OPTIONS"].map((method) => fetch(endpoint, { method, headers, body })),
    );
    expect(asked.map(({ status }) => status)).toEqual([404, 404, 404, 200]);
    expect(await get(client)).toEqual(APPLE);
  });

  test("is not listened to beyond DynamoDB's limit", async () => {
    const { client, connection, endpoint } = await start({ tables: [PRODUCTS] });
    const tooLong = await fetch(endpoint, { method: "POST", body: Buffer.alloc(16 * 1024 * 1024 + 1) });
    expect(tooLong.status).toBe(413);
    await put(client);
    expect((await send(connection, scan)).status).toBe(200);
  });
});

test("closing ends the server", async () => {
  const { endpoint, close } = await start({ tables: [PRODUCTS] });
  expect((await fetch(endpoint)).status).toBe(200);
  await close();
  await expect(fetch(endpoint)).rejects.toThrow("fetch failed");
});
