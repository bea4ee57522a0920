import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRebundler } from "#dev/rebundle";
import type { Model } from "#model/model";
import { bundleFunction, DEFAULT_RUNTIME } from "#modules/bundle/bundle";
import { LEAN_DYNAMODB } from "#modules/bundle/bundling";

const NAMES = ["get-index", "get-product"];
const rebundler = createRebundler();
let model: Model;

beforeAll(() => {
  // As a synthesis does: under the same name, in another folder.
  for (const name of NAMES) cpSync(built(name), synthesized(name));
  const functions = NAMES.map((name) => ({
    name,
    runtime: DEFAULT_RUNTIME,
    packagePath: synthesized(name),
  }));
  model = { functions } as unknown as Model;
});
afterAll(async () => {
  await rebundler.close();
  rmSync(folder, { recursive: true });
});

const folder = mkdtempSync(join(tmpdir(), "rebundle-"));
const built = (name: string): string =>
  bundleFunction(`functions/${name}/index.ts`, DEFAULT_RUNTIME, LEAN_DYNAMODB).path;
const synthesized = (name: string): string => join(folder, `${name}.zip`);

test.each([
  [
    "a file of one function",
    ["functions/get-index/page.ts"],
    [built("get-index"), synthesized("get-product")],
  ],
  ["a file of both", ["functions/lib/response.ts"], NAMES.map(built)],
  ["an editor's file that is gone again", ["functions/get-index/page.ts~"], NAMES.map(synthesized)],
])("%s leads to new packages of those that it is in", async (_, changed, packages) => {
  const rebundled = await rebundler.rebundle(model, changed);
  expect(rebundled?.functions.map(({ packagePath }) => packagePath)).toEqual(packages);
});

test.each([
  ["the program", "main.ts"],
  ["a construct", "modules/route.ts"],
  ["a file that is in neither", "functions/put-product/handler.ts"],
  ["a folder", "functions/get-index"],
])("%s is left to a synthesis", async (_, changed) => {
  expect(await rebundler.rebundle(model, ["functions/get-index/page.ts", changed])).toBeUndefined();
});

test("a package is the one that a synthesis would make", async () => {
  const once = bundleFunction("functions/get-index/index.ts", DEFAULT_RUNTIME, LEAN_DYNAMODB);
  await rebundler.rebundle(model, ["functions/get-index/page.ts"]);
  expect(bundleFunction("functions/get-index/index.ts", DEFAULT_RUNTIME, LEAN_DYNAMODB)).toEqual(once);
});

test("a package that was not made here is left to a synthesis", async () => {
  const packagePath = join(folder, "other.zip");
  writeFileSync(packagePath, "from elsewhere");
  const other = { functions: [{ name: "other", packagePath }] } as unknown as Model;
  expect(await rebundler.rebundle(other, ["functions/get-index/page.ts"])).toBeUndefined();
});
