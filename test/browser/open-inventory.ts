import type { Browser, BrowserContextOptions, Page, Response } from "playwright-core";
import { findChromium } from "#cli/find-chromium";
import type { Product } from "#functions/lib/product";
import { startChromium } from "#self/docs/start-chromium";
import { type LocalGateway, startGateway } from "../support/local-gateway";
import { type SynthesizedProject, synthesizeProject } from "../support/project-stack";
import { type ClientAnswer, sendWithAws4 } from "../support/signing-clients";

/** The project's own API, served locally with no product in it, and a browser to look at it. */
export interface OpenInventory {
  readonly stack: SynthesizedProject;
  readonly gateway: LocalGateway;
  /** Writes products as the role writer does. */
  put(...products: readonly Product[]): Promise<void>;
  /**
   * Opens a page in a window of its own; {@link closeWindows} closes it.
   * @param address - a path below the stage, such as `/index`, or a URL
   */
  visit(address: string, options?: BrowserContextOptions): Promise<Visit>;
  closeWindows(): Promise<void>;
  close(): Promise<void>;
}

/** A page in a window, and what has happened in it so far. */
export interface Visit {
  readonly page: Page;
  readonly response: Response;
  /** The URL of each request, the page's own first. */
  readonly requests: readonly string[];
  /** What the page said in dialogs, in the console, or by failing. */
  readonly said: readonly string[];
}

/** @param folder - where the stack is synthesized */
export async function openInventory(folder: string): Promise<OpenInventory> {
  const browser = await startChromium(findChromium(process.env));
  try {
    const stack = await synthesizeProject(folder);
    const gateway = await startGateway(stack.load(), { prefix: stack.prefix });
    return {
      stack,
      gateway,
      put: (...products) => putProducts(gateway, products),
      visit: (address, options) =>
        visit(browser, address.startsWith("/") ? `${gateway.url}/dev${address}` : address, options),
      closeWindows: async () => {
        for (const context of browser.contexts()) await context.close();
      },
      close: async () => {
        await browser.close();
        await gateway.api.close();
      },
    };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

// ---------------------------------------------------------------------------------------------------- internal

async function putProducts(gateway: LocalGateway, products: readonly Product[]): Promise<void> {
  const { accessKeyId, secretAccessKey, sessionToken } = gateway.credentials("writer");
  for (const product of products) {
    const answer: ClientAnswer = await sendWithAws4({
      method: "PUT",
      url: `${gateway.url}/dev/products/${encodeURIComponent(product.code)}`,
      body: JSON.stringify(product),
      credentials: { accessKeyId, secretAccessKey, sessionToken },
    });
    if (answer.status !== 201) throw new Error(`${answer.status} ${answer.body}`);
  }
}

async function visit(browser: Browser, url: string, options?: BrowserContextOptions): Promise<Visit> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const requests: string[] = [];
  const said: string[] = [];
  context.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  page.on("dialog", async (dialog) => {
    said.push(dialog.message());
    await dialog.dismiss();
  });
  const response = await page.goto(url, { waitUntil: "load" });
  if (!response) throw new Error(`no answer from ${url}`);
  return { page, response, requests, said };
}
