import { UserError } from "#modules/project";

/**
 * Splits a text into words as a POSIX shell does, and expands nothing: quotes and backslashes group and escape, every
 * other character stands for itself, `$`, `&`, `;`, `*` and backquotes included.
 *
 * @param name - the variable that holds the text, for the message
 * @throws UserError if a quote is not closed
 * Source: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02
 */
export function splitWords(name: string, text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (quote === undefined && /[ \t\r\n]/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === quote) quote = undefined;
    else if (quote === undefined && (character === "'" || character === '"')) {
      quote = character;
      // Two quotes with nothing between them are an empty word.
      word ??= "";
    } else if (character === "\\" && escapes(quote, text.charAt(index + 1))) {
      index += 1;
      // A line break after a backslash continues the line.
      const escaped = text.charAt(index);
      if (escaped !== "\n") word = (word ?? "") + escaped;
    } else word = (word ?? "") + character;
  }
  if (quote !== undefined) {
    throw new UserError(
      `${name}: got a ${quote} that is not closed; close it, or write \\${quote} for one that is meant`,
    );
  }
  return word === undefined ? words : [...words, word];
}

/** Whether a backslash takes effect: nowhere in single quotes, and in double quotes before few characters. */
function escapes(quote: string | undefined, next: string): boolean {
  if (next === "") return false;
  return quote === undefined || (quote === '"' && /[$`"\\\n]/.test(next));
}
