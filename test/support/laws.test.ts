import fc from "fast-check";
import { someOf } from "./some-of";

/** How many cases of a law run, in `make test` and in `make test-deep`. */

const before = process.env.LAWS;
afterEach(() => {
  if (before === undefined) delete process.env.LAWS;
  else process.env.LAWS = before;
});

function casesOf(numRuns?: number): number {
  let cases = 0;
  const law = fc.property(fc.integer(), () => {
    cases += 1;
  });
  fc.assert(law, numRuns === undefined ? undefined : { numRuns });
  return cases;
}

test.each([
  [undefined, 10, 100],
  [2000, 200, 2000],
  [10, 5, 10],
  [1, 1, 1],
])("a law of %p cases has %i in short and %i in full", (numRuns, short, full) => {
  delete process.env.LAWS;
  expect(casesOf(numRuns)).toBe(short);
  process.env.LAWS = "full";
  expect(casesOf(numRuns)).toBe(full);
});

test("a law that does not hold is found in short, by name and case", () => {
  delete process.env.LAWS;
  expect(() => fc.assert(fc.property(fc.nat(), (n) => n < 0))).toThrow("Property failed after 1 tests");
});

test("ten runs over a list meet each of its cases once, and one run in full meets them all", () => {
  delete process.env.LAWS;
  const cases = Array.from({ length: 34 }, (_, index) => index);
  const runs = Array.from({ length: 10 }, (_, first) => someOf(cases, first));
  expect(runs.flat().sort((a, b) => a - b)).toEqual(cases);
  expect(runs.map(({ length }) => length)).toEqual([4, 4, 4, 4, 3, 3, 3, 3, 3, 3]);
  expect([someOf([1], 9), someOf([])]).toEqual([[1], []]);
  process.env.LAWS = "full";
  expect(someOf(cases, 3)).toEqual(cases);
});
