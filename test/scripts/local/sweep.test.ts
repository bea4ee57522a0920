import { DynamoDBClient, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { startGateway } from "../../support/local-gateway";
import { load } from "../load/minimal-stack";

test("expired items are removed each minute by the gateway's clock, until it is closed", async () => {
  const timers = jest.spyOn(globalThis, "setInterval");
  const cleared = jest.spyOn(globalThis, "clearInterval");
  const now = Date.UTC(2026, 0, 31);
  const model = load({
    "aws_dynamodb_table.products": { ttl: { attribute_name: "expires", enabled: true } },
  });
  const { api } = await startGateway(model, { now: () => now });
  const index = timers.mock.calls.findIndex(([, milliseconds]) => milliseconds === 60_000);
  const sweep = timers.mock.calls[index]?.[0] as () => void;
  const client = new DynamoDBClient(api.dynamoDb);
  const TableName = model.tables[0]?.name;
  for (const [code, expires] of [
    ["over", now / 1000 - 1],
    ["ahead", now / 1000 + 1],
  ] as const) {
    await client.send(
      new PutItemCommand({ TableName, Item: { code: { S: code }, expires: { N: String(expires) } } }),
    );
  }
  sweep();
  const codes = async (): Promise<(string | undefined)[]> =>
    (await client.send(new ScanCommand({ TableName }))).Items?.map(({ code }) => code?.S) ?? [];
  let left = await codes();
  while (left.length > 1) left = await codes();
  expect(left).toEqual(["ahead"]);
  client.destroy();
  await api.close();
  expect(cleared).toHaveBeenCalledWith(timers.mock.results[index]?.value);
});
