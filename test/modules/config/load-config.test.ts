import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "#self/repository";
import { temporaryFolder } from "../../support/temporary-folder";

/** Read in a process of its own, in a folder that is not the kit's. */

const folder = temporaryFolder();
const elsewhere = join(folder, "elsewhere");
const project = join(folder, "orders");
const READ = `
  const { projectConfig } = require(${JSON.stringify(join(PROJECT_ROOT, "modules/config/load-config"))});
  const { projectFolder } = require(${JSON.stringify(join(PROJECT_ROOT, "modules/project"))});
  process.stdout.write(JSON.stringify([projectFolder(), projectConfig().name, projectConfig().seeds?.[0]?.noun]));
`;

const tsx = ["--require", require.resolve("tsx/cjs")];

function read(cwd: string) {
  return spawnSync(process.execPath, [...tsx, "-e", READ], { cwd, encoding: "utf8" });
}

beforeAll(() => {
  for (const path of [elsewhere, join(project, "src", "deep"), join(project, "package")])
    mkdirSync(path, { recursive: true });
  for (const path of [elsewhere, project, join(project, "package")])
    writeFileSync(join(path, "package.json"), "{}");
  writeFileSync(join(project, "nouns.ts"), 'export const NOUN: string = "orders";\n');
  writeFileSync(
    join(project, "project.config.ts"),
    `import { NOUN } from "./nouns";
export const project: object = { name: NOUN, stages: { dev: {} }, seeds: [{ noun: NOUN }] };
`,
  );
});

test.each(["", "src/deep"])("is read in the project's folder '%s', with what it imports", (below) => {
  expect(JSON.parse(read(join(project, below)).stdout)).toEqual([project, "orders", "orders"]);
});

test("is compiled once, and again when what it imports has changed", () => {
  const compiled = () => readFileSync(join(project, ".build/config/config.cjs"), "utf8");
  const first = compiled();
  expect(first).toContain('"orders"');
  writeFileSync(join(project, "nouns.ts"), 'export const NOUN: string = "invoices";\n');
  expect(JSON.parse(read(project).stdout)[1]).toBe("invoices");
  expect(compiled()).not.toBe(first);
});

test.each([elsewhere, join(project, "package")])("is not looked for beyond the package: %s", (cwd) => {
  const { status, stderr } = read(cwd);
  expect(status).not.toBe(0);
  expect(stderr).toContain(
    `no project.config.ts in ${cwd} or in a folder above it: run this in the folder of a project`,
  );
});
