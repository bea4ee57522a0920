import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { splitWords } from "#cli/words";

test.each<[text: string, words: string[]]>([
  ["", []],
  ["  \t\n ", []],
  [
    "GET /products?limit=1&nextToken=x --as reader",
    ["GET", "/products?limit=1&nextToken=x", "--as", "reader"],
  ],
  [
    "a;b |c >d <e (f) {g,h} *.ts ~/i #j !k",
    ["a;b", "|c", ">d", "<e", "(f)", "{g,h}", "*.ts", "~/i", "#j", "!k"],
  ],
  ["$HOME ${HOME} $(id) `id` $'a' \\$x", ["$HOME", "${HOME}", "$(id)", "`id`", "$a", "$x"]],
  [`--data '{"a": "b c"}' "x 'y' z"`, ["--data", '{"a": "b c"}', "x 'y' z"]],
  [`a'b c'd"e f"`, ["ab cde f"]],
  [`'' "" x''`, ["", "", "x"]],
  [`"a\\"b\\\\c\\$d\\e" 'f\\g' h\\ i`, ['a"b\\c$d\\e', "f\\g", "h i"]],
  ["one \\\n two th\\\nree 'four\nfive'", ["one", "two", "three", "four\nfive"]],
  ["ends with \\", ["ends", "with", "\\"]],
])("%j", (text, words) => {
  expect(splitWords("REQUEST", text)).toEqual(words);
});

test.each([
  ["--data 'a", "'"],
  ['--data "a', '"'],
  ["it's", "'"],
])("%j is refused: a quote is not closed", (text, quote) => {
  expect(() => splitWords("REQUEST", text)).toThrow(
    `REQUEST: got a ${quote} that is not closed; close it, or write \\${quote} for a literal one`,
  );
});

test("law: what is quoted for a shell is split as a shell splits it", () => {
  const word = fc.string({ unit: "grapheme", maxLength: 12 }).filter((text) => !text.includes("\0"));
  const quotes: readonly ((text: string) => string)[] = [
    (text) => `'${text.replaceAll("'", "'\\''")}'`,
    (text) => `"${text.replace(/[$`"\\]/g, "\\$&")}"`,
  ];
  const quoted = fc.record({ text: word, quote: fc.constantFrom(...quotes) });
  fc.assert(
    fc.property(fc.array(quoted, { maxLength: 5 }), (all) => {
      const text = all.map((each) => each.quote(each.text)).join(" ");
      expect(splitWords("REQUEST", text)).toEqual(all.map((each) => each.text));
    }),
  );
});

test("a shell splits alike, if it has nothing to expand", () => {
  const piece = fc.constantFrom("a", "é", " ", "\t", "\\", "'", '"', "\n", "%", "=", "/", ":");
  const texts = fc.sample(fc.string({ unit: piece, maxLength: 15 }), { numRuns: 400, seed: 13 });
  const closed = texts.flatMap((text) => {
    try {
      return [{ text, words: splitWords("REQUEST", text) }];
    } catch {
      return [];
    }
  });
  // A line break ends a command, unless it is quoted or escaped; a backslash at the end waits for more.
  const alike = closed.filter(({ text }) => !/\\$/.test(text) && !splitsLines(text));
  expect(alike.length).toBeGreaterThan(100);
  const script = alike.map(({ text }) => `printf '%s\\0' begin ${text}\nprintf '\\1'`).join("\n");
  const printed = execFileSync("sh", ["-c", script], { encoding: "utf8" });
  const byShell = printed.split("\u0001").slice(0, -1);
  expect(byShell.map((words) => words.split("\0").slice(1, -1))).toEqual(alike.map(({ words }) => words));
});

function splitsLines(text: string): boolean {
  return /\n/.test(text.replace(/\\[\s\S]|'[^']*'|"(?:\\[\s\S]|[^"\\])*"/g, ""));
}
