import type { VtlLoop } from "../values/value";

/**
 * Thrown by #break and #stop, and caught where they end: a loop, a #define, or the whole template. It never leaves this
 * folder.
 */
export class Interrupt {
  /** The loop that ends; `nearest` is whatever is innermost, `all` the whole template. */
  readonly ends: VtlLoop | "nearest" | "all";

  constructor(ends: VtlLoop | "nearest" | "all") {
    this.ends = ends;
  }
}
