import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { updateFile } from "#cli/update-file";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();
let path: string;
let files = 0;
beforeEach(() => {
  const own = join(folder, String(files++));
  mkdirSync(own);
  path = join(own, ".env");
});

test("makes a file that is not there", () => {
  updateFile(path, (text) => `${text}new\n`);

  expect(readFileSync(path, "utf8")).toBe("new\n");
});

test("changes a file, which keeps its mode, and leaves nothing beside it", () => {
  writeFileSync(path, "old\n", { mode: 0o600 });
  updateFile(path, (text) => `${text}new\n`);

  expect(readFileSync(path, "utf8")).toBe("old\nnew\n");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(path, ".."))).toEqual([".env"]);
});

test("changes what a link points to", () => {
  const target = `${path}.shared`;
  writeFileSync(target, "old\n");
  symlinkSync(target, path);
  updateFile(path, () => "new\n");

  expect(lstatSync(path).isSymbolicLink()).toBe(true);
  expect(readFileSync(target, "utf8")).toBe("new\n");
});

test("a change that fails leaves the file as it was", () => {
  writeFileSync(path, "old\n");
  const failing = () => {
    throw new Error("no");
  };

  expect(() => updateFile(path, failing)).toThrow("no");
  expect(readFileSync(path, "utf8")).toBe("old\n");
});

test.each([
  { name: "a folder in its place", place: () => join(path, ".."), code: "EISDIR" },
  { name: "a folder that is not there", place: () => join(path, "..", "nowhere", ".env"), code: "ENOENT" },
])("$name is reported in one line", ({ place, code }) => {
  expect(() => updateFile(place(), () => "new\n")).toThrow(
    expect.objectContaining({
      name: "UserError",
      message: expect.stringMatching(`^cannot write [^\n]*: ${code}; expected a file that you can write$`),
    }),
  );
});
