import { VtlError } from "../vtl-error";

/** Whether a code point is one of a set. */
export type CharacterSet = (code: number) => boolean;

/** `.`: Java leaves out every line terminator. */
export const ANY: CharacterSet = (code) =>
  code !== 0x0a && code !== 0x0d && code !== 0x85 && code !== 0x2028 && code !== 0x2029;

export const ANY_WITH_LINES: CharacterSet = () => true;

const isDigit: CharacterSet = (code) => code >= 0x30 && code <= 0x39;
const isUpper: CharacterSet = (code) => code >= 0x41 && code <= 0x5a;
const isLower: CharacterSet = (code) => code >= 0x61 && code <= 0x7a;
const isAlpha: CharacterSet = (code) => isUpper(code) || isLower(code);
const isSpace: CharacterSet = (code) => code === 0x20 || (code >= 0x09 && code <= 0x0d);
const isAsciiWord: CharacterSet = (code) => isAlpha(code) || isDigit(code) || code === 0x5f;
const isPunctuation: CharacterSet = (code) => code > 0x20 && code < 0x7f && !isAlpha(code) && !isDigit(code);

/** `\d` and the like, which are ASCII in Java. */
export const ESCAPED_SETS: ReadonlyMap<string, CharacterSet> = new Map([
  ["d", isDigit],
  ["D", not(isDigit)],
  ["w", isAsciiWord],
  ["W", not(isAsciiWord)],
  ["s", isSpace],
  ["S", not(isSpace)],
]);

/** `\p{…}` by its name. */
export const PROPERTIES: ReadonlyMap<string, CharacterSet> = new Map([
  ["Lower", isLower],
  ["Upper", isUpper],
  ["Alpha", isAlpha],
  ["Digit", isDigit],
  ["Alnum", (code: number) => isAlpha(code) || isDigit(code)],
  ["Punct", isPunctuation],
  ["Space", isSpace],
  ["L", unicode(/\p{L}/u)],
  ["Lu", unicode(/\p{Lu}/u)],
  ["Ll", unicode(/\p{Ll}/u)],
  ["N", unicode(/\p{N}/u)],
  ["Nd", unicode(/\p{Nd}/u)],
]);

const isLetterOrDigit = unicode(/[\p{L}\p{Nd}_]/u);

/** Whether a word, in the sense of `\b`, has a character in it; undefined is past an end of the text. */
export function isWord(code: number | undefined): boolean {
  return code !== undefined && isLetterOrDigit(code);
}

/**
 * The set that begins after a `[`. Java's unions and intersections of classes are refused.
 *
 * @returns the set, and where it ends
 */
export function parseClass(
  source: string,
  start: number,
  isCaseless: boolean,
): { set: CharacterSet; end: number } {
  let at = start;
  const isNegated = source[at] === "^";
  if (isNegated) at += 1;
  const sets: CharacterSet[] = [];
  for (let first = true; first || source[at] !== "]"; first = false) {
    const item = CLASS_ITEM.exec(source.slice(at, at + LONGEST_ITEM));
    if (item === null || source.startsWith("&&", at))
      throw new VtlError(
        "unsupported",
        `got '${source.slice(at, at + 3) || "the end"}' in a character class of a regular expression, which is not supported`,
      );
    at += item[0].length;
    const [, from = "", to] = item;
    sets.push(rangeOrSet(from, to));
  }
  const isMember: CharacterSet = (code) => sets.some((set) => set(code));
  const set: CharacterSet = isCaseless
    ? (code) => isMember(code) || (isAlpha(code) && isMember(code ^ CASE_BIT))
    : isMember;
  return { set: isNegated ? not(set) : set, end: at + 1 };
}

// ---------------------------------------------------------------------------------------------------- internal

/** What ASCII letters of both cases differ in. */
const CASE_BIT = 0x20;

const ONE = String.raw`\\[dDwWsS]|\\[pP]\{\w+\}|\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\[tnrfae]|\\[^A-Za-z0-9]|[^\\[\]]`;
const CLASS_ITEM = new RegExp(`^(${ONE})(?:-(${ONE}))?`, "u");
const LONGEST_ITEM = 40;

const CONTROLS: ReadonlyMap<string, number> = new Map([
  ["t", 0x09],
  ["n", 0x0a],
  ["r", 0x0d],
  ["f", 0x0c],
  ["a", 0x07],
  ["e", 0x1b],
]);

function rangeOrSet(from: string, to: string | undefined): CharacterSet {
  const named = namedSet(from);
  if (named !== undefined) {
    if (to === undefined) return named;
    const other = namedSet(to) ?? ((code: number) => code === codeOf(to));
    return (code) => named(code) || code === 0x2d || other(code);
  }
  const least = codeOf(from);
  if (to === undefined) return (code) => code === least;
  if (namedSet(to) !== undefined)
    throw new VtlError("failed", "got a range that ends with a set in a regular expression");
  const greatest = codeOf(to);
  if (greatest < least)
    throw new VtlError("failed", "got a range whose end is before its beginning in a regular expression");
  return (code) => code >= least && code <= greatest;
}

function namedSet(item: string): CharacterSet | undefined {
  if (!item.startsWith("\\") || item.length < 2) return undefined;
  const property = /^\\([pP])\{(\w+)\}$/.exec(item);
  if (property === null) return item.length === 2 ? ESCAPED_SETS.get(item.slice(1)) : undefined;
  const set = PROPERTIES.get(property[2] ?? "");
  if (set === undefined)
    throw new VtlError("unsupported", `got '${item}' in a regular expression, which is not supported`);
  return property[1] === "P" ? not(set) : set;
}

function codeOf(item: string): number {
  const hexadecimal = /^\\[xu]([0-9A-Fa-f]{2,4})$/.exec(item)?.[1];
  if (hexadecimal !== undefined) return Number.parseInt(hexadecimal, 16);
  const character = item.startsWith("\\") ? item.slice(1) : item;
  return (item.startsWith("\\") ? CONTROLS.get(character) : undefined) ?? character.codePointAt(0) ?? 0;
}

function not(set: CharacterSet): CharacterSet {
  return (code) => !set(code);
}

function unicode(pattern: RegExp): CharacterSet {
  return (code) => pattern.test(String.fromCodePoint(code));
}
