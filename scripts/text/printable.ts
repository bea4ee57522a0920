/**
 * A text from elsewhere as a terminal may show it. What could move its cursor, break a line unseen, or turn the direction
 * of what follows, is written as JSON writes it, so that JSON stays the same value; tabs and line ends stay.
 */
export function printable(text: string): string {
  const parts = text.split(/(\t|\r?\n)/);
  return parts.map((part, index) => (index % 2 === 0 ? escapeControls(part) : part)).join("");
}

/** The beginning of a text, and whether there is more of it. */
export function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}

/**
 * Writes control characters, line ends, and what turns the direction of a text as escapes: a log line stays one and
 * reads as it is, whatever a request, a function or a policy holds.
 */
export function escapeControls(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
