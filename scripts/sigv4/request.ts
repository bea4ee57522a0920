/**
 * A request as it came over the wire, before anything normalized it. A signature covers bytes, so verification
 * works on these and on nothing that a framework derived from them. Texts are byte strings: one character (up to
 * U+00FF) for each byte, which is how `node:http` hands over `url` and `rawHeaders`.
 */
export interface RawRequest {
  readonly method: string;
  /** The request target exactly as received: raw path and, behind the first `?`, the raw query. */
  readonly target: string;
  /** Header lines in the order received, names in the client's case. */
  readonly headers: readonly HeaderLine[];
  readonly body: Uint8Array;
}

/** One header line: its name in the case it was sent or is to be sent in, and its value. */
export type HeaderLine = readonly [name: string, value: string];

/** Header lines of `rawHeaders`, in which Node lists names and values by turns. */
export function headerLines(rawHeaders: readonly string[]): HeaderLine[] {
  const lines: HeaderLine[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    lines.push([rawHeaders[index] as string, rawHeaders[index + 1] as string]);
  }
  return lines;
}

/**
 * The value of a header, its name compared without case; of repeated lines the first, as AWS takes it.
 *
 * @param name - the header's name in lower case
 */
export function headerValue(headers: readonly HeaderLine[], name: string): string | undefined {
  for (const [candidate, value] of headers) {
    if (candidate.length === name.length && candidate.toLowerCase() === name) return value;
  }
  return undefined;
}

/**
 * Spaces and tabs around a text go, and no other bytes: to `trim()` 0xA0 would be a space.
 * Source: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.3
 */
export function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text[start])) start += 1;
  while (start < end && isSpace(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

function isSpace(character: string | undefined): boolean {
  return character === " " || character === "\t";
}
