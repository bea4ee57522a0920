/**
 * Makes a text from outside safe for a terminal. Characters that could move the cursor, break a line invisibly, or
 * change the text's direction are written as JSON escapes, so that JSON keeps its value; tabs and line ends stay.
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
 * Escapes control characters, line ends, and characters that change the text's direction, so that a log line stays one
 * line and is shown as it is, whatever a request, a function or a policy contains.
 */
export function escapeControls(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
