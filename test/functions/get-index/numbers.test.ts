import fc from "fast-check";
import { renderPrices, renderQuantity } from "#functions/get-index/numbers";

const texts = (prices: readonly string[]) => renderPrices(prices).map(({ text }) => text);

test.each<[name: string, prices: string[], markup: string[]]>([
  ["two decimals at least", ["8", "9.5", "15.99"], ["8.00", "9.50", "15.99"]],
  ["thousands in groups", ["999", "1299.5", "1000000"], ["999.00", "1,299.50", "1,000,000.00"]],
  ["zeros that do not show beside a longer price", ["8", "0.0125"], ["8.00<s>00</s>", "0.0125"]],
])("prices have %s", (_name, prices, markup) => {
  expect(texts(prices)).toEqual(markup.map((each) => `<span>${each}</span>`));
});

test.each(["", "1,50", "-3", ".5", "1.", "1e3", "1.23456", "٣", "<b>", " 1"])(
  "'%s' is no decimal string, and stays as it is",
  (price) => {
    expect(texts([price, "1"])).toEqual([price.replace("<b>", "&lt;b&gt;"), "<span>1.00</span>"]);
  },
);

test("what would be too wide for a narrow page may break into lines", () => {
  expect(texts(["999999999.9999", "999999999999.99"])).toEqual([
    "<span>999,999,999.9999</span>",
    "999,999,999,999.99<s>00</s>",
  ]);
});

test("a column of prices says the same numbers, with their points at the same distance from the end", () => {
  const price = fc.tuple(fc.nat({ max: 1e9 }), fc.nat({ max: 4 }), fc.nat({ max: 9999 }));
  fc.assert(
    fc.property(fc.array(price, { minLength: 1, maxLength: 10 }), (parts) => {
      const prices = parts.map(([whole, decimals, fraction]) =>
        decimals === 0 ? `${whole}` : `${whole}.${String(fraction).padStart(4, "0").slice(0, decimals)}`,
      );
      const digits = texts(prices).map((text) => text.replace(/<.*?>/g, ""));
      expect(digits.map((each) => Number(each.replaceAll(",", "")))).toEqual(prices.map(Number));
      expect(new Set(digits.map((each) => each.length - each.indexOf("."))).size).toBe(1);
    }),
    { numRuns: 50 },
  );
});

test("no prices are no markup", () => expect(texts([])).toEqual([]));

test.each([
  [0, "0"],
  [1250, "1,250"],
  [-1250, "-1,250"],
  [1.5, "1.5"],
  [1e300, "1e+300"],
])("a quantity of %d is written %s", (quantity, written) => {
  expect(renderQuantity(quantity).text).toBe(`<span>${written}</span>`);
});
