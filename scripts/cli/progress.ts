import type { Sink } from "./command";

/** A line that tells how far the work is. */
export interface Progress {
  /** @param done - how many are done in all */
  update(done: number): void;
  /** Takes the line away. */
  end(): void;
}

/**
 * Shows progress on a terminal as one line, which is written anew at every per cent. Where nobody watches it shows
 * nothing.
 *
 * @param total - how many there are to be done
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

/** Writes a number for reading: `12,345`. */
export function groupDigits(count: number): string {
  return count.toLocaleString("en-US");
}

/** Back to the first column, and erase what follows. Source: ECMA-48, EL */
const CLEAR_LINE = "\r\u001b[K";
