import type { Product } from "#functions/lib/product";
import type { Random } from "../../support/random";
import { allNamed, type PageElement, textOf } from "./strict-page";

/** A product whose texts try to be more than texts, and which can be stored all the same. */
export function drawHostileProduct(number: number, random: Random): Product {
  return {
    code: `${number} ${drawText(random, 100)}`,
    name: drawText(random, 256),
    itemPrice: "12.50",
    inStockQty: 7,
    category: Array.from({ length: random.integer(0, 5) }, () => drawText(random, 100)),
  };
}

/** As large as a product may be, and full of one character. */
export function largestProduct(number: number, filling: string): Product {
  const label = filling.repeat(100);
  return {
    code: `${number}`.padEnd(5) + filling.repeat(Math.floor(2043 / Buffer.byteLength(filling))),
    name: filling.repeat(256),
    itemPrice: "999999999999.9999",
    inStockQty: Number.MAX_SAFE_INTEGER,
    category: Array.from({ length: 50 }, () => label),
  };
}

/** What is wrong with the row of a product, or nothing: all of its texts are there, as texts and each by itself. */
export function faultOfRow(page: PageElement, { code, name, category }: Product): string | undefined {
  const rows = allNamed(page, "tr").map((row) => allNamed(row, "bdi").map(textOf));
  const row = rows.find((texts) => texts[1] === shown(code));
  const expected = [name, code, ...category].map(shown);
  return row && JSON.stringify(row) === JSON.stringify(expected)
    ? undefined
    : `${JSON.stringify({ code, name, category })} is shown as ${JSON.stringify(row)}`;
}

// ---------------------------------------------------------------------------------------------------- internal

const FRAGMENTS: readonly string[] = JSON.parse(String.raw`[
  "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<base href=//a>", "<plaintext>",
  "</bdi>", "</th></tr></table>", "</style>", "</title>", "<style>*{display:none}</style>", "<!--", "-->", "<![CDATA[", "]]>",
  "<", ">", "&", "\"", "'", "=", "/>", "<a", "</", "<?", "<%", "\\", "\\u003cscript\\u003e", "%3Cscript%3E", "＜script＞",
  "&lt;script&gt;", "&#60;", "&#x3c;", "&amp;lt;", "&lt", "&#0;", "&nbsp;", "\" onmouseover=\"alert(1)", "' style='",
  "javascript:alert(1)", "{{constructor}}", "<iframe srcdoc='<script>'>", "<math><mi//xlink:href>", "$", "{alert(1)}",
  "\u0000", "\u0001", "\u0007", "\b", "\t", "\n", "\r", "\f", "\u001b[2J", "\u007f", "\u0085", "\u009b31m", "\u009f",
  "\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\u200e", "\u200f", "\u061c",
  "\u2028", "\u2029", "\ufeff", "\ufffd", "\uffff", "\ud83f\udffe", "\udb40\udc01", "\u00ad", "\u200b", "\u034f",
  "👩‍👩‍👧‍👦", "🏳️‍🌈", "e\u0301", "Z\u0351\u036b\u0343\u036a", "مصباح", "שלום", "ﷺ", "ﬁ", "İ", "a", " ", "Lamp"
]`);

/** From 1 character to so many. */
function drawText(random: Random, characters: number): string {
  const text = Array.from({ length: random.integer(1, 8) }, () => random.pick(FRAGMENTS)).join("");
  return [...text].slice(0, characters).join("");
}

/** What has no place in a text shows as U+FFFD. */
function shown(text: string): string {
  return text.replace(/[^\P{Cc}\t\n\r]|[\u202d\u202e]/gu, "\ufffd");
}
