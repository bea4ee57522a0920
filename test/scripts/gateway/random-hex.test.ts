import fc from "fast-check";
import { createRandomHex } from "#gateway/random-hex";

test("whatever is asked for, it has the length asked for, and is never the same", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 8, max: 4096 }), { minLength: 1, maxLength: 50 }), (sizes) => {
      const randomHex = createRandomHex();
      const given = sizes.map(randomHex);
      expect(given.map((hex) => hex.length)).toEqual(sizes.map((size) => size * 2));
      expect(given.every((hex) => /^[0-9a-f]+$/.test(hex))).toBe(true);
      expect(new Set(given.map((hex) => hex.slice(0, 16))).size).toBe(sizes.length);
    }),
  );
});

test("two sources give different bytes", () => {
  expect(createRandomHex()(16)).not.toBe(createRandomHex()(16));
});
