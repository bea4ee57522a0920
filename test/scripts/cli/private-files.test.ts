import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makePrivateFolder, writePrivateFile } from "#cli/private-files";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();
const modeOf = (path: string): number => statSync(path).mode & 0o777;

test("a folder is the user's alone, also one that all could read", () => {
  const made = join(folder, "a", "made");
  const open = join(folder, "open");
  mkdirSync(open, { mode: 0o755 });
  for (const path of [made, open]) {
    makePrivateFolder(path);
    expect(modeOf(path)).toBe(0o700);
  }
});

test("a file is the user's alone, and so is the folder that was made for it", () => {
  const path = join(folder, "new", "file");
  writePrivateFile(path, "a secret");
  expect([modeOf(path), modeOf(join(path, ".."))]).toEqual([0o600, 0o700]);
  expect(readFileSync(path, "utf8")).toBe("a secret");
});

test("a file that all users may read is replaced by one that they may not", () => {
  const path = join(folder, "read-by-all");
  writeFileSync(path, "", { mode: 0o644 });
  writePrivateFile(path, "a secret");
  expect([modeOf(path), readFileSync(path, "utf8")]).toEqual([0o600, "a secret"]);
});

test.each([
  { link: "the file's name", end: "" },
  { link: "the name that it is written under at first", end: `.${process.pid}.partial` },
])("a link of $link is not followed", ({ link, end }) => {
  const others = join(folder, `others of ${link}`);
  const path = join(folder, link, "file");
  mkdirSync(join(path, ".."));
  writeFileSync(others, "theirs");
  symlinkSync(others, `${path}${end}`);
  writePrivateFile(path, "a secret");
  expect([readFileSync(others, "utf8"), readFileSync(path, "utf8")]).toEqual(["theirs", "a secret"]);
  expect(readdirSync(join(path, ".."))).toEqual(["file"]);
});
