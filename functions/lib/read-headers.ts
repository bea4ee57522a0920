/** Headers as their sender may give them: what `fetch` takes. */
export type GivenHeaders = ConstructorParameters<typeof Headers>[0];

/**
 * Reads headers as `new Headers()` does: names in lower case and in their order, values without the white space around
 * them, and those of a name that is given twice joined. `Headers` itself is a part of `fetch`, which Node loads as a
 * whole at its first use: 18 ms of each cold start.
 *
 * @throws TypeError for a header that HTTP cannot carry
 * @see https://fetch.spec.whatwg.org/#concept-headers-append
 */
export function readHeaders(given: GivenHeaders = []): Map<string, string> {
  const headers = new Map<string, string>();
  for (const [givenName, givenValue] of pairsOf(given)) {
    const name = parseName(givenName);
    const value = parseValue(name, givenValue);
    const earlier = headers.get(name);
    const separator = name === "cookie" ? "; " : ", ";
    headers.set(name, earlier === undefined ? value : `${earlier}${separator}${value}`);
  }
  return new Map([...headers].sort(byName));
}

/** The headers as an object, its names in order. */
export function toHeaderRecord(headers: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...headers].sort(byName));
}

function pairsOf(given: NonNullable<GivenHeaders>): Iterable<readonly [name: string, value: string]> {
  return Symbol.iterator in given
    ? (given as Iterable<[string, string]>)
    : Object.entries(given as Record<string, string>);
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2 */
function parseName(name: string): string {
  if (/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) return name.toLowerCase();
  throw new TypeError(`The header name ${JSON.stringify(name)} has characters that no header name may have.`);
}

function parseValue(name: string, given: string): string {
  const value = trimSpace(String(given));
  // One byte a character, and no line may begin in it. The value is not repeated: it may be a secret.
  if (/^[^\0\r\n\u0100-\uffff]*$/.test(value)) return value;
  throw new TypeError(`The value of the header ${name} has characters that no header value may have.`);
}

/** Without a regular expression, which would try each space of a long run anew. */
function trimSpace(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && SPACE.includes(text.charAt(start))) start += 1;
  while (start < end && SPACE.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

const SPACE = "\t\n\r ";

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}
