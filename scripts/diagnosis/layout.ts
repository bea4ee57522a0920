import { SCREEN_WIDTH, wrap } from "#cli/table";
import { printable } from "#text/printable";

/** Breaks a paragraph into printable lines, words kept whole, each behind the same indent. */
export function paragraph(text: string, indent: string): string {
  const lines = wrap(printable(text), SCREEN_WIDTH - indent.length);
  return lines.map((line) => `${indent}${line}\n`).join("");
}
