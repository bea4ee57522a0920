import fc from "fast-check";
import { percentile, ratios, spreadOf } from "#self/bench/statistics";

test.each([
  { name: "of one value", values: [7], percent: 99, expected: 7 },
  { name: "the median of three", values: [1, 2, 30], percent: 50, expected: 2 },
  { name: "the median of four, the lower one of the two", values: [1, 2, 3, 4], percent: 50, expected: 2 },
  {
    name: "the 99th of a hundred",
    values: Array.from({ length: 100 }, (_, i) => i + 1),
    percent: 99,
    expected: 99,
  },
  { name: "the smallest", values: [1, 2, 3], percent: 0, expected: 1 },
  { name: "the largest", values: [1, 2, 3], percent: 100, expected: 3 },
])("a percentile: $name", ({ values, percent, expected }) => {
  expect(percentile(values, percent)).toBe(expected);
});

test("of no values there is no percentile", () => {
  expect(() => percentile([], 50)).toThrow(RangeError);
});

test("a spread does not depend on the order, and holds every value", () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
      const { median, min, max } = spreadOf(values);
      expect(spreadOf([...values].reverse())).toEqual({ median, min, max });
      expect(values.every((value) => min <= value && value <= max)).toBe(true);
      expect(values).toContain(median);
    }),
  );
});

test("ratios are taken round by round", () => {
  expect(ratios([2, 9], [4, 3])).toEqual([0.5, 3]);
});
