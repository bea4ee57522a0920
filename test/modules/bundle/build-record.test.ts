import { mkdirSync, mkdtempSync, rmSync, unlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashInputs, readRecord, recipeOf, sha256 } from "#modules/bundle/build-record";

const RECORD = ".build/one/record.json";
const BUILT_AT = Date.UTC(2026, 0, 1);

let root: string;
const write = (path: string, contents: string): void => {
  writeFileSync(join(root, path), contents);
  utimesSync(join(root, path), BUILT_AT / 1000 - 1, BUILT_AT / 1000 - 1);
};
const recipe = (version = "1.0.0", options: object = { minify: true }): string =>
  recipeOf(root, ["functions"], [version, options]);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "record-"));
  for (const folder of ["functions/one", ".build/one"]) mkdirSync(join(root, folder), { recursive: true });
  for (const file of ["package.json", "package-lock.json", "tsconfig.json"]) write(file, "{}");
  write("functions/one/index.ts", "export {};");
  write(".build/one.zip", "zipped");
  const inputs = hashInputs(root, ["functions/one/index.ts"], BUILT_AT);
  const outputs = { ".build/one.zip": sha256("zipped") };
  write(RECORD, JSON.stringify({ recipe: recipe(), inputs, outputs }));
});
afterEach(() => rmSync(root, { recursive: true }));

test("what was built from the same is taken as it is", () => {
  expect(readRecord(root, RECORD, recipe())?.outputs).toEqual({ ".build/one.zip": sha256("zipped") });
});

test.each<[what: string, change: () => string | undefined]>([
  ["another version of esbuild", () => recipe("1.0.1")],
  ["another option", () => recipe("1.0.0", { minify: false })],
  ["a changed source", () => void write("functions/one/index.ts", "export const a = 1;")],
  ["a source that is gone", () => void unlinkSync(join(root, "functions/one/index.ts"))],
  ["a new file, which can take another's place", () => void write("functions/one/index.mts", "")],
  ["other packages", () => void write("package-lock.json", '{"version":"2"}')],
  ["another tsconfig.json", () => void write("tsconfig.json", '{"compilerOptions":{}}')],
  ["a package that was tampered with", () => void write(".build/one.zip", "zapped")],
  ["a package that is gone", () => void unlinkSync(join(root, ".build/one.zip"))],
  ["half a record", () => void write(RECORD, '{"recipe":')],
  ["no record", () => void unlinkSync(join(root, RECORD))],
])("%s is built anew", (_, change) => {
  const changed = change();
  expect(readRecord(root, RECORD, changed ?? recipe())).toBeUndefined();
});

test("a source that was saved while it was built is built again", () => {
  const inputs = hashInputs(root, ["functions/one/index.ts"], BUILT_AT - 2000);
  write(RECORD, JSON.stringify({ recipe: recipe(), inputs, outputs: {} }));
  expect(readRecord(root, RECORD, recipe())).toBeUndefined();
});
