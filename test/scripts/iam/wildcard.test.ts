import fc from "fast-check";
import { matchesAction, matchesPattern, toPattern } from "#iam/wildcard";

const matches = (pattern: string, text: string): boolean =>
  matchesPattern(toPattern([{ text: pattern, literal: false }]), text);

describe("wildcards", () => {
  test.each([
    { pattern: "", text: "", expected: true },
    { pattern: "", text: "a", expected: false },
    { pattern: "*", text: "", expected: true },
    { pattern: "*", text: "a/b:c", expected: true },
    { pattern: "?", text: "a", expected: true },
    { pattern: "?", text: "", expected: false },
    { pattern: "?", text: "ab", expected: false },
    { pattern: "a*c", text: "ac", expected: true },
    { pattern: "a*c", text: "a/b/c", expected: true },
    { pattern: "a*c", text: "acd", expected: false },
    { pattern: "a**c", text: "abc", expected: true },
    { pattern: "*ab", text: "aab", expected: true },
    { pattern: "*ab*ab", text: "ab-ab", expected: true },
    { pattern: "*ab*ab", text: "ab", expected: false },
    { pattern: "a?c*", text: "abc", expected: true },
    { pattern: "a?c*", text: "ac", expected: false },
    { pattern: "[a-z]", text: "b", expected: false },
    { pattern: "a.c", text: "abc", expected: false },
    { pattern: "Read", text: "read", expected: false },
  ])("'$pattern' on '$text': $expected", ({ pattern, text, expected }) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  test("a literal piece has no wildcards", () => {
    const pattern = toPattern([
      { text: "home/", literal: false },
      { text: "*", literal: true },
      { text: "/*", literal: false },
    ]);
    expect(matchesPattern(pattern, "home/*/a")).toBe(true);
    expect(matchesPattern(pattern, "home/bob/a")).toBe(false);
  });

  test.each([
    { pattern: "execute-api:Invoke", expected: true },
    { pattern: "EXECUTE-API:invoke", expected: true },
    { pattern: "execute-api:*", expected: true },
    { pattern: "execute-api:Invok?", expected: true },
    { pattern: "*", expected: true },
    { pattern: "execute-api:InvalidateCache", expected: false },
    { pattern: "execute-api:Invoke?", expected: false },
    { pattern: "s3:*", expected: false },
  ])("the action pattern $pattern covers execute-api:Invoke: $expected", ({ pattern, expected }) => {
    expect(matchesAction(pattern, "execute-api:Invoke")).toBe(expected);
  });
});

describe("laws of wildcards", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "/", ":"), maxLength: 12 });
  const pattern = fc.string({ unit: fc.constantFrom("a", "b", "/", "*", "?"), maxLength: 8 });

  test("matching agrees with the definition, tried out in full", () => {
    const isMatch = (wanted: string, actual: string): boolean => {
      if (wanted === "") return actual === "";
      const rest = wanted.slice(1);
      if (wanted[0] === "*") {
        return Array.from({ length: actual.length + 1 }, (_, cut) => actual.slice(cut)).some((tail) =>
          isMatch(rest, tail),
        );
      }
      return (
        actual !== "" && (wanted[0] === "?" || wanted[0] === actual[0]) && isMatch(rest, actual.slice(1))
      );
    };
    fc.assert(
      fc.property(pattern, text, (wanted, actual) => matches(wanted, actual) === isMatch(wanted, actual)),
      {
        numRuns: 2000,
      },
    );
  });

  test("a text without wildcards matches itself alone", () => {
    fc.assert(fc.property(text, text, (one, other) => matches(one, other) === (one === other)));
  });
});

describe("crafted patterns", () => {
  /** A text that counts how often a character of it is read. */
  const counted = (text: string): { text: ArrayLike<string>; reads: () => number } => {
    let reads = 0;
    const proxy = new Proxy(Object(text) as ArrayLike<string>, {
      get: (target, key) => {
        if (key !== "length") reads += 1;
        return Reflect.get(target, key) as unknown;
      },
    });
    return { text: proxy, reads: () => reads };
  };

  test.each([
    { name: "many wildcards with a missing end", pattern: `${"*a".repeat(1000)}b`, most: 2 },
    { name: "a run of wildcards", pattern: `${"*".repeat(5000)}b`, most: 2 },
    { name: "many wildcards of one character", pattern: `*${"?".repeat(50)}b`, most: 100 },
    { name: "a long tail that nearly matches", pattern: `*${"a".repeat(100)}b`, most: 202 },
  ])("$name: the work grows with the text, not with the ways to match", ({ pattern, most }) => {
    const { text, reads } = counted("a".repeat(10_000));
    expect(matchesPattern(toPattern([{ text: pattern, literal: false }]), text)).toBe(false);
    expect(reads()).toBeGreaterThan(0);
    expect(reads()).toBeLessThanOrEqual(most * 10_000);
  });
});
