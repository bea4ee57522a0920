import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { UserError } from "#modules/project";
import { makeFolder, replaceFile } from "#modules/write-file";
import { PROJECT_ROOT } from "#self/repository";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();

/** Runs code with the module in a process of its own, which is ended if it does not end by itself. */
function run(code: string, limits = "") {
  const program = `const { makeFolder, replaceFile } = require("./modules/write-file"); ${code}`;
  const { status, signal, stderr } = spawnSync(
    "sh",
    ["-c", `${limits} exec "$0" --require ./scripts/cli/typescript.cjs -e "$1"`, process.execPath, program],
    { cwd: PROJECT_ROOT, encoding: "utf8", timeout: 15_000 },
  );
  return { status, signal, stderr };
}

test("a folder is made with those that it is in, and stays if it is there", () => {
  const path = join(folder, "a", "b", "c");
  makeFolder(path, 0o700);
  writeFileSync(join(path, "file"), "kept");
  makeFolder(path, 0o700);
  expect(readFileSync(join(path, "file"), "utf8")).toBe("kept");
  expect(["a", "a/b", "a/b/c"].map((each) => statSync(join(folder, each)).mode & 0o777)).toEqual([
    0o700, 0o700, 0o700,
  ]);
});

test.each([["the folder"], ["the folder that it is in"]])(
  "a file in the place of %s is not taken for one",
  (what) => {
    const file = join(folder, what);
    writeFileSync(file, "");
    const path = what === "the folder" ? file : join(file, "below", "it");
    expect(() => makeFolder(path)).toThrow(/^(EEXIST|ENOTDIR)/);
  },
);

(existsSync("/proc/self") ? test : test.skip).each(["/proc/x", "/proc/x/y"])(
  "%s: it ends, with what the system says",
  (path) => {
    const { status, signal, stderr } = run(`makeFolder(${JSON.stringify(path)})`);
    expect([status, signal]).toEqual([1, null]);
    expect(stderr).toContain("ENOENT: no such file or directory, mkdir '/proc/x'");
  },
);

test("a file is replaced in one step", () => {
  const path = join(folder, "replaced");
  replaceFile(path, "old", 0o600);
  replaceFile(path, "new", 0o600);
  expect([readFileSync(path, "utf8"), statSync(path).mode & 0o777]).toEqual(["new", 0o600]);
});

test("what is not a file is not replaced", () => {
  const pipe = join(folder, "pipe");
  execFileSync("sh", ["-c", "mkfifo pipe"], { cwd: folder });
  expect(() => replaceFile(pipe, "")).toThrow(
    new UserError(`${pipe}: got a device or the like, expected a file`),
  );
  expect(() => replaceFile(folder, "")).toThrow("EISDIR");
  expect(lstatSync(pipe).isFIFO()).toBe(true);
});

test("a full disk leaves what was there, and no part of the new", () => {
  const full = join(folder, "full");
  mkdirSync(full);
  writeFileSync(join(full, "file"), "old");
  // A limit on the size of files fails in the middle of a write, as a full disk does.
  const { status, stderr } = run(
    `replaceFile(${JSON.stringify(join(full, "file"))}, "x".repeat(1_000_000))`,
    "ulimit -f 8;",
  );
  expect([status, stderr]).toEqual([1, expect.stringContaining("EFBIG")]);
  expect([readdirSync(full), readFileSync(join(full, "file"), "utf8")]).toEqual([["file"], "old"]);
});
