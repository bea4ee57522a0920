import { Html, html } from "./html";
import type { ProductListing } from "./products-api";
import { renderProducts } from "./products-table";
import { STYLE } from "./style";

/**
 * Renders the inventory: a page of products, and the ways to the others.
 *
 * @param page - which page it is, in the parameters of `GET /products`
 */
export function renderInventory(
  { products, nextToken }: ProductListing,
  page: URLSearchParams,
  now: Date,
): Html {
  const isFirst = !page.has("nextToken");
  const empty = renderNotice(isFirst ? "There are no products yet." : "There are no more products.");
  return renderPage("Product inventory", now, [
    products.length > 0 ? renderProducts(products, isFirst && !nextToken) : empty,
    renderLinks(
      isFirst ? undefined : html`<a rel="first" href="${linkTo(page, undefined)}">First page</a>`,
      nextToken && html`<a rel="next" href="${linkTo(page, nextToken)}">Next page</a>`,
    ),
  ]);
}

/** Renders what is shown where the address names no page. */
export function renderNoSuchPage(now: Date): Html {
  return renderPage("There is no such page", now, [
    renderNotice(
      "The link was cut short or changed on its way here, or asks for more than the 100 products of the largest page.",
    ),
    renderLinks(html`<a rel="first" href="?">First page</a>`),
  ]);
}

/** Renders what is shown while the products cannot be had. */
export function renderUnavailable(now: Date): Html {
  return renderPage("The products cannot be shown", now, [
    renderNotice(
      "The inventory did not answer as it should. That has been logged; please try again in a moment.",
    ),
    renderLinks(html`<a href="">Try again</a>`),
  ]);
}

function renderPage(title: string, now: Date, content: readonly Html[]): Html {
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

function renderNotice(text: string): Html {
  return html`<p class="notice">${text}</p>
`;
}

function renderLinks(...links: readonly (Html | "" | undefined)[]): Html {
  return links.some(Boolean) ? html`<nav aria-label="Pages">${links}</nav>` : html``;
}

/** Another page, of the same size. */
function linkTo(page: URLSearchParams, nextToken: string | undefined): string {
  const limit = page.get("limit");
  return `?${new URLSearchParams({ ...(limit && { limit }), ...(nextToken && { nextToken }) })}`;
}
