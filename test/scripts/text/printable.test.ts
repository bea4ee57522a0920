import fc from "fast-check";
import { printable } from "#text/printable";
import { character } from "../../support/character";

test.each([
  {
    name: "a text as people write it",
    text: "prüfen\t検査 🙂\r\nnext\n",
    shown: "prüfen\t検査 🙂\r\nnext\n",
  },
  { name: "an escape sequence", text: "\u001b[2J", shown: "\\u001b[2J" },
  { name: "one in a single character", text: "\u009b2J\u007f", shown: "\\u009b2J\\u007f" },
  {
    name: "a title and a link",
    text: "\u001b]0;x\u0007\u001b]8;;y\u0007",
    shown: "\\u001b]0;x\\u0007\\u001b]8;;y\\u0007",
  },
  { name: "what would overwrite its line", text: "safe\revil\b", shown: "safe\\u000devil\\u0008" },
  { name: "what breaks lines elsewhere", text: "a\u2028b\u2029", shown: "a\\u2028b\\u2029" },
  { name: "what would turn its direction", text: "\u202egpj.exe\u2069", shown: "\\u202egpj.exe\\u2069" },
])("$name", ({ text, shown }) => {
  expect(printable(text)).toBe(shown);
});

test("JSON stays the same value", () => {
  fc.assert(
    fc.property(fc.string({ unit: character }), (text) => {
      expect(JSON.parse(printable(JSON.stringify({ [text]: text }, null, 2)))).toEqual({ [text]: text });
    }),
  );
});
