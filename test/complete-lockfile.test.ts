import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "#self/repository";
import { temporaryFolder } from "./support/temporary-folder";

/** What `.ci/complete-lockfile.mjs` adds to a lock file of a registry that does not hold every platform's packages. */

const folder = temporaryFolder();

interface Locked {
  readonly version?: string;
  readonly libc?: readonly string[];
  readonly optional?: boolean;
}

function complete(packages: Readonly<Record<string, object>>): Record<string, Locked> {
  const path = join(folder, "package-lock.json");
  writeFileSync(path, JSON.stringify({ lockfileVersion: 3, packages }));
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  writeFileSync(join(folder, "node_modules", ".package-lock.json"), "{}");
  execFileSync(process.execPath, [join(PROJECT_ROOT, ".ci", "complete-lockfile.mjs")], { cwd: folder });
  return JSON.parse(readFileSync(path, "utf8")).packages;
}

test("a package of another platform is added, for the system, processor and C library that its name says", () => {
  const optionalDependencies = { "@a/b-linux-x64-musl": "1.2.3", "@a/b-win32-arm64": "1.2.3" };
  const added = complete({ "node_modules/@a/b": { version: "1.2.3", dev: true, optionalDependencies } });
  expect(added).toEqual({
    "node_modules/@a/b": { version: "1.2.3", dev: true, optionalDependencies },
    "node_modules/@a/b-linux-x64-musl": {
      version: "1.2.3",
      cpu: ["x64"],
      dev: true,
      libc: ["musl"],
      optional: true,
      os: ["linux"],
    },
    "node_modules/@a/b-win32-arm64": {
      version: "1.2.3",
      cpu: ["arm64"],
      dev: true,
      optional: true,
      os: ["win32"],
    },
  });
});

test.each([
  ["node_modules/@a/b-linux-x64-musl", ["musl"]],
  ["node_modules/@a/b-linux-arm-musleabihf", ["musl"]],
  ["node_modules/@a/b-linux-x64-gnu", ["glibc"]],
  ["node_modules/@a/b-linux-arm-gnueabihf", ["glibc"]],
  ["node_modules/@a/b-linux-x64", undefined],
  ["node_modules/@a/b-win32-x64-gnu", undefined],
  ["node_modules/b-linux-gnuplot", undefined],
])("%s that is locked without a C library gets %j", (name, libc) => {
  const locked = {
    version: "1.0.0",
    resolved: "r",
    integrity: "i",
    cpu: ["x64"],
    optional: true,
    os: ["linux"],
  };
  const entry = complete({ [name]: locked })[name];
  expect(entry).toEqual({ ...locked, ...(libc && { libc }) });
  expect(Object.keys(entry ?? {}).slice(0, 3)).toEqual(["version", "resolved", "integrity"]);
});

test("a C library that is locked stays, and a package that everyone needs gets none", () => {
  const packages = {
    "node_modules/a-linux-x64-gnu": { version: "1.0.0", libc: ["other"], optional: true },
    "node_modules/c-linux-x64-musl": { version: "1.0.0" },
  };
  expect(complete(packages)).toEqual(packages);
});

test("in this project's lock file no package for one C library is installed with the other", () => {
  const { packages } = JSON.parse(readFileSync(join(PROJECT_ROOT, "package-lock.json"), "utf8"));
  const named = Object.entries<Locked>(packages).filter(([name]) => /-linux-.*-(musl|gnu)/.test(name));
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(([, { libc }]) => libc === undefined).map(([name]) => name)).toEqual([]);
});
