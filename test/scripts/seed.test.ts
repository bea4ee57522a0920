import type { ChildProcess } from "node:child_process";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { main } from "#seed";
import { FIVE_PRODUCTS } from "#seeds/products";
import { captureIo } from "../support/captured-io";
import { type Dynalite, startDynalite } from "../support/dynalite";
import { runScript } from "../support/run-script";
import { SOME_CREDENTIALS, useAwsAt, writeOutputs } from "../support/stage-outputs";
import { temporaryFolder } from "../support/temporary-folder";
import { startThrottlingProxy } from "../support/throttling-proxy";

const folder = temporaryFolder();
const table = "signed-inventory-dev-products";
let dynamoDb: Dynalite;
let outputs: string;

beforeAll(async () => {
  dynamoDb = await startDynalite();
  await dynamoDb.createProductsTable(table);
  outputs = writeOutputs(folder, "outputs.json");
});
beforeEach(() => useAwsAt(dynamoDb.endpoint));
afterAll(() => dynamoDb.close());

async function countItems(tableName: string): Promise<number> {
  let count = 0;
  let startKey: Record<string, { S: string }> | undefined;
  do {
    const page = await dynamoDb.client.send(
      new ScanCommand({ TableName: tableName, Select: "COUNT", ExclusiveStartKey: startKey }),
    );
    count += page.Count ?? 0;
    startKey = page.LastEvaluatedKey as typeof startKey;
  } while (startKey);
  return count;
}

test("fills the table that the outputs name, with five products", async () => {
  const io = captureIo();

  expect(await main(["--outputs", outputs], {}, io)).toBe(0);
  expect(io.written()).toEqual({ out: "", err: `wrote 5 products to table '${table}'\n` });
  expect(await countItems(table)).toBe(FIVE_PRODUCTS.length);
});

test.each([
  { name: "the variable COUNT", argv: [], env: { COUNT: "30" }, written: "30" },
  {
    name: "--count, which comes before the variable",
    argv: ["--count=31"],
    env: { COUNT: "9" },
    written: "31",
  },
  { name: "an empty COUNT, which is none", argv: [], env: { COUNT: "" }, written: "5" },
])("takes the number of products from $name", async ({ argv, env, written }) => {
  const io = captureIo();

  expect(await main(["--outputs", outputs, ...argv], env, io)).toBe(0);
  expect(io.written().err).toBe(`wrote ${written} products to table '${table}'\n`);
});

test("shows its progress on a terminal, and takes it away", async () => {
  const io = captureIo({ isTTY: true });
  await main(["--outputs", outputs, "--count=50"], {}, io);

  const [, ...lines] = io.written().err.split("\r\u001b[K");
  expect(lines).toEqual([
    "25 of 50 products (50%)",
    "50 of 50 products (100%)",
    `wrote 50 products to table '${table}'\n`,
  ]);
});

test("interrupted before it began: nothing is written, status 130", async () => {
  const io = captureIo({ signal: AbortSignal.abort() });

  expect(await main(["--outputs", outputs, "--count=5000"], {}, io)).toBe(130);
  expect(io.written().err).toBe(
    `stopped at 0 of 5,000 products in table '${table}'; run 'make seed' again to complete them\n`,
  );
});

describe("a mistake is reported in one line", () => {
  test.each(["-1", "0", "1.5", "1e3", "many", "99999999999999999999"])("COUNT=%s", async (COUNT) => {
    await expect(main(["--outputs", outputs], { COUNT }, captureIo())).rejects.toMatchObject({
      name: "UserError",
      message: `COUNT: got '${COUNT}', expected a whole number from 1, such as COUNT=1000`,
    });
  });

  test.each([
    {
      name: "an unknown stage",
      argv: ["--stage=nope"],
      message: /^STAGE: got 'nope', expected one of dev, prod/,
    },
    {
      name: "no outputs",
      argv: ["--outputs=/nonexistent.json"],
      message: /^no outputs at .*nonexistent\.json: stack 'signed-inventory-dev' .*run 'make deploy' first$/,
    },
    { name: "outputs of another stage", argv: ["--stage=prod"], message: /'signed-inventory-prod'/ },
  ])("$name", async ({ argv, message }) => {
    await expect(main(["--outputs", outputs, ...argv], {}, captureIo())).rejects.toMatchObject({
      name: "UserError",
      message: expect.stringMatching(message),
    });
  });

  test("a table that does not exist", async () => {
    const stale = writeOutputs(folder, "stale.json", { products_table_name: "gone" });

    await expect(main(["--outputs", stale], {}, captureIo())).rejects.toMatchObject({
      name: "UserError",
      message:
        "table 'gone' does not exist in eu-west-1, although the outputs name it; run 'make deploy' again",
    });
  });
});

describe("as a process of its own", () => {
  test.each([
    { name: "no credentials", env: {}, message: /^no AWS credentials .*set AWS_PROFILE, or .*\n$/ },
    {
      name: "an endpoint without a listener",
      env: { ...SOME_CREDENTIALS, AWS_ENDPOINT_URL: "http://127.0.0.1:1" },
      message: /^cannot reach AWS \(connect ECONNREFUSED 127\.0\.0\.1:1\): .*AWS_ENDPOINT_URL.*\n$/,
    },
  ])("$name: one line, status 2", async ({ env, message }) => {
    expect(await runScript(["scripts/seed.ts", "--outputs", outputs], env)).toEqual({
      status: 2,
      out: "",
      err: expect.stringMatching(message),
    });
  });

  test("Ctrl-C: says how many are written, status 130", async () => {
    await dynamoDb.createProductsTable("interrupted");
    let seeding: ChildProcess | undefined;
    const proxy = await startThrottlingProxy(dynamoDb.endpoint, (call) => {
      if (call === 10) seeding?.kill("SIGINT");
      return 0;
    });
    const run = await runScript(
      [
        "scripts/seed.ts",
        "--outputs",
        writeOutputs(folder, "own.json", { products_table_name: "interrupted" }),
      ],
      { ...SOME_CREDENTIALS, AWS_ENDPOINT_URL: proxy.endpoint, COUNT: "1000000" },
      (child) => {
        seeding = child;
      },
    );
    await proxy.close();

    const written = proxy.batches.length * 25;
    expect(run).toEqual({
      status: 130,
      out: "",
      err: `stopped at ${written} of 1,000,000 products in table 'interrupted'; run 'make seed' again to complete them\n`,
    });
    expect(await countItems("interrupted")).toBe(written);
  });
});
