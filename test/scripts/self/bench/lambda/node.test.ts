import { findLambdaNode } from "#self/bench/lambda/node";

test("this process's own Node serves a runtime of its version", async () => {
  const [major] = process.versions.node.split(".");
  const progress: string[] = [];
  const node = await findLambdaNode(`nodejs${major}.x`, {}, (what) => progress.push(what));
  expect(node).toEqual({ path: process.execPath, version: process.version });
  expect(progress).toEqual([]);
});
