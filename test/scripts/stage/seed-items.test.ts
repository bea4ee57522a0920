import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { seedItems } from "#stage/seed-items";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();

function file(text: string): string {
  const path = join(folder, "items");
  writeFileSync(path, text);
  return path;
}

test.each([
  ["a JSON list", '[{"id":"1"},\n {"id":"2"}]'],
  ["an object on each line", '{"id":"1"}\n\n{"id":"2"}\n'],
])("a seed's own items are followed by those of its file: %s", (_, text) => {
  expect(seedItems({ items: [{ id: "0" }], file: file(text) })).toEqual([
    { id: "0" },
    { id: "1" },
    { id: "2" },
  ]);
});

test("without a file it has its own", () => {
  expect(seedItems({ items: [{ id: "0" }] })).toEqual([{ id: "0" }]);
});

test.each([
  ["{", "items, line 1: got what is not JSON"],
  ["[1", "items: got what is not JSON"],
  ['{"id":"1"}\n7', "items, line 2: got 7, expected an object"],
  ['["a"]', 'items, item 1: got "a", expected an object'],
])("%j is refused, by its place", (text, message) => {
  expect(() => seedItems({ items: [], file: file(text) })).toThrow(message);
});

test("so is a file that is not there", () => {
  expect(() => seedItems({ items: [], file: "nope.json" })).toThrow("nope.json cannot be read (ENOENT)");
});
