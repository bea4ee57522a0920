import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { PROJECT_ROOT } from "#self/repository";
import { temporaryFolder } from "./support/temporary-folder";

/** Which tests are run by what, also in a folder whose name means something in a pattern. */

const root = join(temporaryFolder(), "a (copy) of + $2");
const TESTS = [
  "test/browser/page.test.ts",
  "test/deploy/stage.test.ts",
  "test/main.test.ts",
  "test/scripts/deploy/a.test.ts",
  "test/scripts/dev.test.ts",
];

beforeAll(() => {
  const support = ["no-test.ts", "start-of-run.ts", "jest/environment.cjs", "jest/runtime.cjs"];
  for (const path of [...TESTS, ...support.map((name) => `test/support/${name}`)]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), "");
  }
  for (const file of ["jest.config.js", "package.json"]) cpSync(join(PROJECT_ROOT, file), join(root, file));
  symlinkSync(join(PROJECT_ROOT, "node_modules"), join(root, "node_modules"));
});

test.each([
  ["unit", ["test/main.test.ts", "test/scripts/deploy/a.test.ts", "test/scripts/dev.test.ts"]],
  ["deploy", ["test/deploy/stage.test.ts"]],
  ["browser", ["test/browser/page.test.ts"]],
])("%s", (project, expected) => {
  const jest = join(PROJECT_ROOT, "node_modules", "jest", "bin", "jest.js");
  const args = [jest, "--listTests", "--selectProjects", project];
  const listed = execFileSync(process.execPath, args, { cwd: root, encoding: "utf8", stdio: "pipe" });
  const paths = listed.split("\n").filter((line) => line.endsWith(".test.ts"));
  expect(paths.map((path) => relative(root, path)).sort()).toEqual(expected);
});
