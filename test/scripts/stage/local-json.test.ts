import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "#modules/project";
import { readLocalJson } from "#stage/local-json";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();
const file = join(folder, "local.json");
mkdirSync(join(folder, "src"));

function read(content: unknown, isNamed = false) {
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return readLocalJson(file, isNamed);
}
const ofFunction = (run: unknown) => read({ functions: { f: run } })?.functions["f"];

test("paths are relative to the file", () => {
  expect(ofFunction({ command: ["python3", "app.py"], directory: "src", layers: ["src"] })).toEqual({
    command: ["python3", "app.py"],
    directory: join(folder, "src"),
    layers: [join(folder, "src")],
  });
  expect(ofFunction({ command: ["./app"] })).toEqual({ command: ["./app"], directory: folder });
  expect(ofFunction({ url: "http://127.0.0.1:9000" })).toEqual({ url: "http://127.0.0.1:9000" });
  expect(ofFunction({ directory: "src", environment: { a: "b" } })).toEqual({
    directory: join(folder, "src"),
    environment: { a: "b" },
  });
});

test("a file that was not named need not be there; one that was named has to be", () => {
  const missing = join(folder, "none.json");
  expect(readLocalJson(missing, false)).toBeUndefined();
  expect(() => readLocalJson(missing, true)).toThrow(/^--local: there is no .*none\.json$/);
});

test.each<[string, unknown, RegExp]>([
  ["no JSON", "{", /the file: got nothing, expected a JSON object/],
  ["a list", [], /the file: got \[\], expected a JSON object/],
  ["another member", { function: {} }, /: function: .*not known, expected functions$/],
  [
    "another member of a function",
    { functions: { f: { comand: [] } } },
    /functions\.f\.comand: .*not known, expected command, url,/,
  ],
  [
    "a command as text",
    { functions: { f: { command: "python3 app.py" } } },
    /functions\.f\.command: got python3 app\.py, expected a list of texts/,
  ],
  ["an empty command", { functions: { f: { command: [] } } }, /functions\.f\.command/],
  ["both", { functions: { f: { command: ["a"], url: "http://h" } } }, /expected one of them/],
  [
    "a URL without a scheme",
    { functions: { f: { url: "localhost:9000" } } },
    /functions\.f\.url.*expected a URL/,
  ],
  ["a URL of files", { functions: { f: { url: "file:///etc" } } }, /functions\.f\.url/],
  [
    "a folder that is not there",
    { functions: { f: { directory: "none" } } },
    /functions\.f\.directory: got "none", expected a folder/,
  ],
  [
    "a layer that is a file",
    { functions: { f: { layers: ["local.json"] } } },
    /functions\.f\.layers\[0\]: .*expected a folder/,
  ],
  [
    "a number as variable",
    { functions: { f: { environment: { SECRET: 1234 } } } },
    /functions\.f\.environment\.SECRET: .*expected a text/,
  ],
])("%s is the user's mistake, in a line", (_, content, message) => {
  expect(() => read(content)).toThrow(UserError);
  expect(() => read(content)).toThrow(message);
  expect(() => read(content)).toThrow(/^[^\n]*$/);
});

test("the value of a variable is not shown", () => {
  expect(() => read({ functions: { f: { environment: { SECRET: 1234 } } } })).not.toThrow(/1234/);
});
