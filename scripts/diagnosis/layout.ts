import { SCREEN_WIDTH, wrap } from "../lib/table";

/** Breaks a paragraph into printable lines, words kept whole, each behind the same indent. */
export function paragraph(text: string, indent: string): string {
  const lines = wrap(printable(text), SCREEN_WIDTH - indent.length);
  return lines.map((line) => `${indent}${line}\n`).join("");
}

/** A text from elsewhere as a terminal may show it: control characters, which could move its cursor, are written out. */
export function printable(text: string): string {
  return text.replace(/(?![\n\t]|\r\n)\p{Cc}/gu, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}
