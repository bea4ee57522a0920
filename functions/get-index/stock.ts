/** How well a product is in stock, as a name of the style. */
type Stock = "in" | "low" | "out";

/** Up to this many, a product is low in stock. */
const LOW_STOCK = 5;

export const STOCK_LABELS: Readonly<Record<Stock, string>> = {
  in: "In stock",
  low: "Low stock",
  out: "Sold out",
};

export function stockOf(quantity: number): Stock {
  if (quantity <= 0) return "out";
  return quantity <= LOW_STOCK ? "low" : "in";
}

/**
 * Sums up what is on a page: `5 products: 3 in stock, 1 low, 1 sold out`.
 *
 * @param isWhole - whether there are no other pages
 */
export function summarizeStock(quantities: readonly number[], isWhole: boolean): string {
  const count = { in: 0, low: 0, out: 0 };
  for (const quantity of quantities) count[stockOf(quantity)]++;
  const parts = [
    count.in > 0 && `${count.in} in stock`,
    count.low > 0 && `${count.low} low`,
    count.out > 0 && `${count.out} sold out`,
  ];
  const noun = quantities.length === 1 ? "product" : "products";
  const where = isWhole ? "" : " on this page";
  return `${quantities.length} ${noun}${where}: ${parts.filter(Boolean).join(", ")}`;
}
