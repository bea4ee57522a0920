import { readFileSync } from "node:fs";
import { unzipSync } from "fflate";
import { bundleFunction, DEFAULT_RUNTIME } from "#modules/bundle/bundle";
import { LEAN_DYNAMODB } from "#modules/bundle/bundling";
import { PROJECT_ROOT } from "#self/repository";
import { bundles, invoke } from "./bundles";

const { start } = bundles();
const { path } = bundleFunction("functions/get-product/index.ts", DEFAULT_RUNTIME, LEAN_DYNAMODB);
const code = Buffer.from(unzipSync(readFileSync(path))["index.mjs"] ?? []).toString();

async function traceOf(fn: ReturnType<typeof start>): Promise<string> {
  const outcome = await invoke(fn);
  if (outcome.kind === "result") throw new Error("expected a failure, got a result");
  return outcome.trace.join("\n");
}

test("the stack trace of a package that was made here names files and lines of the project", async () => {
  const trace = await traceOf(start({}, { packagePath: path }));
  expect(trace).toMatch(new RegExp(`${PROJECT_ROOT}/functions/lib/env\\.ts:\\d+:\\d+`));
  expect(trace).not.toContain("index.mjs:");
});

test("that of any other package names its module", async () => {
  const trace = await traceOf(start({ "index.mjs": `${code}\n// changed` }));
  expect(trace).toContain("index.mjs:");
  expect(trace).not.toContain("functions/lib/env.ts");
});
