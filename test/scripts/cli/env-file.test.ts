import fc from "fast-check";
import { setVariables } from "#cli/env-file";

test.each([
  { name: "an empty file", text: "", expected: "a=1\nb=2\n" },
  { name: "other lines and comments stay", text: "# mine\nc=3\n\n", expected: "# mine\nc=3\n\na=1\nb=2\n" },
  { name: "an old value goes, in its place", text: "b=old\nc=3\n", expected: "b=2\nc=3\na=1\n" },
  { name: "spaces and export", text: "  export a = old\nb=2\n", expected: "a=1\nb=2\n" },
  { name: "a variable that is set twice", text: "a=x\nc=3\na=y\n", expected: "a=1\nc=3\nb=2\n" },
  { name: "no newline at the end", text: "c=3", expected: "c=3\na=1\nb=2\n" },
  { name: "a longer name, and a commented one", text: "aa=x\n#a=x\n", expected: "aa=x\n#a=x\na=1\nb=2\n" },
  { name: "lines that end as on Windows", text: "a=x\r\nc=3\r\n", expected: "a=1\nc=3\r\nb=2\n" },
])("$name", ({ text, expected }) => {
  expect(setVariables(text, { a: "1", b: "2" })).toBe(expected);
});

test.each([
  "two\nEVIL=1",
  "two\r\nEVIL=1",
  "\u2028EVIL=1",
  "a b",
  "a#b",
  '"a"',
  "'a'",
  "$HOME",
  "`id`",
  "a\\nb",
  "a;b",
  "a&b",
  "(a)",
])("a value that is no single word is refused: %j", (value) => {
  expect(() => setVariables("c=3\n", { a: value })).toThrow(
    `a: got ${JSON.stringify(value)}, expected one word, such as a URL or a name`,
  );
});

test.each([
  "",
  "https://a1.execute-api.eu-west-1.amazonaws.com:443/dev/p?q=%20,x",
  "signed-inventory-dev_x",
  "10",
])("a value of one word is written: %j", (value) => {
  expect(setVariables("", { a: value })).toBe(`a=${value}\n`);
});

const line = fc.oneof(
  fc.constantFrom("a=old", "b=old", "export a=2", "", "# note"),
  fc.string().filter((text) => !text.includes("\n")),
);

test("law: setting again changes nothing, and the other lines stay in their order", () => {
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const once = setVariables(lines.map((each) => `${each}\n`).join(""), { a: "1", b: "2" });
      const others = (all: readonly string[]) => all.filter((each) => !/^\s*(export\s+)?[ab]\s*=/.test(each));

      expect(setVariables(once, { a: "1", b: "2" })).toBe(once);
      expect(others(once.split("\n"))).toEqual([...others(lines), ""]);
      expect(once.split("\n").filter((each) => each === "a=1" || each === "b=2")).toHaveLength(2);
    }),
  );
});
