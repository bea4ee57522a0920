/**
 * A text from elsewhere as a terminal may show it. What could move its cursor, break a line unseen, or turn the direction
 * of what follows, is written as JSON writes it, so that JSON stays the same value; tabs and line ends stay.
 */
export function printable(text: string): string {
  return text.replace(/(?![\n\t]|\r\n)[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
