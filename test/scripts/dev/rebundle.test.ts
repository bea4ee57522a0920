import { createRebundler } from "#dev/rebundle";
import type { Model } from "#model/model";
import { bundleFunction, DEFAULT_RUNTIME } from "#modules/bundle/bundle";
import { PROJECT_ROOT } from "#modules/project";

const NAMES = ["get-index", "get-product"];
const rebundler = createRebundler();
let model: Model;

beforeAll(() => {
  for (const name of NAMES) bundleFunction(`functions/${name}/index.ts`, DEFAULT_RUNTIME);
  const functions = NAMES.map((name) => ({
    name,
    runtime: DEFAULT_RUNTIME,
    packagePath: `/synthesized/${name}.zip`,
  }));
  model = { functions } as unknown as Model;
});
afterAll(() => rebundler.close());

const built = (name: string): string => `${PROJECT_ROOT}/.build/${DEFAULT_RUNTIME}/${name}.zip`;
const synthesized = (name: string): string => `/synthesized/${name}.zip`;

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
  const once = bundleFunction("functions/get-index/index.ts", DEFAULT_RUNTIME);
  await rebundler.rebundle(model, ["functions/get-index/page.ts"]);
  expect(bundleFunction("functions/get-index/index.ts", DEFAULT_RUNTIME)).toEqual(once);
});
