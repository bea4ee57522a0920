import type { Product } from "#functions/lib/product";

/**
 * The products that a table is seeded with. They include a low stock and no stock, a product without a category, and text
 * that HTML must escape.
 */
export const FIVE_PRODUCTS: readonly Product[] = [
  {
    code: "lamp-01",
    name: "Reading lamp, brass",
    itemPrice: "64.00",
    inStockQty: 12,
    category: ["home", "lighting"],
  },
  {
    code: "tea-07",
    name: "Jasmine tea, 250 g",
    itemPrice: "15.99",
    inStockQty: 140,
    category: ["kitchen", "food"],
  },
  {
    code: "pen-12",
    name: 'Pen & notebook "Voyage"',
    itemPrice: "9.50",
    inStockQty: 73,
    category: ["office", "gifts"],
  },
  { code: "kite-03", name: "Box kite", itemPrice: "27.25", inStockQty: 0, category: ["outdoors"] },
  { code: "mug-21", name: "Mug without a handle", itemPrice: "8", inStockQty: 4, category: [] },
];

/**
 * Generates products, one at a time. A product depends only on its index, so that the products are the same each time and a
 * longer list begins with the shorter one.
 */
export function* generateProducts(count: number): Generator<Product> {
  for (let index = 0; index < count; index++) yield generateProduct(index);
}

function generateProduct(index: number): Product {
  const noun = pick(NOUNS, index);
  const material = pick(MATERIALS, Math.floor(index / NOUNS.length));
  const cents = 99 + (scatter(index) % 20_000);
  return {
    code: `gen-${String(index + 1).padStart(6, "0")}`,
    name: `${material} ${noun}`,
    itemPrice: (cents / 100).toFixed(2),
    inStockQty: scatter(index + 1) % 500,
    category: ["generated", pick(CATEGORIES, scatter(index))],
  };
}

const NOUNS = ["basket", "bench", "clock", "frame", "kettle", "mirror", "shelf", "stool", "tray"] as const;
const MATERIALS = ["Oak", "Steel", "Glass", "Linen", "Cork", "Copper", "Marble"] as const;
const CATEGORIES = ["garden", "home", "kitchen", "office"] as const;

function pick(words: readonly [string, ...string[]], index: number): string {
  return words[index % words.length] ?? words[0];
}

/** Spreads neighbouring numbers over 32 bits. Source: the multiplicative hash of Knuth, TAOCP 3, section 6.4 */
function scatter(value: number): number {
  return Math.imul(value + 1, 2_654_435_761) >>> 0;
}
