/** Of a longer text only the beginning and the end are read: an answer is somewhere in a screen or two. */
const LONGEST = 200_000;

/**
 * A paste as plain text: UTF-16 and byte order marks decoded, colours of a terminal gone, line ends LF, marks of a
 * quotation taken off. Whatever the bytes are, there is a text.
 */
export function cleanText(bytes: Buffer): string {
  const text = decodeText(bytes)
    .replace(COLOURS, "")
    .replace(/\r\n?/g, "\n")
    .replace(/[\u00a0\u2028\u2029]/g, " ");
  const bounded = text.length > LONGEST ? `${text.slice(0, LONGEST / 2)}\n${text.slice(-LONGEST / 2)}` : text;
  return withoutQuotation(withoutContainerNames(bounded));
}

/**
 * The text as it reads once it is no longer escaped: as text of JSON, of a programming language or of XML, any number of
 * times, and without the quotes and commas of literals that a pretty-printer broke into lines.
 */
export function unescaped(text: string): string {
  let current = joinLiterals(text);
  for (let time = 0; time < MOST_TIMES && ESCAPE.test(current); time += 1) {
    current = joinLiterals(current.replace(ESCAPES, (whole, sign: string) => meaning(sign) ?? whole));
  }
  return current.replace(
    /&(quot|apos|lt|gt|amp|#\d{1,5}|#x[0-9a-f]{1,4});/gi,
    (whole, name: string) => entity(name) ?? whole,
  );
}

/** The characters of a file: UTF-8, or UTF-16 with its byte order mark. */
export function decodeText(bytes: Buffer): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return bytes.subarray(2).toString("utf16le");
  if (first === 0xfe && second === 0xff)
    return Buffer.from(bytes.subarray(2, bytes.length & ~1))
      .swap16()
      .toString("utf16le");
  return bytes
    .toString("utf8")
    .replace(/^\ufeff/, "")
    .replaceAll("\0", "");
}

// ---------------------------------------------------------------------------------------------------- internal

/** Colours of a terminal begin with ESC. */
const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[A-Za-z]`, "g");
const MOST_TIMES = 6;
const ESCAPE = /\\[nrt"'\\/u]/;
const ESCAPES = /\\(u[0-9a-fA-F]{4}|[\s\S])/g;

/** Lines of a mail or an issue that are all quoted; `curl -v` has other lines too. */
function withoutQuotation(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const isQuoted = lines.length > 2 && lines.every((line) => /^>( |$)/.test(line));
  return isQuoted ? text.replace(/^> ?/gm, "") : text;
}

/** `gateway_1  | ` before each line, as Docker Compose prints what its containers log. */
function withoutContainerNames(text: string): string {
  const name = /^([A-Za-z0-9][\w.-]{0,60} {0,30}\|) /m.exec(text)?.[1];
  const lines = name === undefined ? [] : text.split("\n");
  const named = lines.filter((line) => line.startsWith(name ?? ""));
  return named.length < 3
    ? text
    : lines
        .map((line) =>
          line.startsWith(name ?? "") ? line.slice((name ?? "").length).replace(/^ /, "") : line,
        )
        .join("\n");
}

function meaning(sign: string): string | undefined {
  if (sign.startsWith("u")) return String.fromCharCode(Number.parseInt(sign.slice(1), 16));
  return { n: "\n", r: "", t: "\t", '"': '"', "'": "'", "\\": "\\", "/": "/" }[sign];
}

function entity(name: string): string | undefined {
  const lower = name.toLowerCase();
  if (lower.startsWith("#x")) return String.fromCharCode(Number.parseInt(lower.slice(2), 16));
  if (lower.startsWith("#")) return String.fromCharCode(Number(lower.slice(1)));
  return { quot: '"', apos: "'", lt: "<", gt: ">", amp: "&" }[lower];
}

/** `'GET\n'`, `'/path\n'` on lines of their own, as Python and Node print a long text. */
function joinLiterals(text: string): string {
  const lines = text.split("\n");
  const literals = lines.map(literalOf);
  const isOne = (at: number): boolean => literals[at] !== undefined;
  const isInBlock = (at: number): boolean =>
    isOne(at) && [at - 2, at - 1, at].some((start) => isOne(start) && isOne(start + 1) && isOne(start + 2));
  return lines
    .map((line, at) => (isInBlock(at) ? (literals[at] ?? "").replaceAll("\\n", "\n") : `${line}\n`))
    .join("")
    .replace(/\n$/, "");
}

/** What a line is a literal of, if it is one; long lines are not. */
function literalOf(line: string): string | undefined {
  const trimmed = line.length > LONGEST_LITERAL ? "" : line.trim();
  return /^\(?(['"])(.*)\1\)?[ \t]*\+?$/.exec(trimmed)?.[2];
}

const LONGEST_LITERAL = 2_000;
