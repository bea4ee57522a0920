// Renders a page repeatedly, and writes the milliseconds of each time to file descriptor 3: `node
// render-page.mjs MODULE PRODUCTS`.

const [modulePath, products] = process.argv.slice(2);
const { renderInventory } = await import(modulePath);
const listing = { products: JSON.parse(products), nextToken: "next" };
const now = new Date("2026-11-22T12:00:00Z");

const milliseconds = [];
for (let round = 0; round < 2_000; round += 1) {
  const begin = performance.now();
  const { text } = renderInventory(listing, new URLSearchParams(), now);
  milliseconds.push(performance.now() - begin);
  if (!text.includes("</html>")) throw new Error("the page is not whole");
}
// In the first rounds, V8 has not optimized the code yet.
process.getBuiltinModule("node:fs").writeSync(3, JSON.stringify(milliseconds.slice(1_000)));
