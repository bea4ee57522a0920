import { escapeRegExp } from "./escape-reg-exp";

/**
 * Prepares to blot out secrets wherever they turn up in a text: what a function writes is not ours, and may hold its
 * credentials, as an error that quotes a refused request does. A secret is found as it is, as JSON, JavaScript and URLs
 * escape it, and in part: what was cut after so many characters is still most of a secret.
 */
export function compileHider(
  secrets: readonly string[],
  show: (secret: string) => string = () => "[secret]",
): (text: string) => string {
  // If two secrets have the same beginning, the longer one is found.
  const known = [...new Set(secrets)].filter(Boolean).sort((one, other) => other.length - one.length);
  if (known.length === 0) return (text) => text;
  const whole = new RegExp(known.map(escapeRegExp).join("|"), "g");
  const findParts = compileParts(known.filter((secret) => LOOKS_RANDOM.test(secret)));
  const find = (text: string): Span[] => [
    ...Array.from(text.matchAll(whole), ({ index, 0: found }): Span => [index, index + found.length, found]),
    ...findParts(text),
  ];
  return (text) => {
    const plain = takeEscapesBack(text);
    const escaped = plain === undefined ? [] : find(plain.text).map((span) => inOriginal(span, plain));
    return blotOut(text, [...find(text), ...escaped], show);
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** From a character, up to another one, and the secret that is there, or a part of it. */
type Span = readonly [start: number, end: number, secret: string];

/** Other secrets are chosen by people: a part of one can be a word that has to stay readable elsewhere. */
const LOOKS_RANDOM = /^[A-Za-z0-9+/=]{20,}$/;

/** As much of a secret as is not shown, in characters. */
const LEAST_PART = 16;
/** Half of it: wherever a part begins, a piece of this length that begins at a multiple of it is within. */
const PIECE = LEAST_PART / 2;
/** A secret that repeats itself has the same piece in many places; it is found as a whole. */
const MOST_PLACES = 4;

/** Prepares to find parts of secrets, in the time that it takes to look at a text once. */
function compileParts(secrets: readonly string[]): (text: string) => Span[] {
  const places = new Map<string, { readonly secret: string; readonly at: number }[]>();
  for (const secret of secrets) {
    for (let at = 0; at + PIECE <= secret.length; at += 1) {
      const piece = secret.slice(at, at + PIECE);
      const known = places.get(piece);
      if (!known) places.set(piece, [{ secret, at }]);
      else if (known.length < MOST_PLACES) known.push({ secret, at });
    }
  }
  return (text) => {
    const spans: Span[] = [];
    for (let at = 0; at + PIECE <= text.length; at += PIECE) {
      for (const place of places.get(text.slice(at, at + PIECE)) ?? []) {
        const [start, end] = extend(text, at, place.secret, place.at);
        if (end - start >= LEAST_PART) spans.push([start, end, place.secret]);
      }
    }
    return spans;
  };
}

/** The whole of what a text and a secret have in common around a piece. */
function extend(text: string, at: number, secret: string, place: number): [start: number, end: number] {
  let [before, after] = [0, PIECE];
  while (at > before && place > before && text[at - before - 1] === secret[place - before - 1]) before += 1;
  while (at + after < text.length && text[at + after] === secret[place + after]) after += 1;
  return [at - before, at + after];
}

function blotOut(text: string, spans: readonly Span[], show: (secret: string) => string): string {
  let hidden = "";
  let done = 0;
  for (const [start, end, secret] of [...spans].sort(([one, a], [other, b]) => one - other || b - a)) {
    // What begins within another one is of the same secret, or of one that begins alike.
    if (start >= done) hidden += `${text.slice(done, start)}${show(secret)}`;
    done = Math.max(done, end);
  }
  return hidden + text.slice(done);
}

/** A text without escapes, and where in the original each of its characters begins and the last one ends. */
interface Plain {
  readonly text: string;
  readonly starts: Uint32Array;
}

function inOriginal([start, end, secret]: Span, { starts }: Plain): Span {
  return [starts[start] ?? 0, starts[end] ?? 0, secret];
}

const [BACKSLASH, PERCENT, SLASH] = [0x5c, 0x25, 0x2f];

/** Takes escapes back, as often as they were made: `\u0041`, `\\x41`, `\/`, `%41`, `%2541`; nothing where there is none. */
function takeEscapesBack(text: string): Plain | undefined {
  if (!/[\\%]/.test(text)) return undefined;
  const codes = new Uint16Array(text.length);
  const starts = new Uint32Array(text.length + 1);
  let length = 0;
  const put = (code: number, start: number): void => {
    codes[length] = code;
    starts[length] = start;
    length += 1;
  };
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    let end = at + 1;
    if (code === BACKSLASH) {
      while (text.charCodeAt(end) === BACKSLASH) end += 1;
      const [escaped, size] = readBackslashed(text, end);
      if (escaped !== undefined) put(escaped, at);
      // Backslashes that escape nothing stand for themselves.
      else for (let each = at; each < end; each += 1) put(BACKSLASH, each);
      at = end + size;
    } else {
      if (code === PERCENT) while (text.startsWith("25", end)) end += 2;
      const escaped = code === PERCENT ? readHex(text, end, 2) : undefined;
      put(escaped ?? code, at);
      at = escaped === undefined ? at + 1 : end + 2;
    }
  }
  starts[length] = text.length;
  const bytes = Buffer.from(codes.buffer, 0, length * 2);
  return { text: bytes.toString("utf16le"), starts };
}

/** What stands behind backslashes, and how long it is written. */
function readBackslashed(text: string, at: number): readonly [code: number | undefined, size: number] {
  const code = text.charCodeAt(at);
  if (code === SLASH) return [SLASH, 1];
  const digits = text[at] === "u" ? 4 : text[at] === "x" ? 2 : 0;
  const escaped = digits > 0 ? readHex(text, at + 1, digits) : undefined;
  return escaped === undefined ? [undefined, 0] : [escaped, 1 + digits];
}

function readHex(text: string, at: number, digits: number): number | undefined {
  let value = 0;
  for (let each = at; each < at + digits; each += 1) {
    const digit = "0123456789abcdef".indexOf((text[each] ?? "?").toLowerCase());
    if (digit < 0) return undefined;
    value = value * 16 + digit;
  }
  return value;
}
