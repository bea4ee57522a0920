import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "#self/repository";
import { temporaryFolder } from "../../support/temporary-folder";

/**
 * How the project's TypeScript is loaded: from what was kept of the same text, with the places of the source in a
 * stack.
 */

const folder = temporaryFolder();
const LOADER = join("scripts", "cli", "typescript.cjs");
cpSync(join(PROJECT_ROOT, LOADER), join(folder, LOADER));
mkdirSync(join(folder, "modules"));
symlinkSync(join(PROJECT_ROOT, "node_modules"), join(folder, "node_modules"));

/** Runs the program of the project in the folder, whose files are given. */
function run(files: Readonly<Record<string, string>>, ...options: readonly string[]) {
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...options, "--require", `./${LOADER}`, "main.ts"],
    { cwd: folder, env: { PATH: process.env.PATH }, encoding: "utf8" },
  );
  return { status, stdout, stderr };
}

const USES_GREETING =
  'import { greeting } from "./modules/greeting";\nconsole.log(greeting satisfies string);\n';

test("a file is loaded as it is now, whatever was kept of it", () => {
  const first = run({
    "main.ts": USES_GREETING,
    "modules/greeting.ts": 'export const greeting: string = "1";',
  });
  expect(first).toEqual({ status: 0, stdout: "1\n", stderr: "" });
  expect(run({ "modules/greeting.ts": 'export const greeting: string = "2";' }).stdout).toBe("2\n");
  expect(run({ "modules/greeting.ts": 'export const greeting: string = "1";' }).stdout).toBe("1\n");
});

test("a module that is loaded later is found, and a package is left to Node.js", () => {
  const late = JSON.stringify("./modules/greeting");
  const program = `void import(${late}).then(({ greeting }) => console.log(greeting, typeof require("yaml").parse));`;
  expect(run({ "main.ts": program }).stdout).toBe("1 function\n");
});

test("a module is found before data of the same name", () => {
  const { stdout } = run({
    "main.ts": 'import { text } from "./modules/policies";\nconsole.log(text);',
    "modules/policies.ts": 'export const text: string = "of the module";',
    "modules/policies.json": '{ "text": "of the data" }',
  });
  expect(stdout).toBe("of the module\n");
});

test.each([[], ["--enable-source-maps"]])(
  "a bug's stack names the lines of the source (%p)",
  (...options) => {
    const lines = ["interface A {", "  a: string;", "}", "", "const fail = ({ a }: A): never => {"];
    const program = [...lines, "  throw new Error(a);", "};", 'fail({ a: "a bug" });', ""].join("\n");
    const { status, stderr } = run({ "main.ts": program }, ...options);
    expect(status).toBe(1);
    expect(stderr).toMatch(/Error: a bug\n {4}at fail \(.*main\.ts:6:9\)\n {4}at .*main\.ts:8:1/);
  },
);

test("a mistake in one file is reported with its line, and does not keep others from running", () => {
  const broken = { "modules/broken.ts": "const a: number =\n" };
  expect(run({ ...broken, "main.ts": USES_GREETING })).toEqual({ status: 0, stdout: "1\n", stderr: "" });
  const { status, stderr } = run({ "main.ts": 'import "./modules/broken";' });
  expect(status).toBe(1);
  expect(stderr).toMatch(/broken\.ts:2:0: ERROR: Unexpected end of file/);
});

test("what earlier texts have left does not pile up", () => {
  for (const n of Array(12).keys())
    run({ "main.ts": `${USES_GREETING}// ${n}\n`, "modules/greeting.ts": `export const greeting = "${n}";` });
  expect(readdirSync(join(folder, ".build", "typescript")).length).toBeLessThan(12);
});
