import fc from "fast-check";
import { isNestedBeyond } from "#sigv4/json-nesting";

test.each([
  ["[[1]]", 2, false],
  ["[[1]]", 1, true],
  ['{"a":[{}]}', 3, false],
  ['{"a":[{}]}', 2, true],
  ["[],[],[]", 1, false],
  ['["[[[[", "\\"[[[[", "\\\\"]', 1, false],
  ['["\\\\", [[]]]', 2, true],
  ["", 0, false],
  ["[", 0, true],
  ['"[', 0, false],
])("%j, beyond %d: %j", (text, levels, expected) => {
  expect(isNestedBeyond(levels, text)).toBe(expected);
});

test("JSON is nested beyond every level less than its own, and beyond no other", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat(8), (value, levels) => {
      for (const text of [JSON.stringify(value), JSON.stringify(value, null, 2)])
        expect(isNestedBeyond(levels, text)).toBe(depthOf(value) > levels);
    }),
  );
});

test("ten megabytes take no time", () => {
  const started = performance.now();
  expect(isNestedBeyond(1_000, `"${"[".repeat(10_000_000)}"`)).toBe(false);
  expect(performance.now() - started).toBeLessThan(1_000);
});

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
