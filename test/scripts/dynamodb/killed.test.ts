import { join } from "node:path";
import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { startDynamoDb } from "#dynamodb/dynamodb";
import { runScript } from "../../support/run-script";
import { SESSIONS, SESSIONS_LOCATION } from "../../support/sessions-table";
import { temporaryFolder } from "../../support/temporary-folder";

/** `--data` when the process is killed in the middle of writes: no write that was acknowledged is lost. */

const folder = temporaryFolder();

/** The numbers of the items in the table, or in its index. */
async function stored(client: DynamoDBClient, IndexName?: string): Promise<Set<number>> {
  const numbers = new Set<number>();
  const scan = { TableName: "sessions", ...(IndexName !== undefined && { IndexName }) };
  for await (const { Items = [] } of paginateScan({ client }, scan)) {
    for (const { number } of Items) numbers.add(Number(number?.N));
  }
  return numbers;
}

test("each acknowledged write is there after a SIGKILL, in the table and in its index, kill after kill", async () => {
  const dataDirectory = join(folder, "data");
  const acknowledged = new Set<number>();
  for (const enough of [50, 200, 400]) {
    const { out, status } = await runScript(
      ["test/support/write-until-killed.ts", dataDirectory],
      {},
      (child) => {
        let lines = 0;
        child.stdout?.on("data", (text: string) => {
          lines += text.split("\n").length - 1;
          if (lines >= enough) child.kill("SIGKILL");
        });
      },
    );
    expect(status).toBeNull();
    // The last line may be cut off.
    for (const line of out.split("\n").slice(0, -1)) acknowledged.add(Number(line));
    const dynamoDb = await startDynamoDb({ location: SESSIONS_LOCATION, tables: [SESSIONS], dataDirectory });
    const client = new DynamoDBClient(dynamoDb.connection);
    const [inTable, inIndex] = [await stored(client), await stored(client, "by-day")];
    client.destroy();
    await dynamoDb.close();
    expect([...acknowledged].filter((number) => !inTable.has(number))).toEqual([]);
    expect([...acknowledged].filter((number) => !inIndex.has(number))).toEqual([]);
    expect(acknowledged.size).toBeGreaterThanOrEqual(enough - 1);
  }
});
