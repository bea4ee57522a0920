import { styleText } from "node:util";
import type { Sink } from "./command";

/** The width of a screen in columns. Only values to copy may be wider. */
export const SCREEN_WIDTH = 80;

/** The text of a cell, and its format if colours are on. */
export type Cell = string | { readonly text: string; readonly format: Format };
type Format = Parameters<typeof styleText>[0];

/** Applies a format to a text, or leaves it plain. */
export type Paint = (format: Format, text: string) => string;

/** Colours for a terminal, unless NO_COLOR is set. Source: https://no-color.org */
export function paintFor(sink: Sink, env: NodeJS.ProcessEnv): Paint {
  const plain = !sink.isTTY || Boolean(env.NO_COLOR);
  // By default, Node checks the standard output of the process, which may not be the sink.
  return plain ? (_, text) => text : (format, text) => styleText(format, text, { validateStream: false });
}

/**
 * Lays rows out in aligned columns, each as wide as its widest cell. Text that does not fit into the last column
 * continues on the next line of that column. Words are not broken.
 *
 * @param head - the names of the columns
 * @param width - of the whole table, in columns. @default that of a screen
 */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  { width = SCREEN_WIDTH, paint }: { readonly width?: number; readonly paint: Paint },
): string {
  const cells: Cell[][] = [
    head.map((text) => ({ text, format: "bold" as const })),
    ...rows.map((row) => [...row]),
  ];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => textOf(row[column]).length)));
  const indent = widths.slice(0, -1).reduce((sum, each) => sum + each + GAP.length, 0);
  const lines = cells.flatMap((row) => {
    const fixed = row.slice(0, -1).map((cell, column) => fill(cell, widths[column] ?? 0, paint));
    const last = row.at(-1) ?? "";
    return wrap(textOf(last), width - indent).map((text, index) =>
      [...(index === 0 ? fixed : [" ".repeat(indent - GAP.length)]), paintLike(last, text, paint)].join(GAP),
    );
  });
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

const GAP = "  ";

function textOf(cell: Cell | undefined): string {
  return typeof cell === "object" ? cell.text : (cell ?? "");
}

function fill(cell: Cell, width: number, paint: Paint): string {
  const text = textOf(cell);
  return paintLike(cell, text, paint) + " ".repeat(width - text.length);
}

function paintLike(cell: Cell, text: string, paint: Paint): string {
  return typeof cell === "object" ? paint(cell.format, text) : text;
}

/** Breaks a text into lines of a width. Words are not broken. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
