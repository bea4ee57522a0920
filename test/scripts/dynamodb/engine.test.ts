import {
  DeleteItemCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { main } from "#dev";
import { type LocalDynamoDb, startDynamoDb } from "#dynamodb/dynamodb";
import { createEngine } from "#dynamodb/engine";
import type { LocalCredentials } from "#iam/identity";
import type { Table } from "#model/table";
import { captureIo } from "../../support/captured-io";
import { type Dynalite, startDynalite } from "../../support/dynalite";
import { HAS_MOTO, startMoto } from "../../support/moto";
import { startRaw } from "../../support/upstream";

/** Another engine behind the gate, in place of the embedded one. */

const LOCATION = { partition: "aws", region: "us-east-1", accountId: "123456789012" };
const NOTES: Table = {
  address: "aws_dynamodb_table.notes",
  name: "notes",
  arn: "arn:aws:dynamodb:us-east-1:123456789012:table/notes",
  hashKey: "code",
  attributes: [{ name: "code", type: "S" }],
  globalSecondaryIndexes: [],
  localSecondaryIndexes: [],
};
const ITEM = { code: { S: "a" }, text: { S: "hello" } };

/** A role that may do what is named on the table of notes, and nothing else. */
function role(name: string, ...actions: readonly string[]): LocalCredentials {
  const arn = `arn:aws:iam::123456789012:role/${name}`;
  const statement = { Effect: "Allow" as const, Action: actions, Resource: NOTES.arn };
  return {
    profile: name,
    accessKeyId: `ASIA${name.toUpperCase().padEnd(16, "A")}`,
    secretAccessKey: name.padEnd(40, "s"),
    sessionToken: `token-of-${name}`,
    sessionName: "local",
    principal: {
      address: arn,
      kind: "role",
      name,
      arn,
      uniqueId: `AROA${name.toUpperCase().padEnd(17, "A")}`,
      identityPolicies: [{ address: arn, name, document: { Version: "2012-10-17", Statement: [statement] } }],
      tags: {},
    },
  };
}

const WRITER = role("writer", "dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:PartiQLSelect");
const READER = role("reader", "dynamodb:GetItem");

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Gated extends LocalDynamoDb {
  readonly lines: string[];
  as(credentials: LocalCredentials): DynamoDBClient;
}

async function gateBefore(engine: string, table: Table = NOTES): Promise<Gated> {
  const lines: string[] = [];
  const gated = await startDynamoDb({
    location: LOCATION,
    tables: [table],
    engine,
    log: (line) => lines.push(line),
  });
  closing.push(() => gated.close());
  await gated.admit({ location: LOCATION, credentials: [WRITER, READER] });
  const as = (credentials: LocalCredentials): DynamoDBClient => {
    const client = new DynamoDBClient({ ...gated.connection, credentials, maxAttempts: 1 });
    closing.push(async () => client.destroy());
    return client;
  };
  return { ...gated, lines, as };
}

const put = (TableName = "notes") => new PutItemCommand({ TableName, Item: ITEM });
const get = () => new GetItemCommand({ TableName: "notes", Key: { code: { S: "a" } } });

describe("with a second dynalite", () => {
  let engine: Dynalite;
  beforeEach(async () => {
    engine = await startDynalite();
    closing.push(() => engine.close());
  });

  test("an allowed operation reaches it, signed anew, and what is denied does not", async () => {
    const { as, lines } = await gateBefore(engine.endpoint);
    await as(WRITER).send(put());
    expect((await as(READER).send(get())).Item).toEqual(ITEM);
    const before = engine.requests();
    await expect(as(READER).send(put())).rejects.toMatchObject({ name: "AccessDeniedException" });
    await expect(as({ ...WRITER, secretAccessKey: "x".repeat(40) }).send(put())).rejects.toMatchObject({
      name: "InvalidSignatureException",
    });
    await expect(as(WRITER).send(put("other"))).rejects.toMatchObject({ name: "AccessDeniedException" });
    expect(engine.requests()).toBe(before);
    expect(lines.join("\n")).toContain("dynamodb:PutItem");
  });

  test("a table that is there keeps its items, and others are left alone", async () => {
    await engine.createProductsTable("notes");
    await engine.createProductsTable("others");
    await engine.client.send(put());
    const gated = await gateBefore(engine.endpoint);
    expect((await gated.as(READER).send(get())).Item).toEqual(ITEM);
    await gated.applyTables([]);
    expect((await engine.client.send(new ListTablesCommand({}))).TableNames).toEqual(["notes", "others"]);
  });

  test("a table with other keys is named, and stays", async () => {
    await engine.createProductsTable("notes");
    const other: Table = { ...NOTES, hashKey: "id", attributes: [{ name: "id", type: "S" }] };
    await expect(gateBefore(engine.endpoint, other)).rejects.toThrow(
      `aws_dynamodb_table.notes: the table notes exists with keys code (S), and the stack declares it with keys id (S): delete the table from ${engine.endpoint} to get an empty table`,
    );
    expect((await engine.client.send(new ListTablesCommand({}))).TableNames).toEqual(["notes"]);
  });

  test("which ends, an operation fails at once, by name", async () => {
    const { as, lines } = await gateBefore(engine.endpoint);
    await engine.close();
    closing.splice(0, 1);
    const fault = `the table engine at ${engine.endpoint} cannot be reached (ECONNREFUSED): start it, or serve without --dynamodb`;
    await expect(as(WRITER).send(put())).rejects.toMatchObject({
      name: "InternalServerError",
      message: fault,
    });
    expect(lines).toEqual([fault]);
  });
});

test("an engine that is not there stops the start in one line", async () => {
  await expect(gateBefore("http://127.0.0.1:9")).rejects.toThrow(
    /^--dynamodb: http:\/\/127\.0\.0\.1:9 does not answer as DynamoDB does \(the table engine at http:\/\/127\.0\.0\.1:9 cannot be reached \(ECONNREFUSED\): .*\): expected an engine such as DynamoDB Local; start it first$/,
  );
});

describe("an engine's answer", () => {
  const asked = async (answer: string, timeoutMilliseconds?: number) => {
    const raw = await startRaw((socket) => socket.end(answer));
    closing.push(() => raw.close());
    const { url } = raw;
    return {
      url,
      answered: await createEngine({ url, region: "us-east-1", timeoutMilliseconds })(
        "DynamoDB_20120810.GetItem",
        Buffer.from("{}"),
      ),
    };
  };
  const http = (status: string, body: string, headers = ""): string =>
    `HTTP/1.1 ${status}\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

  test("of DynamoDB is passed on, with what SDKs read of its headers", async () => {
    const { answered } = await asked(
      http("400 Bad Request", '{"__type":"x"}', "x-amzn-RequestId: R\r\nSet-Cookie: a=b\r\n"),
    );
    expect(answered).toEqual({
      status: 400,
      headers: { "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": "R" },
      body: Buffer.from('{"__type":"x"}'),
    });
  });

  test.each([
    ["a page", http("200 OK", "<html>"), "answered with status 200 and something that is not DynamoDB's"],
    ["a list", http("200 OK", "[]"), "answered with status 200 and something that is not DynamoDB's"],
    ["a redirect", http("302 Found", "{}", "Location: http://example.com/\r\n"), "answered with status 302"],
    ["garbage", "\u0000\u0001\r\n\r\n", "cannot be reached"],
    [
      "half of it",
      "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{",
      "ended the connection within its answer",
    ],
    ["nothing", "", "cannot be reached"],
    [
      "an endless header",
      `HTTP/1.1 200 OK\r\nX: ${"a".repeat(64 * 1024)}\r\n\r\n{}`,
      "cannot be reached (HPE_HEADER_OVERFLOW)",
    ],
  ])("that is %s is a fault that names it", async (_, answer, what) => {
    const { url, answered } = await asked(answer);
    expect(answered).toEqual({ fault: expect.stringContaining(`the table engine at ${url} ${what}`) });
  });

  test("that does not come in time is a fault", async () => {
    const raw = await startRaw(() => undefined);
    closing.push(() => raw.close());
    const ask = createEngine({ url: raw.url, region: "us-east-1", timeoutMilliseconds: 50 });
    expect(await ask("DynamoDB_20120810.GetItem", Buffer.from("{}"))).toEqual({
      fault: `the table engine at ${raw.url} gave no whole answer within 50 ms`,
    });
  });

  test("that does not end is cut off", async () => {
    const raw = await startRaw((socket) => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      const more = (): void => {
        if (!socket.destroyed) socket.write(Buffer.alloc(1024 * 1024, 32), more);
      };
      more();
    });
    closing.push(() => raw.close());
    const ask = createEngine({ url: raw.url, region: "us-east-1" });
    expect(await ask("DynamoDB_20120810.Scan", Buffer.from("{}"))).toEqual({
      fault: expect.stringContaining("answered more than"),
    });
  });
});

(HAS_MOTO ? describe : describe.skip)("with moto", () => {
  test("transactions, PartiQL, the time to live and the stream are the engine's, under the role's policies", async () => {
    const moto = await startMoto();
    closing.push(() => moto.close());
    const table: Table = { ...NOTES, timeToLive: "expires", streamView: "NEW_IMAGE" };
    const { as, connection } = await gateBefore(moto.url, table);
    await as(WRITER).send(
      new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName: "notes", Item: ITEM } }] }),
    );
    const select = new ExecuteStatementCommand({ Statement: "SELECT * FROM \"notes\" WHERE code = 'a'" });
    expect((await as(WRITER).send(select)).Items).toEqual([ITEM]);
    await expect(as(READER).send(select)).rejects.toMatchObject({ name: "AccessDeniedException" });
    await expect(
      as(READER).send(
        new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName: "notes", Item: ITEM } }] }),
      ),
    ).rejects.toMatchObject({ name: "AccessDeniedException" });
    await expect(
      as(WRITER).send(new DeleteItemCommand({ TableName: "notes", Key: { code: { S: "a" } } })),
    ).rejects.toMatchObject({ name: "AccessDeniedException" });
    const administrator = new DynamoDBClient(connection);
    closing.push(async () => administrator.destroy());
    const { TimeToLiveDescription } = await administrator.send(
      new DescribeTimeToLiveCommand({ TableName: "notes" }),
    );
    expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: "ENABLED", AttributeName: "expires" });
    const { Table: described } = await administrator.send(new DescribeTableCommand({ TableName: "notes" }));
    expect(described?.StreamSpecification).toEqual({ StreamEnabled: true, StreamViewType: "NEW_IMAGE" });
  });
});

describe("the flag", () => {
  const run = async (...argv: readonly string[]) => {
    const io = captureIo();
    return main(argv, { STAGE: "dev", AWS_REGION: "us-east-1" }, io).catch((error: Error) => error.message);
  };

  test.each([
    [
      ["--dynamodb", "localhost:8000"],
      "--dynamodb: got 'localhost:8000', expected the URL of an emulator such as http://127.0.0.1:8000",
    ],
    [
      ["--dynamodb", "http://k:secret@h"],
      "--dynamodb: got 'http://…@h', expected the URL of an emulator such as http://127.0.0.1:8000",
    ],
    [
      ["--dynamodb", "http://h", "--data", "d"],
      "--data: got a folder, expected none with --dynamodb: the engine there keeps the tables",
    ],
  ])("%j is refused in one line", async (argv, message) => {
    expect(await run(...argv)).toBe(message);
  });
});
