import { UserError } from "#modules/project";

/**
 * Splits a text into words as a POSIX shell does, without any expansion: quotes and backslashes group and escape. Every
 * other character stands for itself, including `$`, `&`, `;`, `*` and backquotes.
 *
 * @param name - the variable with the text, for the message
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
      `${name}: got a ${quote} that is not closed; close it, or write \\${quote} for a literal one`,
    );
  }
  return word === undefined ? words : [...words, word];
}

/** Whether a backslash has an effect: never in single quotes, and in double quotes only before some characters. */
function escapes(quote: string | undefined, next: string): boolean {
  if (next === "") return false;
  return quote === undefined || (quote === '"' && /[$`"\\\n]/.test(next));
}
