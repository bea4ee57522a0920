import { seedWhereEmpty } from "../../../scripts/lib/stage-model";
import type { DynamoDbConnection } from "../../../scripts/local/dynamodb";
import type { Model } from "../../../scripts/local/model";

test("seeds for a table that no output names are refused before anything is written", async () => {
  const nowhere = { endpoint: "http://127.0.0.1:1", region: "us-east-1" } as DynamoDbConnection;
  const model = { outputs: { table: { value: "t", sensitive: false } } } as unknown as Model;
  await expect(seedWhereEmpty(nowhere, model)).rejects.toMatchObject({
    name: "UserError",
    message: expect.stringMatching(
      /^SEEDS: got 'products_table_name', expected an output .* \(have: table\)/,
    ),
  });
});
