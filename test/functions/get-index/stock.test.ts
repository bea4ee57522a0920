import { stockOf, summarizeStock } from "../../../functions/get-index/stock";

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
  [[9], "1 product: 1 in stock"],
  [[9, 9, 2, 0, 0, 0], "6 products: 2 in stock, 1 low, 3 sold out"],
  [[0, 0], "2 products: 2 sold out"],
])("%j sum up to '%s'", (quantities, summary) => {
  expect(summarizeStock(quantities)).toBe(summary);
});
