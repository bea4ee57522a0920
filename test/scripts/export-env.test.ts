import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { main } from "#export-env";
import { captureIo } from "../support/captured-io";
import { runScript } from "../support/run-script";
import { writeOutputs } from "../support/stage-outputs";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const outputs = writeOutputs(folder, "outputs.json");

const VARIABLES = `products_api=https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/dev/products
default_results=10
products_table=signed-inventory-dev-products
`;

test("writes the three variables, and says so on stderr", async () => {
  const file = join(folder, "new.env");
  const io = captureIo();

  expect(await main(["--outputs", outputs, "--file", file], {}, io)).toBe(0);
  expect(readFileSync(file, "utf8")).toBe(VARIABLES);
  expect(io.written()).toEqual({
    out: "",
    err: expect.stringMatching(/^wrote products_api, default_results, products_table to .*new\.env\n$/),
  });
});

test("keeps the other lines of a file, and writes the same when run again", async () => {
  const file = join(folder, "existing.env");
  writeFileSync(file, "# mine\nEDITOR=vi\n");
  await main(["--outputs", outputs, "--file", file], {}, captureIo());
  await main(["--outputs", outputs, "--file", file], {}, captureIo());

  expect(readFileSync(file, "utf8")).toBe(`# mine\nEDITOR=vi\n${VARIABLES}`);
});

test.each([
  { name: "an unknown stage", argv: ["--stage=nope"], message: /^STAGE: got 'nope', expected one of / },
  { name: "no outputs", argv: ["--outputs=/nonexistent.json"], message: /run 'make deploy' first$/ },
  {
    name: "outputs with a line break, which would begin another variable",
    argv: ["--outputs", writeOutputs(folder, "break.json", { products_table_name: "t\nEVIL=1" })],
    message: /^products_table: got "t\\nEVIL=1", expected one word, /,
  },
  {
    name: "outputs that lack a value",
    argv: ["--outputs", writeOutputs(folder, "old.json", { default_results: undefined })],
    message: /no 'default_results' .*; if main\.ts declares it, run 'make deploy' again$/,
  },
])("$name: one line, and no file", async ({ argv, message }) => {
  const file = join(folder, "none.env");
  const exporting = main(["--outputs", outputs, "--file", file, ...argv], {}, captureIo());

  await expect(exporting).rejects.toMatchObject({
    name: "UserError",
    message: expect.stringMatching(message),
  });
  expect(existsSync(file)).toBe(false);
});

test("as a process: an unknown flag is reported in one line, status 2", async () => {
  expect(await runScript(["scripts/export-env.ts", "--fiel", "x"])).toEqual({
    status: 2,
    out: "",
    err: expect.stringMatching(/^Unknown option '--fiel'.*\(--help lists the options\)\n$/),
  });
});
