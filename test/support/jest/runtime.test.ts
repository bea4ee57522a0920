import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "#self/repository";
import { temporaryFolder } from "../temporary-folder";

/** How test files share a worker: packages are loaded once, and nothing else of one file reaches another. */

const root = temporaryFolder();
const PACKAGES = join(root, "node_modules");

/** Runs test files in one process, one after the other, by their names. */
function run(files: Readonly<Record<string, string>>) {
  for (const [path, text] of Object.entries(files)) writeFileSync(join(root, path), text);
  const jest = join(PROJECT_ROOT, "node_modules", "jest", "bin", "jest.js");
  const names = Object.keys(files).filter((path) => path.endsWith(".test.ts"));
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      jest,
      "--runInBand",
      "--rootDir",
      root,
      "--config",
      join(root, "jest.config.json"),
      "--runTestsByPath",
      ...names,
    ],
    { cwd: root, env: { PATH: process.env.PATH }, encoding: "utf8" },
  );
  return { status, stderr };
}

beforeAll(() => {
  mkdirSync(join(PACKAGES, "counted"), { recursive: true });
  for (const name of ["jest", "@swc", "jest-circus"])
    symlinkSync(join(PROJECT_ROOT, "node_modules", name), join(PACKAGES, name));
  writeFileSync(
    join(PACKAGES, "counted", "index.js"),
    "exports.loaded = (globalThis.process.counted = (process.counted ?? 0) + 1);",
  );
  const support = join(PROJECT_ROOT, "test", "support", "jest");
  writeFileSync(
    join(root, "jest.config.json"),
    JSON.stringify({
      testEnvironment: join(support, "environment.cjs"),
      runtime: join(support, "runtime.cjs"),
      moduleNameMapper: { "^mapped$": "<rootDir>/stand-in.cjs" },
      transform: { "\\.ts$": ["@swc/jest", { jsc: { parser: { syntax: "typescript" }, target: "es2022" } }] },
      testSequencer: join(root, "by-name.cjs"),
    }),
  );
  writeFileSync(
    join(root, "by-name.cjs"),
    `module.exports = class { shard(tests) { return tests; } cacheResults() {} allFailedTests(tests) { return tests; }
      sort(tests) { return [...tests].sort((a, b) => (a.path < b.path ? -1 : 1)); } };`,
  );
  writeFileSync(join(root, "stand-in.cjs"), "exports.loaded = 'stand-in';");
});

/** A file that finds everything as it was, and then leaves something of each kind behind. */
const LEAVES_BEHIND = `
  import { loaded } from "counted";
  import { loaded as mapped } from "mapped";
  import { state } from "./state";
  test("finds nothing of another file, but its packages", () => {
    expect([loaded, mapped, state.value]).toEqual([1, "stand-in", "new"]);
    expect([process.env.LEFT, process.env.PATH, globalThis.left, process.exitCode]).toEqual([undefined, ${JSON.stringify(process.env.PATH)}, undefined, undefined]);
    expect([process.listenerCount("SIGUSR2"), jest.isMockFunction(Date.now), typeof setTimeout.clock]).toEqual([0, false, "undefined"]);
    state.value = process.env.LEFT = globalThis.left = "left";
    delete process.env.PATH;
    process.exitCode = 7;
    process.on("SIGUSR2", () => {});
    jest.spyOn(Date, "now").mockReturnValue(0);
    jest.useFakeTimers();
  });`;

test("a file finds nothing of another one, but its packages", () => {
  const { status, stderr } = run({
    "state.ts": 'export const state: { value: string } = { value: "new" };',
    "a.test.ts": LEAVES_BEHIND,
    "b.test.ts": LEAVES_BEHIND,
  });
  expect([status, stderr]).toEqual([0, expect.stringContaining("Tests:       2 passed, 2 total")]);
});

test("a module is not mocked, and the test that asks for it fails", () => {
  const { status, stderr } = run({ "d.test.ts": 'jest.mock("counted");\ntest("runs", () => {});\n' });
  expect([status, stderr]).toEqual([1, expect.stringContaining("jest.mock does not work here")]);
});

test("a failure names the lines of the source, and fails the run", () => {
  const { status, stderr } = run({
    "fails.ts":
      "interface A {\n  a: string;\n}\n\nexport const fail = ({ a }: A): never => {\n  throw new Error(a);\n};\n",
    "c.test.ts":
      'import { fail } from "./fails";\n\ntest("fails", () => {\n  fail({ a: "on purpose" });\n});\n',
  });
  expect(status).toBe(1);
  for (const place of ["at fail (fails.ts:6:9)", "(c.test.ts:4:7)"]) expect(stderr).toContain(place);
});
