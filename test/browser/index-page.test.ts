import type { Product } from "#functions/lib/product";
import { FIVE_PRODUCTS } from "#seeds/products";
import { temporaryFolder } from "../support/temporary-folder";
import { type Look, look, looksRight, violations, WIDTHS } from "./looks";
import { type OpenInventory, openInventory } from "./open-inventory";

/** `/index` of the project's own API with products, as a reader sees it. */

jest.setTimeout(60_000);

const folder = temporaryFolder();
let inventory: OpenInventory;

beforeAll(async () => {
  inventory = await openInventory(folder);
});
afterEach(() => inventory.closeWindows());
afterAll(() => inventory.close());

describe("with products", () => {
  const DEAR: Product = {
    code: "clock-9",
    name: "Grandfather clock",
    itemPrice: "12499.5",
    inStockQty: 1250,
    category: ["home"],
  };
  const CHEAP: Product = {
    code: "nail",
    name: "Nail",
    itemPrice: "0.0125",
    inStockQty: 99_000,
    category: [],
  };
  const PRODUCTS = [...FIVE_PRODUCTS, DEAR, CHEAP];

  beforeAll(() => inventory.put(...PRODUCTS));

  looksRight(() => inventory, {
    path: "/index",
    status: 200,
    title: "Product inventory",
    text: "7 products: 5 in stock, 1 low, 1 sold out",
  });

  test("every product is there, and the page has called GET /products once", async () => {
    const { gateway } = inventory;
    const before = gateway.log.length;
    const { page } = await inventory.visit("/index");

    const names = await page.getByRole("rowheader").allInnerTexts();
    expect(names.sort()).toEqual(PRODUCTS.map(({ name, code }) => `${name}\n${code}`).sort());
    expect(gateway.log.slice(before).map(({ path }) => path)).toEqual(["/dev/products", "/dev/index"]);
  });

  test("the colours follow the scheme", async () => {
    const brightness = async (colorScheme: Look["colorScheme"]) => {
      const { page } = await inventory.visit("/index", { colorScheme });
      const colour = await page.evaluate<string>(
        "getComputedStyle(document.documentElement).backgroundColor",
      );
      return Math.max(...(colour.match(/\d+/g) ?? []).map(Number));
    };
    expect(await brightness("light")).toBeGreaterThan(200);
    expect(await brightness("dark")).toBeLessThan(50);
  });

  test("in a table, the points of the prices stand below each other", async () => {
    const { page } = await inventory.visit("/index", look({ width: 1280, colorScheme: "light" }));
    const points = await page.evaluate<number[]>(`
      [...document.querySelectorAll(".price span")].map(({ firstChild: digits }) => {
        const range = document.createRange();
        range.setStart(digits, digits.data.indexOf("."));
        range.setEnd(digits, digits.data.indexOf(".") + 1);
        return Math.round(range.getBoundingClientRect().left);
      })`);
    expect(points).toHaveLength(PRODUCTS.length);
    expect(new Set(points).size).toBe(1);
  });

  test.each(WIDTHS)("at %d pixels it is a table to a screen reader", async (width) => {
    const { page } = await inventory.visit("/index", look({ width, colorScheme: "light" }));
    const session = await page.context().newCDPSession(page);
    const { nodes } = await session.send("Accessibility.getFullAXTree");
    const count = (wanted: string) =>
      nodes.filter(({ role, ignored }) => !ignored && role?.value === wanted).length;

    expect(["table", "caption", "columnheader", "rowheader", "row", "cell"].map(count)).toEqual([
      1,
      1,
      5,
      PRODUCTS.length,
      PRODUCTS.length + 1,
      PRODUCTS.length * 4,
    ]);
  });

  test("stock is shown in words and in shapes, not by colour alone", async () => {
    const { page } = await inventory.visit("/index");
    const shown = await page.evaluate<[string, string][]>(`
      [...document.querySelectorAll("td.stock")].map((cell) => {
        const { backgroundColor, backgroundImage } = getComputedStyle(cell, "::before");
        const fill = backgroundImage !== "none" ? "half" : backgroundColor === "rgba(0, 0, 0, 0)" ? "empty" : "full";
        return [cell.innerText, fill];
      })`);
    expect(Object.fromEntries(shown)).toEqual({
      "In stock": "full",
      "Low stock": "half",
      "Sold out": "empty",
    });
  });

  test("the pages lead from one to the next and to the end, each product once, and back to the first", async () => {
    const { page } = await inventory.visit("/index?limit=3", look({ width: 360, colorScheme: "dark" }));
    const next = page.getByRole("link", { name: "Next page", exact: true });
    const codes: string[][] = [];
    for (;;) {
      codes.push(await page.locator("th .code").allInnerTexts());
      if ((await next.count()) === 0) break;
      await next.click();
    }
    expect(codes.map(({ length }) => length)).toEqual([3, 3, 1]);
    expect(codes.flat().sort()).toEqual(PRODUCTS.map(({ code }) => code).sort());

    await page.getByRole("link", { name: "First page" }).click();
    expect(page.url()).toBe(`${inventory.gateway.url}/dev/index?limit=3`);
    expect(await page.locator("th .code").allInnerTexts()).toEqual(codes[0]);
    expect(await page.getByRole("link", { name: "First page" }).count()).toBe(0);
  });

  test("a page in the middle passes axe-core, and the keyboard finds its links, visibly", async () => {
    const { page } = await inventory.visit("/index?limit=3");
    await page.getByRole("link", { name: "Next page" }).click();
    expect(await violations(page)).toEqual([]);

    const focused: unknown[] = [];
    for (let tab = 0; tab < 2; tab++) {
      await page.keyboard.press("Tab");
      focused.push(
        await page.evaluate(
          "[document.activeElement.textContent, getComputedStyle(document.activeElement).outlineStyle]",
        ),
      );
    }
    expect(focused).toEqual([
      ["First page", "solid"],
      ["Next page", "solid"],
    ]);
  });

  test("axe-core finds what is wrong where something is", async () => {
    const { page } = await inventory.visit("/index");
    await page.evaluate("document.documentElement.removeAttribute('lang')");
    expect(await violations(page)).toEqual([expect.stringMatching(/^html-has-lang: /)]);
  });
});
