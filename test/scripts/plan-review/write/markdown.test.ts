import fc from "fast-check";
import { changed, changedList, code, list, tableRow, visible } from "#plan-review/write/markdown";
import { character } from "../../../support/character";

test.each([
  { name: "plain text", text: "GET /products/{code}", shown: "`GET /products/{code}`" },
  { name: "Markdown", text: "*a* _b_ [c](d) ~~e~~ # f", shown: "`*a* _b_ [c](d) ~~e~~ # f`" },
  { name: "HTML", text: "<img src=x onerror=alert(1)>", shown: "`\\u{3c}img src=x onerror=alert(1)>`" },
  { name: "a pipe", text: "a|b", shown: "`a\\u{7c}b`" },
  { name: "an escaped pipe", text: "a\\|b", shown: "`a\\\\u{7c}b`" },
  { name: "backquotes", text: "a`b``c", shown: "`a\\u{60}b\\u{60}\\u{60}c`" },
  { name: "line ends", text: "a\r\nb\u2028c", shown: "`a\\u{d}\\u{a}b\\u{2028}c`" },
  { name: "text that turns direction", text: "a\u202eb", shown: "`a\\u{202e}b`" },
  { name: "what cannot be seen", text: "a\u200bb\u00a0c", shown: "`a\\u{200b}b\\u{a0}c`" },
  { name: "half a character", text: "a\ud83d", shown: "`a\\u{d83d}`" },
  { name: "letters of any script", text: "prüfen 検査 🙂", shown: "`prüfen 検査 🙂`" },
  { name: "nothing", text: "", shown: "`\\u{20}`" },
  { name: "spaces alone", text: "  ", shown: "`\\u{20}`" },
  {
    name: "text that is too long",
    text: "x".repeat(400),
    shown: `\`${"x".repeat(160)}… (240 more)\``,
  },
])("$name is code", ({ text, shown }) => {
  expect(code(text)).toBe(shown);
});

/** What is special in Markdown, HTML and tables, more often than chance has it. */
const hostile = fc.oneof(
  fc.string({ unit: character }),
  fc
    .array(
      fc.constantFrom(
        "|",
        "\\|",
        "`",
        "``",
        "\\",
        "\n",
        "\r",
        "<b>",
        "</td>",
        "<!--",
        "&#124;",
        "**",
        "~~",
        " ",
        "a",
        "\u2028",
      ),
    )
    .map((parts) => parts.join("")),
);

test("any text in a cell leaves a table its columns, and brings no HTML", () => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 1, maxLength: 5 }), (texts) => {
      const row = tableRow(texts.map(code));
      expect(row.match(/\|/g)).toHaveLength(texts.length + 1);
      expect(row).not.toMatch(/[<\r\n\u2028\u2029]/);
      // A backquote opens and closes each cell's code, and none is in between.
      expect(row.match(/`/g)).toHaveLength(2 * texts.length);
    }),
  );
});

test("different short texts stay different", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 15 }), fc.string({ maxLength: 15 }), (one, other) => {
      fc.pre(one !== other && one.trim() !== "" && other.trim() !== "" && !`${one}${other}`.includes("\\"));
      expect(code(one)).not.toBe(code(other));
    }),
  );
});

test("a text is never longer than asked for, but for the note on its length", () => {
  fc.assert(
    fc.property(hostile, fc.nat(50), (text, longest) => {
      expect(visible(text, longest).replace(/… \(\d+ more\)$/, "").length).toBeLessThanOrEqual(longest);
    }),
  );
});

test.each([
  { name: "the same", before: "`a`", after: "`a`", shown: "`a`" },
  { name: "another one", before: "`a`", after: "`b`", shown: "~~`a`~~ **`b`**" },
  { name: "a new one", before: "", after: "`b`", shown: "**`b`**" },
  { name: "one that is gone", before: "`a`", after: "", shown: "~~`a`~~" },
])("a value that is $name", ({ before, after, shown }) => {
  expect(changed(before, after)).toBe(shown);
});

test("of a list, what changes comes first", () => {
  expect(changedList(["`a`", "`b`", "`z`"], ["`a`", "`c`", "`z`"])).toBe("~~`b`~~, **`c`**, `a`, `z`");
});

test("of a long list, the rest is counted", () => {
  expect(list(["a", "b", "c", "d"], 2)).toBe("a, b and 2 more");
  expect(list(["a", "b"], 2)).toBe("a, b");
});
