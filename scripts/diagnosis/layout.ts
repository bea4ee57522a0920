/** How wide the prose of a report is, in columns. Values that people copy stay whole and may be wider. */
const PROSE_WIDTH = 88;

/** Breaks a paragraph into printable lines, words kept whole, each behind the same indent. */
export function paragraph(text: string, indent: string): string {
  const lines: string[] = [];
  for (const word of printable(text).split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && indent.length + line.length + 1 + word.length <= PROSE_WIDTH) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else lines.push(word);
  }
  return lines.map((line) => `${indent}${line}\n`).join("");
}

/** A text from elsewhere as a terminal may show it: control characters, which could move its cursor, are written out. */
export function printable(text: string): string {
  return text.replace(/(?![\n\t]|\r\n)\p{Cc}/gu, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}
