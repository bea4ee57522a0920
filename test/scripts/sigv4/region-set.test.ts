import fc from "fast-check";
import { coversRegion } from "#sigv4/region-set";

/** What S3 was measured to take and to refuse for us-east-1, but for the case of letters: see region-set.ts. */
test.each([
  ["*", true],
  ["us-*", true],
  ["*-1", true],
  ["u*1", true],
  ["**", true],
  ["us-east-1", true],
  ["us-east-1*", true],
  [",us-east-1", true],
  ["us-west-2,us-east-1", true],
  ["eu-*,us-*", true],
  ["u*-*-*1", true],
  ["US-*", false],
  ["us-east-?", false],
  ["us-east-10", false],
  ["us-east-", false],
  ["us-east-1-*-1", false],
  ["us-*st-1-1", false],
  ["*east-1east-1", false],
  ["*-1*-1", false],
  ["*a*e*", false],
  ["us-*-2", false],
  ["aws-global", false],
  ["", false],
  [",", false],
  ["us-west-2, us-east-1", false],
  ["us-east-1;us-west-2", false],
  ["us-east-1 us-west-2", false],
  [".*", false],
  ["us.east.1", false],
])("the region set '%s' covers us-east-1: %s", (regionSet, covers) => {
  expect(coversRegion(regionSet, "us-east-1")).toBe(covers);
});

const text = fc.array(fc.constantFrom(..."ab-1"), { maxLength: 6 }).map((parts) => parts.join(""));
const pattern = fc.array(fc.constantFrom(..."ab-1*"), { maxLength: 8 }).map((parts) => parts.join(""));

test("a wildcard is any run of characters, as in a regular expression", () => {
  fc.assert(
    fc.property(pattern, text, (set, region) => {
      expect(coversRegion(set, region)).toBe(new RegExp(`^${set.replaceAll("*", ".*")}$`).test(region));
    }),
    { numRuns: 1000 },
  );
});

test("a list covers what one of its entries covers", () => {
  fc.assert(
    fc.property(fc.array(pattern, { minLength: 1 }), text, (entries, region) => {
      expect(coversRegion(entries.join(","), region)).toBe(
        entries.some((entry) => coversRegion(entry, region)),
      );
    }),
  );
});

test("thousands of wildcards take no time", () => {
  const started = performance.now();
  expect(coversRegion(`${"*a".repeat(8000)}*`, "a".repeat(7999))).toBe(false);
  expect(performance.now() - started).toBeLessThan(1000);
});
