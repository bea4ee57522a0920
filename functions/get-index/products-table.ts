import type { Product } from "../lib/product";
import { type Html, html } from "./html";
import { renderPrices, renderQuantity } from "./numbers";
import { STOCK_LABELS, stockOf, summarizeStock } from "./stock";

/**
 * Renders products as a table. Its roles are those that the elements have anyway: where the style makes cards of the
 * rows, some browsers would forget them.
 *
 * @param isWhole - whether there are no other products
 * @see https://adrianroselli.com/2018/02/tables-css-display-properties-and-aria.html
 */
export function renderProducts(products: readonly Product[], isWhole: boolean): Html {
  const prices = renderPrices(products.map(({ itemPrice }) => itemPrice));
  const summary = summarizeStock(
    products.map(({ inStockQty }) => inStockQty),
    isWhole,
  );
  return html`<table role="table">
<caption>${summary}</caption>
<thead role="rowgroup">
<tr role="row">
<th role="columnheader" scope="col">Product</th>
<th role="columnheader" scope="col">Categories</th>
<th role="columnheader" scope="col" class="number">Price</th>
<th role="columnheader" scope="col">Stock</th>
<th role="columnheader" scope="col" class="number">Quantity</th>
</tr>
</thead>
<tbody role="rowgroup">
${products.map((product, index) => renderRow(product, prices[index]))}</tbody>
</table>
`;
}

/** The text of a product may run from right to left, or say so: a `bdi` keeps that to itself. */
function renderRow({ code, name, inStockQty, category }: Product, price: Html | undefined): Html {
  const stock = stockOf(inStockQty);
  return html`<tr role="row">
<th role="rowheader" scope="row"><bdi>${name}</bdi><br><bdi class="code">${code}</bdi></th>
<td role="cell" class="labels">${category.length > 0 ? renderLabels(category) : undefined}</td>
<td role="cell" class="price number">${price}</td>
<td role="cell" class="stock ${stock}">${STOCK_LABELS[stock]}</td>
<td role="cell" class="quantity number">${renderQuantity(inStockQty)}</td>
</tr>
`;
}

function renderLabels(labels: readonly string[]): Html {
  return html`<ul role="list">${labels.map((label) => html`<li><bdi>${label}</bdi></li>`)}</ul>`;
}
