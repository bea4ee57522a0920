import type { Sink } from "./command";

/** A line that shows how much of the work is done. */
export interface Progress {
  /** @param done - how many items are done in total */
  update(done: number): void;
  /** Removes the line. */
  end(): void;
}

/**
 * Shows progress on a terminal as one line, which is rewritten at every per cent. Without a terminal it shows nothing.
 *
 * @param total - how many items there are
 * @param noun - what is counted: `products`
 */
export function showProgress(sink: Sink, total: number, noun: string): Progress {
  let shown = -1;
  return {
    update(done) {
      const percent = Math.floor((done / total) * 100);
      if (!sink.isTTY || percent === shown) return;
      shown = percent;
      sink.write(`${CLEAR_LINE}${groupDigits(done)} of ${groupDigits(total)} ${noun} (${percent}%)`);
    },
    end() {
      if (shown >= 0) sink.write(CLEAR_LINE);
    },
  };
}

/** Formats a number for people: `12,345`. */
export function groupDigits(count: number): string {
  return count.toLocaleString("en-US");
}

/** Moves to the first column and erases the line. Source: ECMA-48, EL */
const CLEAR_LINE = "\r\u001b[K";
