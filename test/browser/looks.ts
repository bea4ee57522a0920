import axe, { type AxeResults } from "axe-core";
import type { BrowserContextOptions, Page } from "playwright-core";
import type { OpenInventory } from "./open-inventory";

/** What every state of `/index` has to look like, at each width and in each colour scheme. */

/** Of a phone, a tablet and a screen, in pixels. */
export const WIDTHS = [360, 768, 1280];
const SCHEMES = ["light", "dark"] as const;
const LOOKS = WIDTHS.flatMap((width) => SCHEMES.map((colorScheme) => ({ width, colorScheme })));

/** How a window is opened. */
export interface Look {
  readonly width: number;
  readonly colorScheme: (typeof SCHEMES)[number];
}

/** The options of such a window. */
export const look = ({ width, colorScheme }: Look): BrowserContextOptions => ({
  viewport: { width, height: 800 },
  colorScheme,
});

/** How far the page goes beyond its window sideways, in pixels. */
const overflow = (page: Page) =>
  page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

/** What axe-core finds fault with: each rule, and where. */
export async function violations(page: Page): Promise<string[]> {
  // Chromium runs it for the test, not for the page: the page's policy forbids scripts.
  await page.evaluate(axe.source);
  const results = await page.evaluate<AxeResults>("axe.run()");
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

/** A state of the page, and what it has to say. */
interface State {
  readonly path: string;
  readonly status: number;
  readonly title: string;
  readonly text: string;
}

/** Registers tests that look at a state of the page in every way. */
export function looksRight(opened: () => OpenInventory, { path, status, title, text }: State): void {
  test.each(LOOKS)("at $width pixels, $colorScheme", async (each) => {
    const inventory = opened();
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
