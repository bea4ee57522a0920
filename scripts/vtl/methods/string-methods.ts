import type { Budget } from "../limits";
import { matchesJava, replaceAllJava, replaceFirstJava, splitJava } from "../regex/java-regex";
import type { Value } from "../values/value";
import { VtlList } from "../values/value";
import { asInt, failed, type Method, methodTable, type NamedMethod } from "./method";

/** Source: https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/lang/String.html */
const METHODS: readonly NamedMethod<string>[] = [
  ["length", [0], (self) => BigInt(self.length)],
  ["isEmpty", [0], (self) => self === ""],
  ["toString", [0], (self) => self],
  ["equals", [1], (self, [other = null]) => self === other],
  ["equalsIgnoreCase", [1], withText((self, other) => foldCase(self) === foldCase(other))],
  ["compareTo", [1], withText((self, other) => BigInt(compare(self, other)))],
  ["contains", [1], withText((self, part) => self.includes(part))],
  ["endsWith", [1], withText((self, part) => self.endsWith(part))],
  ["startsWith", [1, 2], withText(startsWith)],
  ["indexOf", [1, 2], withText(indexOf)],
  ["lastIndexOf", [1, 2], withText(lastIndexOf)],
  ["substring", [1, 2], (self, [from, to]) => substring(self, from, to)],
  ["concat", [1], withText((self, other) => self + other)],
  ["toLowerCase", [0], (self) => self.toLowerCase()],
  ["toUpperCase", [0], (self) => self.toUpperCase()],
  ["trim", [0], trim],
  ["replace", [2], withTexts(replace)],
  ["matches", [1], withText((self, pattern, _, budget) => matchesJava(pattern, self, budget))],
  ["replaceAll", [2], withTexts(replaceAllJava)],
  ["replaceFirst", [2], withTexts(replaceFirstJava)],
  ["split", [1, 2], withText(split)],
];

export const STRING_METHODS = methodTable<string>(
  "a string",
  "charAt chars codePointAt codePointBefore codePointCount codePoints compareToIgnoreCase contentEquals copyValueOf " +
    "describeConstable format formatted getBytes getChars indent intern isBlank join lines offsetByCodePoints " +
    "regionMatches repeat resolveConstantDesc splitWithDelimiters strip stripIndent stripLeading stripTrailing subSequence " +
    "toCharArray transform translateEscapes valueOf",
  METHODS.map(([name, counts, call]): NamedMethod<string> => [name, counts, accounted(call)]),
);

// ---------------------------------------------------------------------------------------------------- internal

/** Each call reads the string, and may make another one. */
function accounted(call: Method<string>): Method<string> {
  return (self, args, budget) => {
    budget.length(self.length);
    const result = call(self, args, budget);
    return typeof result === "string" ? budget.text(result) : result;
  };
}

function withText(
  call: (self: string, text: string, second: Value | undefined, budget: Budget) => Value | undefined,
): Method<string> {
  return (self, [text, second], budget) =>
    typeof text === "string" ? call(self, text, second, budget) : undefined;
}

function withTexts(
  call: (self: string, first: string, second: string, budget: Budget) => Value | undefined,
): Method<string> {
  return (self, [first, second], budget) =>
    typeof first === "string" && typeof second === "string" ? call(self, first, second, budget) : undefined;
}

/** Character by character, as Java folds case: `ß` is not equal to `SS`. */
function foldCase(text: string): string {
  const upper = (character: string) =>
    character.toUpperCase().length === character.length ? character.toUpperCase() : character;
  return Array.from(text, (character) => upper(character).toLowerCase()).join("");
}

function compare(left: string, right: string): number {
  const shorter = Math.min(left.length, right.length);
  for (let index = 0; index < shorter; index += 1) {
    const difference = left.charCodeAt(index) - right.charCodeAt(index);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function startsWith(self: string, part: string, from: Value | undefined): Value | undefined {
  if (from === undefined) return self.startsWith(part);
  const start = asInt(from);
  if (start === undefined) return undefined;
  return start >= 0 && start <= self.length && self.startsWith(part, start);
}

function indexOf(self: string, part: string, from: Value | undefined): Value | undefined {
  const start = from === undefined ? 0 : asInt(from);
  return start === undefined ? undefined : BigInt(self.indexOf(part, start));
}

function lastIndexOf(self: string, part: string, from: Value | undefined): Value | undefined {
  const start = from === undefined ? self.length : asInt(from);
  if (start === undefined) return undefined;
  return start < 0 ? -1n : BigInt(self.lastIndexOf(part, start));
}

function substring(self: string, from: Value | undefined, to: Value | undefined): Value | undefined {
  const start = asInt(from);
  const end = to === undefined ? self.length : asInt(to);
  if (start === undefined || end === undefined) return undefined;
  if (start < 0 || start > end || end > self.length)
    throw failed(`got substring(${start}, ${end}) of a string of ${self.length} characters`);
  return self.slice(start, end);
}

/** Java takes away every character up to the space, and no other white space. */
function trim(self: string): string {
  let start = 0;
  let end = self.length;
  while (start < end && self.charCodeAt(start) <= SPACE) start += 1;
  while (end > start && self.charCodeAt(end - 1) <= SPACE) end -= 1;
  return self.slice(start, end);
}

const SPACE = 0x20;

function replace(self: string, target: string, replacement: string, budget: Budget): string {
  const found = countOf(self, target);
  budget.spend(found);
  budget.length(self.length + found * Math.max(0, replacement.length - target.length));
  return self.replaceAll(target, () => replacement);
}

/** How often Java finds a text in another; an empty one before each character and at the end. */
function countOf(self: string, target: string): number {
  if (target === "") return self.length + 1;
  let count = 0;
  for (let at = self.indexOf(target); at !== -1; at = self.indexOf(target, at + target.length)) count += 1;
  return count;
}

function split(self: string, pattern: string, limit: Value | undefined, budget: Budget): Value | undefined {
  const most = limit === undefined ? 0 : asInt(limit);
  if (most === undefined) return undefined;
  return new VtlList("array", splitJava(pattern, self, most, budget));
}
