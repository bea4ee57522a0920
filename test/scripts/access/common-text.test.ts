import fc from "fast-check";
import { commonText, literalPlaces, type PatternPlace } from "#access/common-text";

const ANY: PatternPlace = { repeats: false };
const RUN: PatternPlace = { repeats: true };
const NO_SLASH: PatternPlace = { but: "/", repeats: false };

test.each<[string, readonly PatternPlace[], readonly PatternPlace[], string | undefined]>([
  ["a text and itself", literalPlaces("ab"), literalPlaces("ab"), "ab"],
  ["two texts", literalPlaces("ab"), literalPlaces("ac"), undefined],
  ["a text and its beginning", literalPlaces("ab"), literalPlaces("a"), undefined],
  ["nothing and nothing", [], [], ""],
  ["nothing and a run", [], [RUN], ""],
  ["a run and a text", [RUN], literalPlaces("a/b"), "a/b"],
  ["a run and a run", [RUN], [RUN], ""],
  ["any and any", [ANY], [ANY], "x"],
  ["any but a slash, and a slash", [NO_SLASH], literalPlaces("/"), undefined],
  ["runs that overlap", [...literalPlaces("a"), RUN], [RUN, ...literalPlaces("b")], "ab"],
  ["a run before what ends it", [RUN, ...literalPlaces("b")], literalPlaces("abab"), "abab"],
])("%s", (_, one, other, common) => {
  expect(commonText(one, other)).toBe(common);
});

const place = fc.record({
  only: fc.constantFrom("a", "b", "/", undefined, undefined),
  but: fc.constantFrom("/", undefined),
  repeats: fc.boolean(),
});
const pattern = fc.array(place, { maxLength: 6 });

/** The pattern as a regular expression, which is what it is compared with. */
function toRegExp(places: readonly PatternPlace[]): RegExp {
  const parts = places.map(
    ({ only, but, repeats }) => `${only ?? (but ? `[^${but}]` : ".")}${repeats ? "*" : ""}`,
  );
  return new RegExp(`^${parts.join("")}$`);
}

test("it matches both; and where there is none, no text does", () => {
  fc.assert(
    fc.property(pattern, pattern, fc.array(fc.constantFrom("a", "b", "/", "x")), (one, other, letters) => {
      const common = commonText(one, other);
      const [isOne, isOther] = [toRegExp(one), toRegExp(other)];
      if (common !== undefined) return isOne.test(common) && isOther.test(common);
      const text = letters.join("");
      return !(isOne.test(text) && isOther.test(text));
    }),
  );
});
