import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { EXAMPLE } from "./example";

/** The settings of a screenshot. */
interface Look {
  readonly name: string;
  readonly width: number;
  readonly colorScheme: "light" | "dark";
}

const LOOKS: readonly Look[] = [
  { name: "index-light.png", width: 1040, colorScheme: "light" },
  { name: "index-dark.png", width: 1040, colorScheme: "dark" },
  { name: "index-narrow-light.png", width: 360, colorScheme: "light" },
  { name: "index-narrow-dark.png", width: 360, colorScheme: "dark" },
];

/** Records the page of each screenshot, since the same page looks slightly different on another machine. */
const SOURCES = "screenshots.json";

/** The page with the example's time instead of the time of rendering. */
export function atExampleTime(page: string): string {
  const time = EXAMPLE.date.toISOString();
  return page.replace(
    /<time datetime=".*?">.*?<\/time>/,
    `<time datetime="${time}">${time.slice(0, 19).replace("T", " ")} UTC</time>`,
  );
}

/** Names the screenshots in a folder that are missing, or show a different page. */
export function staleScreenshots(page: string, folder: string): string[] {
  const path = join(folder, SOURCES);
  const noted: Record<string, string> = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
  return LOOKS.filter(
    (look) => noted[look.name] !== sourceOf(page, look) || !existsSync(join(folder, look.name)),
  ).map(({ name }) => name);
}

/** Takes every screenshot again. */
export async function takeScreenshots(page: string, folder: string, browser: Browser): Promise<void> {
  for (const { name, width, colorScheme } of LOOKS) {
    const viewport = { width, height: 100 };
    const context = await browser.newContext({ viewport, colorScheme, deviceScaleFactor: 1.5 });
    const window = await context.newPage();
    await window.setContent(page);
    await window.screenshot({ path: join(folder, name), fullPage: true });
    await context.close();
  }
  const sources = Object.fromEntries(LOOKS.map((look) => [look.name, sourceOf(page, look)]));
  writeFileSync(join(folder, SOURCES), `${JSON.stringify(sources, null, 2)}\n`);
}

function sourceOf(page: string, look: Look): string {
  return createHash("sha256")
    .update(JSON.stringify([page, look]))
    .digest("hex");
}
