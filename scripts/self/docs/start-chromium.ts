import { type Browser, chromium } from "playwright-core";

/** Starts Chromium without a window, on a profile of its own that goes with it. */
export function startChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: SWITCHES,
    // Chromium cannot put a process of root into its sandbox.
    chromiumSandbox: process.getuid?.() !== 0,
  });
}

/** What keeps Chromium from calling anybody, and its letters the same everywhere. */
const SWITCHES = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--font-render-hinting=none",
];
