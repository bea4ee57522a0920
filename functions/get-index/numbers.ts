import { type Html, html } from "./html";

/**
 * Renders a column of prices so that, set in digits of equal width and aligned at the end, their decimal points stand
 * below each other. No decimal is rounded or dropped; each price gets at least two, and those that it lacks beside the
 * longest of its column are zeros that the style makes invisible.
 *
 * @param prices - decimal strings such as `"15.99"`; what is not one stays as it is
 */
export function renderPrices(prices: readonly string[]): Html[] {
  const written = prices.map(writePrice);
  const longest = Math.max(...written.map(decimalsOf));
  return written.map((price, index) => {
    if (price === undefined) return html`${prices[index]}`;
    const missing = longest - decimalsOf(price);
    return keepTogether(price, missing > 0 ? html`<s>${"0".repeat(missing)}</s>` : undefined);
  });
}

/** Renders how many there are: `1,250`. */
export function renderQuantity(quantity: number): Html {
  return keepTogether(groupThousands(String(quantity)));
}

/** Only numbers that a narrow page has room for are kept in one line. */
function keepTogether(number: string, padding?: Html): Html {
  return number.length <= 16 ? html`<span>${number}${padding}</span>` : html`${number}${padding}`;
}

function writePrice(price: string): string | undefined {
  const [, whole, fraction = ""] = /^(\d+)(?:\.(\d{1,4}))?$/.exec(price) ?? [];
  return whole && `${groupThousands(whole)}.${fraction.padEnd(2, "0")}`;
}

function decimalsOf(price: string | undefined): number {
  return price === undefined ? 0 : price.length - price.indexOf(".") - 1;
}

function groupThousands(number: string): string {
  return number.length > 3 && number.length <= 20 ? number.replace(/\B(?=(\d{3})+$)/g, ",") : number;
}
