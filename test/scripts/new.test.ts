import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { main } from "../../scripts/new";
import { captureIo } from "../support/captured-io";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const run = (...argv: string[]) => main(argv, {}, captureIo());

test("writes a project of some fifteen files, with its name", async () => {
  const project = join(folder, "orders");
  expect(await run(project, "--name", "shop")).toBe(0);
  const files = readdirSync(project, { recursive: true, withFileTypes: true }).filter((each) =>
    each.isFile(),
  );
  expect(files.length).toBeGreaterThanOrEqual(12);
  expect(files.length).toBeLessThanOrEqual(16);
  expect(readFileSync(join(project, "project.config.ts"), "utf8")).toContain('name: "shop"');
  expect(existsSync(join(project, ".gitignore"))).toBe(true);
  const { name, dependencies } = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
  expect([name, dependencies["signed-api-kit"]]).toEqual(["shop", "^0.1.0"]);
  for (const each of files) {
    expect(readFileSync(join(each.parentPath, each.name), "utf8")).not.toMatch(/\bNAME\b(?!=)/);
  }
});

test("takes its name from an empty folder, and the tarball by its way from there", async () => {
  const project = join(folder, "invoices");
  mkdirSync(project);
  writeFileSync(join(folder, "kit.tgz"), "");
  expect(await run(project, "--kit", join(folder, "kit.tgz"))).toBe(0);
  const { name, dependencies } = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
  expect([name, dependencies["signed-api-kit"]]).toEqual(["invoices", "file:../kit.tgz"]);
});

test.each<[what: string, args: (used: string) => string[], message: RegExp]>([
  [
    "a folder with something in it",
    (used) => [used],
    /^DIR: got '.*used', which is not empty, expected a new folder or an empty one$/,
  ],
  ["a file", (used) => [join(used, "file"), "--name", "a"], /^DIR: got '.*file', which is not empty/],
  ["no folder", () => [], /^got '', expected one folder \(DIR=\.\.\/orders\)$/],
  [
    "a name that cannot begin names",
    (used) => [join(used, "x"), "--name", "My API"],
    /^NAME: got 'My API', expected small letters/,
  ],
  [
    "a tarball that is not there",
    (used) => [join(used, "x"), "--kit", "gone.tgz"],
    /^--kit: no file gone.tgz; make pack writes one$/,
  ],
])("%s is refused, and nothing is written", async (_what, args, message) => {
  const used = join(folder, "used");
  mkdirSync(used, { recursive: true });
  writeFileSync(join(used, "file"), "mine");
  await expect(run(...args(used))).rejects.toThrow(message);
  expect(readdirSync(used)).toEqual(["file"]);
  expect(readFileSync(join(used, "file"), "utf8")).toBe("mine");
});
