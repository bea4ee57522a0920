import fc from "fast-check";
import { compileHider } from "#text/hide-secrets";

test.each<[name: string, secrets: readonly string[], text: string, told: string]>([
  ["a secret", ["abc"], "an abc, and abcabc", "an [secret], and [secret][secret]"],
  ["several", ["abc", "def"], '{"a":"def","b":"abc"}', '{"a":"[secret]","b":"[secret]"}'],
  ["one that begins like another", ["abc", "abcdef"], "abcdef abc", "[secret] [secret]"],
  ["what a pattern would be in", ["a.c+$^*(d)[e]{2}|\\/-"], "a.c+$^*(d)[e]{2}|\\/- axc", "[secret] axc"],
  ["nothing, where there is no secret", [], "abc", "abc"],
  ["nothing, where a secret is empty", [""], "abc", "abc"],
  ["nothing else", ["abc"], "ab c ABC", "ab c ABC"],
  ["one with JSON's escapes", ["abc"], '{"a":"\\u0061b\\u0063"}', '{"a":"[secret]"}'],
  [
    "one in JSON within JSON",
    ["a/c"],
    '{"a":"{\\"b\\":\\"\\\\u0061\\\\/c\\"}"}',
    '{"a":"{\\"b\\":\\"[secret]\\"}"}',
  ],
  ["one with JavaScript's escapes", ["abc"], "'\\x61bc'", "'[secret]'"],
  ["one with a URL's escapes", ["a/+"], "/dev/a%2F%2b?x", "/dev/[secret]?x"],
  ["one with a URL's escapes, escaped", ["a/+"], "/dev/a%252F%25252b", "/dev/[secret]"],
  ["nothing where escapes are none", ["abc"], "\\\\ \\u00 \\xzz %zz %25 %", "\\\\ \\u00 \\xzz %zz %25 %"],
])("hides %s", (_name, secrets, text, told) => {
  expect(compileHider(secrets)(text)).toBe(told);
});

const RANDOM = "je7MtGbClwBF2Zp9Utkh3yCo8nvbEXAMPLEKEYab";

test.each<[name: string, text: string, told: string]>([
  ["what is left of one that was cut", `/${RANDOM.slice(0, 30)}…`, "/[secret]…"],
  ["what is left of one that was cut before its last character", RANDOM.slice(0, -1), "[secret]"],
  ["its end", `…${RANDOM.slice(-16)}`, "…[secret]"],
  ["its middle", `x${RANDOM.slice(7, 23)}x`, "x[secret]x"],
  ["its halves", `${RANDOM.slice(0, 20)} ${RANDOM.slice(20)}`, "[secret] [secret]"],
  ["two in a row", RANDOM + RANDOM, "[secret][secret]"],
  ["a part with escapes", RANDOM.slice(0, 20).replace("G", "%47"), "[secret]"],
  ["no few characters of it", RANDOM.slice(0, 15), RANDOM.slice(0, 15)],
])("hides of a secret: %s", (_name, text, told) => {
  expect(compileHider(["another-secret", RANDOM])(text)).toBe(told);
});

test("a part of a secret that was made up may be a word that is needed", () => {
  const hide = compileHider(["signed-inventory-dev-demo-key"]);
  expect(hide("signed-inventory-dev-products signed-inventory-dev-demo-key")).toBe(
    "signed-inventory-dev-products [secret]",
  );
});

test("a secret is found wherever it stands, however much of it there is, and nothing else is hidden", () => {
  const other = fc.string({ unit: fc.constantFrom(...' \\%u0x/.,"é😀'), maxLength: 40 });
  fc.assert(
    fc.property(
      other,
      other,
      fc.integer({ min: 16, max: 40 }),
      fc.nat(24),
      (before, after, length, skipped) => {
        const part = RANDOM.slice(Math.min(skipped, 40 - length)).slice(0, length);
        expect(compileHider([RANDOM])(`${before} ${part} ${after}`)).toBe(`${before} [secret] ${after}`);
      },
    ),
  );
});

test.each([
  ["a long text", "x".repeat(5_000_000)],
  ["one of backslashes", "\\".repeat(1_000_000)],
  ["one of escapes", "%25".repeat(300_000)],
  ["one that begins like a secret again and again", RANDOM.slice(0, 10).repeat(100_000)],
])("%s takes no time", (_name, text) => {
  const hide = compileHider([RANDOM, "a".repeat(100)]);
  const started = performance.now();
  expect(hide(text)).toBe(text);
  expect(performance.now() - started).toBeLessThan(2_000);
});
