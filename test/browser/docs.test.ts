import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { main } from "#docs";
import { PROJECT_ROOT } from "#self/repository";
import { captureIo } from "../support/captured-io";
import { temporaryFolder } from "../support/temporary-folder";

jest.setTimeout(60_000);

const folder = temporaryFolder();
const committed = join(PROJECT_ROOT, "docs", "images");
const env = { PATH: process.env.PATH, CHROMIUM: process.env.CHROMIUM };

/** Runs `make docs` in another folder, and answers what it said of the screenshots. */
async function makeDocs(): Promise<string | undefined> {
  const io = captureIo();
  expect(await main(["--out", folder], env, io)).toBe(0);
  return io.written().err.split("\n").at(-2);
}

test("the screenshots in docs/images are of this page: run 'make docs' after a change", async () => {
  const images = join(folder, "docs", "images");
  expect(await makeDocs()).toBe("screenshots: taken again");

  const sources = readFileSync(join(images, "screenshots.json"), "utf8");
  expect(readFileSync(join(committed, "screenshots.json"), "utf8")).toBe(sources);
  for (const name of Object.keys(JSON.parse(sources))) {
    // PNG, width in pixels: the page as wide as it was asked for, at one and a half times its size.
    const [taken, kept] = [images, committed].map((each) => readFileSync(join(each, name)).readUInt32BE(16));
    expect([name.includes("narrow") ? 540 : 1560, kept]).toEqual([taken, taken]);
    expect(statSync(join(committed, name)).size).toBeLessThan(150_000);
  }
});

test("while the page looks the same, they are left as they are", async () => {
  expect(await makeDocs()).toBe("screenshots: up to date");
});
