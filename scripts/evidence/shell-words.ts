/**
 * The words of a command as a shell would take them: quotes of bash (`'…'`, `"…"`, `$'…'`) and of cmd (`"…"`, `^` before a
 * character), backslashes, and lines that go on. Variables stay as they are written. The end of a command (`|`, `;`,
 * `&&`, a line break) ends the words.
 */
export function shellWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] as string;
    const rest = text.slice(at, at + LONGEST_WORD);
    const continued = /^[\\^`][ \t]*\n[ \t]*/.exec(rest)?.[0];
    if (continued !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
      at += continued.length - 1;
    } else if (/[\n;|]/.test(character) || rest.startsWith("&&")) break;
    else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      const [length, value] = piece(rest);
      word = (word ?? "") + value;
      at += length - 1;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

// ---------------------------------------------------------------------------------------------------- internal

const LONGEST_WORD = 100_000;

/** The next piece of a word: its length as written, and what it stands for. */
function piece(rest: string): readonly [length: number, value: string] {
  const single = /^'([^']*)'?/.exec(rest);
  if (single) return [single[0].length, single[1] ?? ""];
  const ansi = /^\$'((?:[^'\\]|\\[\s\S])*)'?/.exec(rest);
  if (ansi) return [ansi[0].length, ansiText(ansi[1] ?? "")];
  const caretQuoted = /^\^"((?:\^\\\^"|\^[^"]|[^^"])*)(?:\^")?/.exec(rest);
  if (caretQuoted) return [caretQuoted[0].length, caretText(caretQuoted[1] ?? "")];
  const double = /^"((?:[^"\\]|\\[\s\S]|"")*)"?/.exec(rest);
  if (double)
    return [double[0].length, (double[1] ?? "").replace(/\\(["\\$`\n])/g, "$1").replaceAll('""', '"')];
  const escaped = /^[\\^]([\s\S])/.exec(rest);
  if (escaped) return [2, escaped[1] ?? ""];
  return [1, rest[0] ?? ""];
}

function ansiText(text: string): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[\s\S])/g, (_, sign: string) =>
    /^[ux]./.test(sign)
      ? String.fromCharCode(Number.parseInt(sign.slice(1), 16))
      : ({ n: "\n", r: "\r", t: "\t" }[sign] ?? sign),
  );
}

/** Inside `^"…^"` of cmd each special character has a `^` before it, and a quote is `\^"`. */
function caretText(text: string): string {
  return text.replace(/\^([\s\S])/g, "$1").replace(/\\"/g, '"');
}
