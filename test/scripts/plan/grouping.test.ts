import fc from "fast-check";
import { prefixIndex } from "#plan/grouping";

test("finds what begins like a text, and what the text begins like", () => {
  const find = prefixIndex([
    ["a/b", 1],
    ["a/b/c", 2],
    ["a/x", 3],
    ["", 4],
    ["a/b", 5],
  ]);
  expect([...find("a/b/")].sort()).toEqual([1, 2, 4, 5]);
  expect([...find("z")]).toEqual([4]);
});

test("finds what comparing with each would find", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 5 });
  fc.assert(
    fc.property(fc.array(text), text, (beginnings, asked) => {
      const expected = beginnings.filter((each) => each.startsWith(asked) || asked.startsWith(each));
      expect([...prefixIndex(beginnings.map((each) => [each, each]))(asked)].sort()).toEqual(
        [...new Set(expected)].sort(),
      );
    }),
  );
});
