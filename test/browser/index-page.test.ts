import axe, { type AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import type { Product } from "#functions/lib/product";
import { FIVE_PRODUCTS } from "#seeds/products";
import { changeStatements, resourceAt } from "../support/change-stack";
import { temporaryFolder } from "../support/temporary-folder";
import { type OpenInventory, openInventory } from "./open-inventory";

/** `/index` of the project's own API, as a reader sees it. The tests go on from each other: the table fills. */

jest.setTimeout(60_000);

const folder = temporaryFolder();
let inventory: OpenInventory;

beforeAll(async () => {
  inventory = await openInventory(folder);
});
afterEach(() => inventory.closeWindows());
afterAll(() => inventory.close());

const WIDTHS = [360, 768, 1280];
const SCHEMES = ["light", "dark"] as const;
const LOOKS = WIDTHS.flatMap((width) => SCHEMES.map((colorScheme) => ({ width, colorScheme })));

interface Look {
  readonly width: number;
  readonly colorScheme: (typeof SCHEMES)[number];
}

const look = ({ width, colorScheme }: Look) => ({ viewport: { width, height: 800 }, colorScheme });

/** How far the page goes beyond its window sideways, in pixels. */
const overflow = (page: Page) =>
  page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

/** What axe-core finds fault with: each rule, and where. */
async function violations(page: Page): Promise<string[]> {
  // Chromium runs it for the test, not for the page: the page's policy forbids scripts.
  await page.evaluate(axe.source);
  const results = await page.evaluate<AxeResults>("axe.run()");
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

interface State {
  readonly path: string;
  readonly status: number;
  readonly title: string;
  readonly text: string;
}

/** Looks at a state of the page in every way. */
function looksRight({ path, status, title, text }: State): void {
  test.each(LOOKS)("at $width pixels, $colorScheme", async (each) => {
    const { page, response, requests, said } = await inventory.visit(path, look(each));

    expect([response.status(), await page.title()]).toEqual([status, title]);
    expect(await page.getByRole("heading", { level: 1 }).allInnerTexts()).toEqual([title]);
    expect(await page.getByRole("main").allInnerTexts()).toEqual([expect.stringContaining(text)]);
    expect(await page.getByRole("contentinfo").allInnerTexts()).toEqual([
      expect.stringMatching(/^Rendered at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/),
    ]);
    expect(await overflow(page)).toBe(0);
    expect(await violations(page)).toEqual([]);
    expect(requests).toEqual([`${inventory.gateway.url}/dev${path}`]);
    expect(said).toEqual(status === 200 ? [] : [expect.stringContaining(`status of ${status}`)]);
  });
}

describe("without products", () => {
  looksRight({ path: "/index", status: 200, title: "Product inventory", text: "There are no products yet." });
});

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

  looksRight({
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

  test.each(WIDTHS)("at %d pixels it is a table to whoever cannot see it", async (width) => {
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

  test("stock is told in words and in shapes, not by colour alone", async () => {
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

  describe("but for a token that is none", () => {
    looksRight({
      path: "/index?nextToken=x",
      status: 400,
      title: "There is no such page",
      text: "The link was cut short",
    });

    test("which leads to the first page", async () => {
      const { page } = await inventory.visit("/index?nextToken=x");
      await page.getByRole("link", { name: "First page" }).click();
      expect(await page.title()).toBe("Product inventory");
    });
  });
});

test("GET /products in the address bar shows what the pattern's browser_error.png shows", async () => {
  const { page, response } = await inventory.visit("/products");
  expect([response.status(), response.headers()["x-amzn-errortype"]]).toEqual([
    403,
    "MissingAuthenticationTokenException",
  ]);
  expect(await page.locator("body").allInnerTexts()).toEqual(['{"message":"Missing Authentication Token"}']);
});

describe("where get-index may not call GET /products", () => {
  beforeAll(() =>
    inventory.gateway.api.replace(
      inventory.stack.load((terraform) =>
        changeStatements(resourceAt(terraform, "aws_iam_role_policy", "get-index/policy"), (statements) =>
          statements.filter(({ Action }) => Action !== "execute-api:Invoke"),
        ),
      ),
    ),
  );

  looksRight({
    path: "/index",
    status: 502,
    title: "The products cannot be shown",
    text: "please try again in a moment",
  });

  test("trying again shows the products as soon as it may", async () => {
    const { page } = await inventory.visit("/index?limit=2");
    await inventory.gateway.api.replace(inventory.stack.load());
    await page.getByRole("link", { name: "Try again" }).click();
    expect([await page.title(), page.url()]).toEqual([
      "Product inventory",
      `${inventory.gateway.url}/dev/index?limit=2`,
    ]);
  });
});
