import type { Budget } from "../limits";
import { VtlError } from "../vtl-error";
import { type Match, matchAt } from "./match";
import { parsePattern } from "./pattern";
import { compile, type Program } from "./program";

/**
 * Regular expressions as Java has them, with the time that they take bounded by the budget.
 *
 * Why not JavaScript's: they differ (`$` before a last line terminator, `.` and `\s`, possessive repetition, `\Q…\E`),
 * and cannot be stopped. Source: https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/regex/Pattern.html
 */

/** Whether the whole text matches, as `String.matches`. */
export function matchesJava(pattern: string, text: string, budget: Budget): boolean {
  return matchAt(compiled(pattern, budget), text, 0, budget, true) !== undefined;
}

export function replaceAllJava(text: string, pattern: string, replacement: string, budget: Budget): string {
  return replace(text, pattern, replacement, budget, Number.POSITIVE_INFINITY);
}

export function replaceFirstJava(text: string, pattern: string, replacement: string, budget: Budget): string {
  return replace(text, pattern, replacement, budget, 1);
}

/** As `String.split`: without a limit, empty parts at the end are left out. */
export function splitJava(pattern: string, text: string, limit: number, budget: Budget): string[] {
  const parts: string[] = [];
  let from = 0;
  for (const match of matches(compiled(pattern, budget), text, budget)) {
    const [start = 0, end = 0] = match;
    // An empty match at the beginning makes no empty part.
    if (end === 0) continue;
    if (limit > 0 && parts.length === limit - 1) break;
    parts.push(budget.text(text.slice(from, start)));
    from = end;
  }
  if (from === 0 && parts.length === 0) return [text];
  parts.push(budget.text(text.slice(from)));
  if (limit === 0) while (parts.length > 0 && parts.at(-1) === "") parts.pop();
  return parts;
}

// ---------------------------------------------------------------------------------------------------- internal

interface Compiled {
  readonly program: Program;
  readonly slots: number;
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
}

function compiled(source: string, budget: Budget): Compiled {
  const { pattern, groups, names } = parsePattern(source, budget);
  const made = compile(pattern, groups);
  budget.spend(made.program.length);
  return { ...made, groups, names };
}

/** All matches, from left to right; after an empty one the next is sought a character further on. */
function* matches(pattern: Compiled, text: string, budget: Budget): Generator<Match> {
  let at = 0;
  while (at <= text.length) {
    const match = matchAt(pattern, text, at, budget);
    if (match === undefined) {
      at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
      continue;
    }
    yield match;
    const [, end = at] = match;
    at = end === at ? at + 1 : end;
  }
}

function replace(text: string, source: string, replacement: string, budget: Budget, most: number): string {
  const pattern = compiled(source, budget);
  const insert = parseReplacement(replacement, pattern);
  const parts: string[] = [];
  let length = 0;
  let from = 0;
  let count = 0;
  const add = (part: string) => {
    length += part.length;
    budget.length(length > budget.limits.textLength ? length : part.length);
    parts.push(part);
  };
  for (const match of matches(pattern, text, budget)) {
    const [start = 0, end = 0] = match;
    add(text.slice(from, start));
    for (const item of insert) add(typeof item === "string" ? item : text.slice(...groupOf(match, item)));
    from = end;
    count += 1;
    if (count === most) break;
  }
  add(text.slice(from));
  return parts.join("");
}

/** A group that has no part in the match inserts nothing. */
function groupOf(match: Match, group: number): [number, number] {
  const start = match[2 * group] ?? -1;
  const end = match[2 * group + 1] ?? -1;
  return start < 0 || end < 0 ? [0, 0] : [start, end];
}

/** `$1` and `${name}` insert a group, a backslash takes the next character as it is. */
function parseReplacement(replacement: string, { groups, names }: Compiled): (string | number)[] {
  const parts: (string | number)[] = [];
  const item = /\\([\s\S])|\$(\d)|\$\{(\w+)\}|([^\\$]+)/y;
  let at = 0;
  while (at < replacement.length) {
    item.lastIndex = at;
    const found = item.exec(replacement);
    if (found === null) throw faulty(`'${replacement.slice(at, at + 2)}'`);
    at = item.lastIndex;
    const [, escaped, digit, name, plain] = found;
    if (digit !== undefined) {
      let group = Number(digit);
      if (group > groups) throw faulty(`the group ${group}`);
      for (let next = replacement[at] ?? ""; /^\d$/.test(next); next = replacement[at] ?? "") {
        if (group * 10 + Number(next) > groups) break;
        group = group * 10 + Number(next);
        at += 1;
      }
      parts.push(group);
    } else if (name !== undefined) {
      const group = names.get(name);
      if (group === undefined) throw faulty(`the group '${name}'`);
      parts.push(group);
    } else parts.push(escaped ?? plain ?? "");
  }
  return parts;
}

/** Java throws an exception, so the template has no result. */
function faulty(what: string): VtlError {
  return new VtlError(
    "failed",
    `got ${what} in the replacement of a regular expression, which it does not have`,
  );
}
