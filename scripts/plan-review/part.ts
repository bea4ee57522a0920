import type { Markdown } from "./write/markdown";

/** What one part of a review has come to. */
export interface Part {
  /** Rows of a table, or lines. */
  readonly rows: readonly Markdown[];
  /** Whether anything in it is another way afterwards. */
  readonly isChanged: boolean;
  /** Why the change needs care. The same reason is the same text, whichever plans it was found in. */
  readonly findings: readonly Markdown[];
  /** What the rows leave out, and why. */
  readonly notes: readonly Markdown[];
}
