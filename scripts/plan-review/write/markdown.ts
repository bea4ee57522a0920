/**
 * A piece of Markdown. What a plan says gets into one only through {@link code} and {@link visible}, so that a review
 * has no other structure, link, mention or HTML than its own.
 */
export type Markdown = string;

/** Longer names are cut: readers do not read on, and a table must fit in a comment. */
const LONGEST_CODE = 160;

/**
 * Text as inline code, where Markdown means nothing. What would end the code or a table's cell, what cannot be seen
 * and `<` are written as escapes; the end of a long text is left out.
 * Source: https://github.github.com/gfm/#code-spans
 */
export function code(text: string): Markdown {
  const shown = visible(text, LONGEST_CODE);
  // Nothing but spaces would be no code.
  return shown.trim() === "" ? "`\\u{20}`" : `\`${shown}\``;
}

/**
 * Text in which every character is seen for what it is: backquote, pipe, `<`, line ends, control and
 * formatting characters (which could turn the direction of what follows) become `\u{…}`.
 * @param longest - how many characters of the result; what is left out is counted behind it
 */
export function visible(text: string, longest: number): string {
  let shown = "";
  let read = 0;
  for (const character of text) {
    const next = UNSAFE.test(character) ? escapeCharacter(character) : character;
    if (shown.length + next.length > longest) return `${shown}… (${text.length - read} more)`;
    shown += next;
    read += character.length;
  }
  return shown;
}

const UNSAFE = /[`|<]|(?! )[\p{C}\p{Z}]/u;

function escapeCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) as number).toString(16)}}`;
}

/** Several things after one another, the first of them only where there are many. */
export function list(items: readonly Markdown[], most = 12): Markdown {
  if (items.length <= most) return items.join(", ");
  return `${items.slice(0, most).join(", ")} and ${items.length - most} more`;
}

/** As many things as fit into a number of characters, and one at least. */
export function listWithin(items: readonly Markdown[], room: number, most = 12): Markdown {
  let length = 0;
  const over = items.findIndex((item) => {
    length += item.length + 2;
    return length - 2 > room;
  });
  return list(items, Math.max(1, Math.min(most, over < 0 ? items.length : over)));
}

/** Lines of a table: its head, and a line for each row. */
export function tableHead(columns: readonly Markdown[]): Markdown[] {
  return [tableRow(columns), tableRow(columns.map(() => "---"))];
}

/** A row of a table. An empty cell means that there is nothing. */
export function tableRow(cells: readonly Markdown[]): Markdown {
  return `| ${cells.map((cell) => cell || "–").join(" | ")} |`;
}

/** A value that may have changed: the old one struck through, the new one bold; empty for what is not there. */
export function changed(before: Markdown, after: Markdown): Markdown {
  if (before === after) return after;
  return [before && `~~${before}~~`, after && `**${after}**`].filter(Boolean).join(" ");
}

/** Things that may have come or gone, in the order of their names: what is new bold, what is gone struck through. */
export function changedList(before: readonly Markdown[], after: readonly Markdown[]): Markdown {
  if (before.length <= 1 && after.length <= 1) return changed(before[0] ?? "", after[0] ?? "");
  const all = [...new Set([...before, ...after])].sort();
  const kept = all.filter((item) => before.includes(item) && after.includes(item));
  const marked = all.filter((item) => !kept.includes(item));
  // What has changed comes first, so that it is never among those left out.
  return list([
    ...marked.map((item) => changed(before.includes(item) ? item : "", after.includes(item) ? item : "")),
    ...kept,
  ]);
}

/** `1 route`, `2 routes` */
export function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${number} ${number === 1 ? singular : plural}`;
}
