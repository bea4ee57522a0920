import { parseProduct } from "#functions/lib/product";
import { FIVE_PRODUCTS, generateProducts } from "#seeds/products";

test.each([
  ["the five", FIVE_PRODUCTS],
  ["generated ones", [...generateProducts(2_000)]],
])("%s are products as the API takes them, with different codes", (_, products) => {
  expect(products.map((product) => parseProduct(product, product.code))).toEqual(products);
  expect(new Set(products.map(({ code }) => code)).size).toBe(products.length);
});

test("generated products are the same each time, and a longer row begins with the shorter one", () => {
  const ten = [...generateProducts(10)];

  expect([...generateProducts(10)]).toEqual(ten);
  expect([...generateProducts(300)].slice(0, 10)).toEqual(ten);
  expect(ten[0]).toEqual({
    code: "gen-000001",
    name: "Oak basket",
    itemPrice: "158.60",
    inStockQty: 226,
    category: ["generated", "home"],
  });
});

test("generated products are made one at a time: a row of any length begins at once", () => {
  const [first] = generateProducts(Number.MAX_SAFE_INTEGER);

  expect(first).toEqual([...generateProducts(1)][0]);
});
