/** A command that was typed in a terminal, and its output. */
export interface Session {
  readonly command: string;
  /** The output, with the escape sequences for its colours. */
  readonly output: string;
}

/**
 * Draws a session as an SVG, which is sharp at any size and keeps its text as text. Each piece of a line has its column and
 * its width, so that columns stay aligned in every font.
 *
 * @throws Error for an escape sequence that it does not know
 */
export function drawTerminal({ command, output }: Session): string {
  const typed: Piece = { column: 2, text: command, style: "typed" };
  const lines = [[{ column: 0, text: "$", style: "dim" }, typed], ...readLines(output)];
  const width = COLUMNS * CELL_WIDTH + 2 * MARGIN;
  const height = lines.length * LINE_HEIGHT + 2 * MARGIN;
  const title = escapeXml(`Terminal: ${command}`);
  return `\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${title}</title>
<style>
  rect { fill: #0e1116; }
  text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #d3d9e2; }
  .bold, .typed { font-weight: 600; fill: #fff; }
  .dim { fill: #8b95a4; }
  .red { fill: #ff8f85; } .green { fill: #57c78f; } .yellow { fill: #e9b04a; } .blue { fill: #8fb3ff; } .cyan { fill: #6cc5dd; }
</style>
<rect width="${width}" height="${height}" rx="10"/>
${lines.flatMap((pieces, line) => pieces.map((piece) => drawPiece(piece, line))).join("\n")}
</svg>
`;
}

// ---------------------------------------------------------------------------------------------------- internal

const COLUMNS = 90;
const CELL_WIDTH = 7.8;
const LINE_HEIGHT = 20;
const MARGIN = 20;

/** A text with one style and only single spaces. */
interface Piece {
  readonly column: number;
  readonly text: string;
  /** Classes of the style. */
  readonly style: string;
}

function drawPiece({ column, text, style }: Piece, line: number): string {
  const x = round(MARGIN + column * CELL_WIDTH);
  const y = MARGIN + line * LINE_HEIGHT + 14;
  const look = style === "" ? "" : ` class="${style}"`;
  return `<text x="${x}" y="${y}"${look} textLength="${round(text.length * CELL_WIDTH)}">${escapeXml(text)}</text>`;
}

/** Arranges the output as a terminal of {@link COLUMNS} columns does. */
function readLines(output: string): Piece[][] {
  const lines: Piece[][] = [[]];
  let column = 0;
  for (const { text, style } of readLooks(output.trimEnd())) {
    for (const [part] of text.matchAll(/\n| +|[^ \n]+/g)) {
      if (part === "\n") {
        lines.push([]);
        column = 0;
        continue;
      }
      for (let rest = part; rest !== ""; ) {
        if (column === COLUMNS) {
          lines.push([]);
          column = 0;
        }
        const shown = rest.slice(0, COLUMNS - column);
        if (part[0] !== " ") lines.at(-1)?.push({ column, text: shown, style });
        column += shown.length;
        rest = rest.slice(shown.length);
      }
    }
  }
  return lines.map(joinWords);
}

/** Joins words with the same style that a single space separates. */
function joinWords(words: readonly Piece[]): Piece[] {
  const pieces: Piece[] = [];
  for (const word of words) {
    const before = pieces.at(-1);
    const isNext = before?.style === word.style && before.column + before.text.length + 1 === word.column;
    if (before && isNext) pieces[pieces.length - 1] = { ...before, text: `${before.text} ${word.text}` };
    else pieces.push(word);
  }
  return pieces;
}

const COLOURS: Readonly<Record<string, string>> = {
  31: "red",
  32: "green",
  33: "yellow",
  34: "blue",
  36: "cyan",
  39: "",
};

/** Splits a text at each change of style. Source: ECMA-48, Select Graphic Rendition, as far as `styleText` is used here */
function* readLooks(output: string): Generator<{ readonly text: string; readonly style: string }> {
  const [first = "", ...others] = output.split("\u001b[");
  yield { text: first, style: "" };
  let weight = "";
  let colour = "";
  for (const other of others) {
    const [, code = "", text = ""] = /^(\d+)m(.*)$/s.exec(other) ?? [];
    if (code === "1") weight = "bold";
    else if (code === "2") weight = "dim";
    else if (code === "22") weight = "";
    else if (COLOURS[code] !== undefined) colour = COLOURS[code];
    else
      throw new Error(
        `a terminal session contains the escape sequence '${other.slice(0, 8)}', which is not drawn`,
      );
    yield { text, style: [weight, colour].filter(Boolean).join(" ") };
  }
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}

function escapeXml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
