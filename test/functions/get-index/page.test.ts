import type { Html } from "#functions/get-index/html";
import { renderInventory, renderNoSuchPage, renderUnavailable } from "#functions/get-index/page";
import { STYLE } from "#functions/get-index/style";
import type { Product } from "#functions/lib/product";

const now = new Date("2026-11-22T06:25:10Z");
const FIRST = new URLSearchParams();
const LATER = new URLSearchParams({ nextToken: "a" });
const lamp: Product = {
  code: "lamp-1",
  name: "Lamp",
  itemPrice: "15.99",
  inStockQty: 3,
  category: ["home", "light"],
};

const inventory = (products: readonly Product[], page = FIRST) =>
  renderInventory({ products }, page, now).text;

test("a product is a row: its name and code, its labels, its price, and how many there are in words and digits", () => {
  const [row = ""] = /<tbody.*<\/tbody>/s.exec(inventory([lamp])) ?? [];
  expect(row.replace(/>\n</g, "><")).toBe(
    [
      '<tbody role="rowgroup"><tr role="row">',
      '<th role="rowheader" scope="row"><bdi>Lamp</bdi><br><bdi class="code">lamp-1</bdi></th>',
      '<td role="cell" class="labels"><ul role="list"><li><bdi>home</bdi></li><li><bdi>light</bdi></li></ul></td>',
      '<td role="cell" class="price number"><span>15.99</span></td>',
      '<td role="cell" class="stock low">Low stock</td>',
      '<td role="cell" class="quantity number"><span>3</span></td>',
      "</tr></tbody>",
    ].join(""),
  );
});

test.each([
  [
    "a sold out product says so",
    [{ ...lamp, inStockQty: 0 }],
    '<td role="cell" class="stock out">Sold out</td>',
  ],
  ["one without labels has no list", [{ ...lamp, category: [] }], '<td role="cell" class="labels"></td>'],
  ["the table says what it shows", [lamp, lamp], "<caption>2 products: 2 low</caption>"],
])("%s", (_name, products, markup) => {
  expect(inventory(products)).toContain(markup);
});

test.each([
  ["the only page", { products: [lamp] }, FIRST, "1 product: 1 low"],
  ["the first of several", { products: [lamp], nextToken: "b" }, FIRST, "1 product on this page: 1 low"],
  ["the last of several", { products: [lamp] }, LATER, "1 product on this page: 1 low"],
])("%s says whether it shows all that there is", (_name, listing, page, caption) => {
  expect(renderInventory(listing, page, now).text).toContain(`<caption>${caption}</caption>`);
});

test.each([
  ["an inventory without products", FIRST, "There are no products yet."],
  ["a page after the last product", LATER, "There are no more products."],
])("%s says so, and shows no table", (_name, page, sentence) => {
  expect(inventory([], page)).toContain(`<p class="notice">${sentence}</p>`);
  expect(inventory([], page)).not.toContain("<table");
  expect(inventory([lamp], page)).not.toContain('notice">');
});

const STATES: readonly [name: string, page: Html, title: string][] = [
  ["the inventory", renderInventory({ products: [lamp], nextToken: "b" }, LATER, now), "Product inventory"],
  ["no such page", renderNoSuchPage(now), "There is no such page"],
  ["no products to be had", renderUnavailable(now), "The products cannot be shown"],
];

test.each(STATES)(
  "%s has a title, one style and the time, and nothing that acts or loads",
  (_name, { text }, title) => {
    expect(text).toContain(`<title>${title}</title>\n<style>${STYLE}</style>`);
    expect(text).toContain(`<h1>${title}</h1>`);
    expect(text).toContain('<time datetime="2026-11-22T06:25:10.000Z">2026-11-22 06:25:10 UTC</time>');
    expect(text).not.toMatch(
      /<(script|link|img|iframe|base|form|meta http)|\s(src|style|on\w+)=|url\(|@import|\/\//i,
    );
  },
);

test("ten products with long texts take less than 30 kB", () => {
  const long = {
    code: "x".repeat(60),
    name: "Lamp & shade ".repeat(8),
    itemPrice: "999999999999.9999",
    inStockQty: 1e9,
    category: Array.from({ length: 8 }, () => "a rather long label"),
  };
  const page = renderInventory({ products: Array(10).fill(long), nextToken: "x".repeat(400) }, LATER, now);
  expect(Buffer.byteLength(page.text)).toBeLessThan(30_000);
});
