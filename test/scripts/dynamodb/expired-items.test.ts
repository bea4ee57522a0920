import { DynamoDBClient, PutItemCommand, QueryCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { type LocalDynamoDb, startDynamoDb } from "#dynamodb/dynamodb";
import { removeExpired } from "#dynamodb/expired-items";
import type { Table } from "#model/table";
import { SESSIONS, SESSIONS_LOCATION } from "../../support/sessions-table";
import { load } from "../load/minimal-stack";

/** The time to live of items in the embedded tables, by a clock that the test sets. */

const NOW = Date.UTC(2026, 0, 31, 12);
const SECONDS = NOW / 1000;
const EXPIRING: Table = { ...SESSIONS, timeToLive: "expires" };
const PLAIN: Table = {
  ...SESSIONS,
  address: "aws_dynamodb_table.plain",
  name: "plain",
  timeToLive: undefined,
};

let dynamoDb: LocalDynamoDb;
let client: DynamoDBClient;
beforeEach(async () => {
  dynamoDb = await startDynamoDb({ location: SESSIONS_LOCATION, tables: [EXPIRING, PLAIN] });
  client = new DynamoDBClient(dynamoDb.connection);
});
afterEach(async () => {
  client.destroy();
  await dynamoDb.close();
});

let number = 0;
async function put(user: string, expires: unknown, TableName = "sessions"): Promise<void> {
  number += 1;
  const item = { user, number, day: "monday", ...(expires !== undefined && { expires }) };
  await client.send(new PutItemCommand({ TableName, Item: marshall(item) }));
}

async function users(TableName = "sessions"): Promise<string[]> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName }));
  return Items.map((item) => String(unmarshall(item)["user"])).sort();
}

test.each<[string, unknown, boolean]>([
  ["a second ago", SECONDS - 1, false],
  ["this second", SECONDS, true],
  ["in a second", SECONDS + 1, true],
  ["almost five years ago", SECONDS - 5 * 365 * 86_400 + 1, false],
  ["more than five years ago", SECONDS - 5 * 365 * 86_400 - 1, true],
  ["a second ago, as text", String(SECONDS - 1), true],
  ["a second ago, in milliseconds", NOW - 1000, true],
  ["never", undefined, true],
])("an item that expired %s stays: %#", async (_, expires, stays) => {
  await put("a", expires);
  await dynamoDb.removeExpired(NOW);
  expect(await users()).toEqual(stays ? ["a"] : []);
});

test("an item of a table without a time to live stays", async () => {
  await put("a", SECONDS - 1, "plain");
  await dynamoDb.removeExpired(NOW);
  expect(await users("plain")).toEqual(["a"]);
});

test("an expired item is read until it is removed, and then neither from the table nor from an index", async () => {
  await put("a", SECONDS - 1);
  const byDay = async () => {
    const { Count } = await client.send(
      new QueryCommand({
        TableName: "sessions",
        IndexName: "by-day",
        KeyConditionExpression: "#day = :day",
        ExpressionAttributeNames: { "#day": "day" },
        ExpressionAttributeValues: { ":day": { S: "monday" } },
      }),
    );
    return Count;
  };
  expect([await users(), await byDay()]).toEqual([["a"], 1]);
  await dynamoDb.removeExpired(NOW);
  expect([await users(), await byDay()]).toEqual([[], 0]);
});

test("an item that is written again while the sweep runs stays", async () => {
  await put("a", SECONDS - 1);
  // The renewal comes after the scan and before the removal.
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (commandName === "DeleteItemCommand") {
          const item = { user: "a", number, day: "monday", expires: SECONDS + 60 };
          await dynamoDbPut(item);
        }
        return next(args);
      },
    { step: "initialize" },
  );
  const dynamoDbPut = async (item: object): Promise<void> => {
    const other = new DynamoDBClient(dynamoDb.connection);
    await other.send(new PutItemCommand({ TableName: "sessions", Item: marshall(item) }));
    other.destroy();
  };
  expect(await removeExpired(client, EXPIRING, NOW)).toBe(0);
  expect(await users()).toEqual(["a"]);
});

test("each of many pages is looked at", async () => {
  const filler = "x".repeat(300_000);
  for (let each = 0; each < 8; each += 1) {
    number += 1;
    const item = { user: `u${each}`, number, filler, expires: SECONDS - 1 };
    await client.send(new PutItemCommand({ TableName: "sessions", Item: marshall(item) }));
  }
  expect(await removeExpired(client, EXPIRING, NOW)).toBe(8);
});

test("the attribute is that of the stack, if it is enabled there", () => {
  const ttlOf = (ttl: unknown) => load({ "aws_dynamodb_table.products": { ttl } }).tables[0]?.timeToLive;
  expect(ttlOf({ attribute_name: "expires", enabled: true })).toBe("expires");
  expect(ttlOf([{ attribute_name: "expires", enabled: false }])).toBeUndefined();
  expect(ttlOf([{ attribute_name: "", enabled: false }])).toBeUndefined();
  expect(ttlOf(undefined)).toBeUndefined();
});
