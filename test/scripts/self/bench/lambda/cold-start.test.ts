import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { FIVE_PRODUCTS } from "#seeds/products";
import { coldStart, inNode } from "#self/bench/lambda/cold-start";
import { createContestants } from "#self/bench/lambda/contestants";
import { lambdaEnvironment } from "#self/bench/lambda/environment";
import { seedTable } from "#stage/seed-table";
import { startDynalite } from "../../../../support/dynalite";
import { temporaryFolder } from "../../../../support/temporary-folder";

const node = { path: process.execPath };
const folder = temporaryFolder();

function handlerThatAnswers(name: string, statusCode: number): string {
  const path = join(folder, name);
  const handler = `async () => ({ statusCode: ${statusCode}, body: "four" })`;
  writeFileSync(
    path,
    name.endsWith(".mjs") ? `export const handler = ${handler};` : `exports.handler = ${handler};`,
  );
  return path;
}

test.each(["handler.mjs", "handler.js"])("a cold start of %s is measured", async (name) => {
  const measured = await coldStart(inNode(node, handlerThatAnswers(name, 200), {}));
  expect(measured).toEqual({
    bytes: 4,
    init: expect.any(Number),
    firstEvent: expect.any(Number),
    cpu: expect.any(Number),
    process: expect.any(Number),
  });
  expect(measured.init).toBeGreaterThan(0);
  expect(measured.process).toBeGreaterThan(measured.init + measured.firstEvent);
});

test("an answer that is no 200 is no measurement", async () => {
  const command = inNode(node, handlerThatAnswers("failing.mjs", 502), {});
  await expect(coldStart(command)).rejects.toThrow("failing.mjs answered 502, expected 200");
});

test("the floor answers what get-products answers", async () => {
  const dynamoDb = await startDynalite();
  const tableName = await dynamoDb.createProductsTable();
  await seedTable({ client: dynamoDb.client, tableName, key: "code", items: FIVE_PRODUCTS });
  const env = lambdaEnvironment({ table: dynamoDb.endpoint, productsApi: "http://127.0.0.1" });
  const contestants = createContestants();
  const [floor, plain, got] = await Promise.all(
    [contestants.floor, contestants.plainFloor, contestants.unpacked].map((build) =>
      coldStart(inNode(node, build("get-products"), env)),
    ),
  );
  contestants.remove();
  await dynamoDb.close();
  expect(got?.bytes).toBeGreaterThan(400);
  expect([floor?.bytes, plain?.bytes]).toEqual([got?.bytes, got?.bytes]);
});
