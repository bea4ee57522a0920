import { seedWhereEmpty } from "../../../scripts/lib/stage-model";
import { SEEDS } from "../../../scripts/lib/this-api";
import type { DynamoDbConnection } from "../../../scripts/local/dynamodb";
import type { Model } from "../../../scripts/local/model";

test("seeds for a table that no output names are refused before anything is written", async () => {
  const nowhere = { endpoint: "http://127.0.0.1:1", region: "us-east-1" } as DynamoDbConnection;
  const model = { outputs: { other: { value: "t", sensitive: false } } } as unknown as Model;
  const { message } = await seedWhereEmpty(nowhere, model).then(
    () => new Error("seeded"),
    (error: Error) => error,
  );
  expect(message).toContain(`SEEDS: got '${SEEDS[0]?.tableOutput}', expected an output of the stack`);
  expect(message).toContain("(have: other)");
});
