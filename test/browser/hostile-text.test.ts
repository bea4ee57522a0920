import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Product } from "#functions/lib/product";
import { temporaryFolder } from "../support/temporary-folder";
import { type OpenInventory, openInventory, type Visit } from "./open-inventory";

/** Products whose texts try to be more than text, all of which `PUT /products/{code}` takes. */

jest.setTimeout(60_000);

const folder = temporaryFolder();
let inventory: OpenInventory;
let hostile: readonly Product[];

/** A foreign server: what it was asked for, and the page that it shows at `/`. */
const elsewhere = createServer(({ url = "" }, response) => {
  if (url !== "/") asked.push(url);
  response.writeHead(200, url === "/" ? copy.headers : {}).end(url === "/" ? copy.body : "");
});
let host: string;
const asked: string[] = [];
let copy: { headers: Record<string, string>; body: string };

beforeAll(async () => {
  elsewhere.listen(0, "127.0.0.1");
  await once(elsewhere, "listening");
  host = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
  hostile = hostileProducts();
  inventory = await openInventory(folder);
  await inventory.put(...hostile);
});
beforeEach(() => {
  asked.length = 0;
});
afterEach(() => inventory.closeWindows());
afterAll(async () => {
  await inventory.close();
  elsewhere.closeAllConnections();
  elsewhere.close();
});

function hostileProducts(): readonly Product[] {
  const script = "<script>window.ran = true; alert(1)</script>";
  const handler = '<img src=x onerror="window.ran = true">';
  const loading = `<link rel=stylesheet href=${host}/a.css><img src=${host}/a.png>`;
  const style = "</ul></table><style>* { display: none }</style>";
  const plain = { name: "Name", itemPrice: "12.50", inStockQty: 7, category: ["label"] };
  return [
    { ...plain, code: "markup", name: script + handler, category: [script, style] },
    { ...plain, code: `"><svg onload="window.ran = true">`, name: loading },
    { ...plain, code: "control", name: "a\0b\u0007c\u001b[31md\u0085e\u009bf" },
    {
      ...plain,
      code: "override\u202e",
      name: "\u202egnp.exe",
      category: ["\u2067isolate", "\u202bembedding"],
    },
    { ...plain, code: "arabic", name: "مصباح القراءة النحاسي", category: ["إضاءة"] },
    { ...plain, code: "emoji", name: "👩‍👩‍👧‍👦 🏳️‍🌈 e\u0301", category: ["🪔"] },
    {
      ...plain,
      code: "words",
      name: "a long name ".repeat(21),
      category: Array(50).fill("a long label ".repeat(7)),
    },
    { ...plain, code: "x".repeat(1500), name: "W".repeat(256), category: Array(50).fill("W".repeat(100)) },
    { ...plain, code: "numbers", itemPrice: "999999999999.9999", inStockQty: Number.MAX_SAFE_INTEGER },
  ];
}

/** What has no place in a text shows as U+FFFD. */
const shown = (text: string) => text.replace(/[\p{Cc}\u202e]/gu, "\ufffd");

/** What came of a visit: whether a script ran, what was said, and what was asked of others. */
async function effects({ page, said }: Visit) {
  return { ran: await page.evaluate<boolean>("window.ran === true"), said, asked };
}

test("every text shows as it is written, and does nothing", async () => {
  const visit = await inventory.visit("/index");
  const texts = (selector: string) => visit.page.locator(selector).allTextContents();

  expect((await texts("th bdi:first-child")).sort()).toEqual(hostile.map(({ name }) => shown(name)).sort());
  expect((await texts(".code")).sort()).toEqual(hostile.map(({ code }) => shown(code)).sort());
  expect((await texts("li")).sort()).toEqual(hostile.flatMap(({ category }) => category).sort());
  expect(await effects(visit)).toEqual({ ran: false, said: [], asked: [] });
  expect(visit.requests).toHaveLength(1);
});

describe("were it markup,", () => {
  const policy = "content-security-policy";

  beforeEach(async () => {
    const answer = await fetch(`${inventory.gateway.url}/dev/index`);
    const headers = {
      "content-type": "text/html; charset=utf-8",
      [policy]: answer.headers.get(policy) ?? "",
    };
    const page = await answer.text();
    copy = { headers, body: page.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"') };
  });

  test("the page's policy would stop it", async () => {
    expect(await effects(await inventory.visit(host))).toEqual({
      ran: false,
      said: expect.arrayContaining([expect.stringContaining("Content Security Policy")]),
      asked: [],
    });
  });

  test("and without the policy these tests would notice", async () => {
    delete copy.headers[policy];
    expect(await effects(await inventory.visit(host))).toEqual({
      ran: true,
      said: expect.arrayContaining(["1"]),
      asked: expect.arrayContaining(["/a.css", "/a.png"]),
    });
  });
});

test.each([360, 768, 1280])(
  "at %d pixels nothing is wider than the window, and all of it can be seen",
  async (width) => {
    const { page } = await inventory.visit("/index", { viewport: { width, height: 800 } });
    const outside = await page.evaluate<string[]>(`
    [...document.querySelectorAll("main *")]
      .filter((element) => !element.closest("thead"))
      .filter((element) => element.getBoundingClientRect().right > innerWidth)
      .map((element) => element.outerHTML.slice(0, 80))`);
    expect(outside).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
  },
);

test("what turns the writing direction around ends with its text", async () => {
  const { page } = await inventory.visit("/index", { viewport: { width: 1280, height: 800 } });
  /** Where the first and the last character of a text stand. */
  const ends = (code: string, selector: string) =>
    page.evaluate<[number, number]>(
      `(([code, selector]) => {
        const row = [...document.querySelectorAll("tbody tr")].find((each) => each.innerText.includes(code));
        const text = document.createTreeWalker(row.querySelector(selector), NodeFilter.SHOW_TEXT).nextNode();
        const at = (index) => {
          const range = document.createRange();
          range.setStart(text, index);
          range.setEnd(text, index + 1);
          return range.getBoundingClientRect().left;
        };
        return [at(0), at(text.data.length - 1)];
      })(${JSON.stringify([code, selector])})`,
    );
  const isLeftToRight = async (code: string, selector: string) => {
    const [first, last] = await ends(code, selector);
    return first < last;
  };
  for (const code of ["override", "arabic"]) {
    expect(await isLeftToRight(code, ".code")).toBe(true);
    expect(await isLeftToRight(code, ".price")).toBe(true);
    expect(await isLeftToRight(code, ".stock")).toBe(true);
  }
  expect(await isLeftToRight("override", "th bdi")).toBe(true);
  expect(await isLeftToRight("arabic", "th bdi")).toBe(false);
});
