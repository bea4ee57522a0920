import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { bundleFunction, DEFAULT_RUNTIME } from "#modules/bundle/bundle";
import { LEAN_DYNAMODB } from "#modules/bundle/bundling";
import { PROJECT_ROOT } from "#self/repository";
import { main } from "../../../scripts/trace";

const bundle = bundleFunction("functions/get-product/index.ts", DEFAULT_RUNTIME, LEAN_DYNAMODB);
const code = Buffer.from(unzipSync(readFileSync(bundle.path))["index.mjs"] ?? []).toString();

/** Where `requireEnv` throws, in the bundle and in its file. */
const AT = "and this function needs it";
const before = code.slice(0, code.indexOf(AT)).split("\n");
const place = `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
const sourceLine =
  readFileSync(join(PROJECT_ROOT, "functions/lib/env.ts"), "utf8").split(AT)[0]?.split("\n").length ?? 0;
const decoded = new RegExp(`at requireEnv \\(functions/lib/env\\.ts:${sourceLine}:\\d+\\)`);

async function trace(argv: readonly string[], input: string): Promise<string> {
  let out = "";
  const sink = { write: (text: string) => (out += text) };
  await main(argv, {}, { out: sink, err: sink, readInput: async () => input });
  return out;
}

const LINE = `    at requireEnv (file:///var/task/index.mjs:${place})\n    at Runtime.handleOnce (file:///var/runtime/index.mjs:1173:29)\n`;

test.each([
  ["its CodeSha256", bundle.sourceCodeHash],
  ["its path", bundle.path],
])("a trace of a package, named by %s, names files of the project", async (_, which) => {
  const text = await trace([which], `Error: x\n${LINE}`);
  expect(text).toMatch(decoded);
  expect(text).toContain("file:///var/runtime/index.mjs:1173:29");
});

test("in a line of JSON its lines become lines", async () => {
  const text = await trace(
    [bundle.path],
    `${JSON.stringify({ level: "ERROR", stack: `Error: x\n${LINE}` })}\n`,
  );
  expect(text.split("\n")[1]).toMatch(decoded);
});

test("a place that the map does not know stays", async () => {
  expect(await trace([bundle.path], "at x (/var/task/other.mjs:1:2)")).toBe("at x (/var/task/other.mjs:1:2)");
});

test.each([
  [[], "got 0 packages, expected one"],
  [["a", "b"], "got 2 packages, expected one"],
  [["AAAA"], "AAAA: got a package that was not built here"],
])("%j is refused", async (argv, message) => {
  await expect(trace(argv, "")).rejects.toThrow(message);
});
