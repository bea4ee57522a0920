import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../modules/bundle";
import { temporaryFolder } from "./support/temporary-folder";

/** When the packages are installed, and which: the Makefile in a folder of its own. */

const root = temporaryFolder();

/** A project that needs, and locks, three packages that are folders beside it: nothing is fetched. */
function project(name: string): string {
  const folder = join(root, name);
  const needs = {
    dependencies: { "for-running": "file:for-running" },
    devDependencies: { "for-testing": "file:for-testing" },
    optionalDependencies: { "of-a-platform": "file:of-a-platform" },
  };
  const packages: Record<string, object> = { "": needs };
  for (const each of ["for-running", "for-testing", "of-a-platform"]) {
    mkdirSync(join(folder, each), { recursive: true });
    writeFileSync(join(folder, each, "package.json"), JSON.stringify({ name: each, version: "1.0.0" }));
    packages[each] = { version: "1.0.0" };
    packages[`node_modules/${each}`] = { resolved: each, link: true };
  }
  writeFileSync(join(folder, "package.json"), JSON.stringify(needs));
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ lockfileVersion: 3, packages }));
  copyFileSync(join(PROJECT_ROOT, "Makefile"), join(folder, "Makefile"));
  return folder;
}

/** Whether make has something to install. */
function isStale(folder: string): boolean {
  const { status } = spawnSync("make", ["--question", "node_modules"], { cwd: folder });
  expect([0, 1]).toContain(status);
  return status === 1;
}

test("all packages are installed, whatever the environment says of production", () => {
  const folder = project("install");
  const env = {
    PATH: process.env.PATH,
    HOME: root,
    NODE_ENV: "production",
    npm_config_omit: "optional",
    npm_config_update_notifier: "false",
  };
  const { status, stderr } = spawnSync("make", ["node_modules"], { cwd: folder, env, encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
  for (const name of ["for-running", "for-testing", "of-a-platform"]) {
    expect(existsSync(join(folder, "node_modules", name, "package.json"))).toBe(true);
  }
  expect(isStale(folder)).toBe(false);
});

describe("packages are installed where", () => {
  const LOCKED = 1_700_000_000;
  test.each<[what: string, note: number | undefined, stale: boolean]>([
    ["there are none", undefined, true],
    ["an installation was interrupted, before npm noted what it had done", undefined, true],
    ["they are older than the lock file", LOCKED - 1, true],
    ["but not where they are newer", LOCKED + 1, false],
  ])("%s", (what, note, stale) => {
    const folder = project(what.replaceAll(" ", "-"));
    utimesSync(join(folder, "package-lock.json"), LOCKED, LOCKED);
    if (what !== "there are none")
      mkdirSync(join(folder, "node_modules", "for-running"), { recursive: true });
    if (note !== undefined) {
      const path = join(folder, "node_modules", ".package-lock.json");
      writeFileSync(path, "{}");
      utimesSync(path, note, note);
    }
    expect(isStale(folder)).toBe(stale);
  });
});
