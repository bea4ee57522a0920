import { compileHider } from "../../../scripts/local/hide-secrets";

test.each<[name: string, secrets: readonly string[], text: string, told: string]>([
  ["a secret", ["abc"], "an abc, and abcabc", "an [secret], and [secret][secret]"],
  ["several", ["abc", "def"], '{"a":"def","b":"abc"}', '{"a":"[secret]","b":"[secret]"}'],
  ["one that begins like another", ["abc", "abcdef"], "abcdef abc", "[secret] [secret]"],
  ["what a pattern would be in", ["a.c+$^*(d)[e]{2}|\\/-"], "a.c+$^*(d)[e]{2}|\\/- axc", "[secret] axc"],
  ["nothing, where there is no secret", [], "abc", "abc"],
  ["nothing, where a secret is empty", [""], "abc", "abc"],
  ["nothing else", ["abc"], "ab c ABC", "ab c ABC"],
])("hides %s", (_name, secrets, text, told) => {
  expect(compileHider(secrets)(text)).toBe(told);
});
