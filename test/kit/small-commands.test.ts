import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "#self/repository";
import { temporaryFolder } from "../support/temporary-folder";

/**
 * Commands that read what is synthesized, or nothing of the stack at all, do without CDKTF: they start fast, and run in a
 * folder in which it is not installed.
 */

const folder = temporaryFolder();
const hook = join(folder, "hook.cjs");
writeFileSync(
  hook,
  'process.on("exit", () => require("fs").writeFileSync(process.env.LOADED, JSON.stringify(Object.keys(require.cache))));\n',
);

/** The packages of CDKTF that a program has loaded by its end. */
function cdktfOf(...args: readonly string[]): string[] {
  const loaded = join(folder, "loaded.json");
  const loader = join(PROJECT_ROOT, "scripts", "cli", "typescript.cjs");
  const { status, stderr } = spawnSync(process.execPath, ["--require", loader, "--require", hook, ...args], {
    cwd: PROJECT_ROOT,
    env: { PATH: process.env.PATH, LOADED: loaded },
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([0, ""]);
  const paths: string[] = JSON.parse(readFileSync(loaded, "utf8"));
  expect(paths.length).toBeGreaterThan(5);
  const names = paths.flatMap(
    (path) => /node_modules\/((@cdktf\/[^/]+)|cdktf|constructs)\//.exec(path)?.[1] ?? [],
  );
  return [...new Set(names)].sort();
}

test.each(["call", "diagnose", "routes", "plan-review", "verify", "seed"])(
  "%s loads none of CDKTF",
  (name) => {
    expect(cdktfOf(join("scripts", `${name}.ts`), "--help")).toEqual([]);
  },
);

test("which would be found", () => {
  expect(cdktfOf("--eval", 'require("./modules/queue")')).toEqual([
    "@cdktf/provider-aws",
    "cdktf",
    "constructs",
  ]);
});
