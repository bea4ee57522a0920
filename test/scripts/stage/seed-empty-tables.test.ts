import type { DynamoDbConnection } from "#dynamodb/dynamodb";
import type { Model } from "#model/model";
import type { Table } from "#model/table";
import { projectConfig } from "#modules/config/load-config";
import { seedEmptyTables } from "#stage/seed-empty-tables";

test("seeds for a table that no output names are refused before anything is written", async () => {
  const nowhere = { endpoint: "http://127.0.0.1:1", region: "us-east-1" } as DynamoDbConnection;
  const model = { outputs: { other: { value: "t", sensitive: false } } } as unknown as Model;
  const { message } = await seedEmptyTables(nowhere, model).then(
    () => new Error("seeded"),
    (error: Error) => error,
  );
  expect(message).toContain(
    `SEEDS: got '${projectConfig().seeds?.[0]?.tableOutput}', expected an output of the stack`,
  );
  expect(message).toContain("(have: other)");
});

test.each([
  [{ key: "code" }, "key 'code'"],
  [{ key: "order", sortKey: "code" }, "key 'order' and sortKey 'code'"],
  [{ key: "line", sortKey: "order" }, "key 'line' and sortKey 'order'"],
  [{ key: "order" }, "key 'order'"],
])(
  "seeds with other keys than their table's are refused before anything is written: %j",
  async (keys, shown) => {
    const nowhere = { endpoint: "http://127.0.0.1:1", region: "us-east-1" } as DynamoDbConnection;
    const table = { name: "lines", hashKey: "order", rangeKey: "line" } as Table;
    const model = { outputs: { lines: { value: "lines", sensitive: false } }, tables: [table] };
    const seed = { ...keys, noun: "lines", tableOutput: "lines", items: [] };
    await expect(seedEmptyTables(nowhere, model, [seed])).rejects.toThrow(
      `SEEDS: got ${shown} for table 'lines', expected key 'order' and sortKey 'line'; correct project.config.ts`,
    );
  },
);
