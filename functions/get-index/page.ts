import type { Product } from "../lib/product";
import { Html, html } from "./html";
import type { ProductListing } from "./products-api";
import { STYLE } from "./style";

/** Renders the inventory: a page of products, and the way to the other pages. */
export function renderInventory(
  { products, nextToken }: ProductListing,
  isFirstPage: boolean,
  now: Date,
): Html {
  return renderPage(
    "Product inventory",
    now,
    html`
${products.length === 0 ? html`<p>There are no products here.</p>` : renderTable(products)}
<nav aria-label="Pages">
${isFirstPage ? undefined : FIRST_PAGE}
${nextToken && html`<a rel="next" href="?nextToken=${encodeURIComponent(nextToken)}">Next page</a>`}
</nav>`,
  );
}

/** Renders what is shown while the products cannot be had. */
export function renderUnavailable(now: Date): Html {
  return renderPage(
    "The products cannot be shown",
    now,
    html`
<p>The inventory did not answer as it should. That has been logged; please try again in a moment.</p>
<nav aria-label="Pages">${FIRST_PAGE}</nav>`,
  );
}

const FIRST_PAGE = html`<a href="?">First page</a>`;

function renderPage(title: string, now: Date, content: Html): Html {
  const time = now.toISOString();
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
<footer>Rendered at <time datetime="${time}">${time.slice(0, 19).replace("T", " ")} UTC</time></footer>
</body>
</html>
`;
}

function renderTable(products: readonly Product[]): Html {
  return html`<div class="scroll" role="region" aria-label="Products" tabindex="0">
<table>
<thead>
<tr><th scope="col">Product</th><th scope="col">Code</th><th scope="col">Category</th><th scope="col" class="number">Price</th><th scope="col" class="number">In stock</th></tr>
</thead>
<tbody>
${products.map(renderRow)}</tbody>
</table>
</div>`;
}

function renderRow({ code, name, itemPrice, inStockQty, category }: Product): Html {
  return html`<tr>
<th scope="row">${name}</th>
<td class="code">${code}</td>
<td><ul>${category.map((label) => html`<li>${label}</li>`)}</ul></td>
<td class="number">${itemPrice}</td>
<td class="number">${inStockQty === 0 ? html`<span class="gone">Sold out</span>` : inStockQty}</td>
</tr>
`;
}
