import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { startDynamoDb } from "#dynamodb/dynamodb";
import { SESSIONS, SESSIONS_LOCATION } from "./sessions-table";

/*
 * Writes items to a table that a folder keeps, many at once, and prints the number of each when the write is acknowledged,
 * until the process is killed. Its argument: the folder.
 */

async function main(dataDirectory = ""): Promise<void> {
  const dynamoDb = await startDynamoDb({
    location: SESSIONS_LOCATION,
    tables: [SESSIONS],
    dataDirectory,
  });
  const client = new DynamoDBClient(dynamoDb.connection);
  let last = 0;
  const write = async (): Promise<void> => {
    for (;;) {
      last += 1;
      const number = last;
      const Item = { user: { S: "a" }, number: { N: `${number}` }, day: { S: `day-${number}` } };
      await client.send(new PutItemCommand({ TableName: "sessions", Item }));
      process.stdout.write(`${number}\n`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, write));
}

void main(process.argv[2]);
