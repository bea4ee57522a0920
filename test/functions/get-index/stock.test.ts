import { stockOf, summarizeStock } from "#functions/get-index/stock";

test.each([
  [-1, "out"],
  [0, "out"],
  [1, "low"],
  [5, "low"],
  [6, "in"],
])("with %d left it is '%s'", (quantity, stock) => {
  expect(stockOf(quantity)).toBe(stock);
});

test.each([
  [[9], true, "1 product: 1 in stock"],
  [[9, 9, 2, 0, 0, 0], true, "6 products: 2 in stock, 1 low, 3 sold out"],
  [[0, 0], false, "2 products on this page: 2 sold out"],
])("%j, being all there are: %s, sum up to '%s'", (quantities, isWhole, summary) => {
  expect(summarizeStock(quantities, isWhole)).toBe(summary);
});
