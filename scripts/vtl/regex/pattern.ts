import type { Budget } from "../limits";
import { VtlError } from "../vtl-error";
import {
  ANY,
  ANY_WITH_LINES,
  type CharacterSet,
  ESCAPED_SETS,
  isWord,
  PROPERTIES,
  parseClass,
} from "./character-set";

/**
 * A regular expression of Java, parsed. What is not built here, such as lookbehind, is refused by name.
 * Source: https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/regex/Pattern.html
 */
export type Pattern =
  | { readonly kind: "set"; readonly set: CharacterSet }
  | { readonly kind: "sequence"; readonly items: readonly Pattern[] }
  | { readonly kind: "choice"; readonly options: readonly Pattern[] }
  | { readonly kind: "group"; readonly item: Pattern; readonly number: number }
  | {
      readonly kind: "repeat";
      readonly item: Pattern;
      readonly least: number;
      readonly most: number | undefined;
      readonly mode: "greedy" | "lazy" | "possessive";
    }
  | { readonly kind: "look"; readonly item: Pattern; readonly isNegative: boolean }
  | { readonly kind: "atomic"; readonly item: Pattern }
  | { readonly kind: "same"; readonly group: number }
  | { readonly kind: "assertion"; readonly holds: Assertion };

/** Whether a place in a text is, for example, its beginning. */
export type Assertion = (text: string, at: number) => boolean;

export interface ParsedPattern {
  readonly pattern: Pattern;
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
}

/** @throws VtlError for what is not a pattern, or not supported */
export function parsePattern(source: string, budget: Budget): ParsedPattern {
  if (source.length > budget.limits.patternLength)
    throw new VtlError(
      "limit",
      `got a regular expression of more than ${budget.limits.patternLength} characters`,
    );
  const parser = new Parser(source, budget);
  const pattern = parser.choice();
  if (!parser.isAtEnd()) throw faulty("an unmatched ')'");
  return { pattern, groups: parser.groups, names: parser.names };
}

// ---------------------------------------------------------------------------------------------------- internal

const LINE_END = /\r\n|[\n\r\u0085\u2028\u2029]/y;

const ASSERTIONS: ReadonlyMap<string, Assertion> = new Map<string, Assertion>([
  ["^", (_, at) => at === 0],
  ["\\A", (_, at) => at === 0],
  ["\\z", (text, at) => at === text.length],
  ["$", isLastLineEnd],
  ["\\Z", isLastLineEnd],
  ["\\b", (text, at) => isWord(text.codePointAt(at - 1)) !== isWord(text.codePointAt(at))],
  ["\\B", (text, at) => isWord(text.codePointAt(at - 1)) === isWord(text.codePointAt(at))],
]);

/** Java's `$` also holds before the line terminator at the end. */
function isLastLineEnd(text: string, at: number): boolean {
  if (at === text.length) return true;
  if (text[at] === "\n" && text[at - 1] === "\r") return false;
  LINE_END.lastIndex = at;
  return LINE_END.test(text) && LINE_END.lastIndex === text.length;
}

const CONTROL_ESCAPES: ReadonlyMap<string, number> = new Map([
  ["t", 0x09],
  ["n", 0x0a],
  ["r", 0x0d],
  ["f", 0x0c],
  ["a", 0x07],
  ["e", 0x1b],
]);

class Parser {
  groups = 0;
  readonly names = new Map<string, number>();
  private readonly source: string;
  private readonly budget: Budget;
  private at = 0;
  private isCaseless = false;
  private dotTakesLines = false;

  constructor(source: string, budget: Budget) {
    this.source = source;
    this.budget = budget;
    const flags = this.take(/\(\?([is]+)\)/y);
    if (flags?.[1]?.includes("i")) this.isCaseless = true;
    if (flags?.[1]?.includes("s")) this.dotTakesLines = true;
  }

  isAtEnd(): boolean {
    return this.at >= this.source.length;
  }

  choice(): Pattern {
    return this.budget.nested(() => {
      const options = [this.sequence()];
      while (this.skip("|")) options.push(this.sequence());
      return options.length === 1 ? (options[0] as Pattern) : { kind: "choice", options };
    });
  }

  private sequence(): Pattern {
    const items: Pattern[] = [];
    while (!this.isAtEnd() && this.source[this.at] !== "|" && this.source[this.at] !== ")") {
      this.budget.spend(1);
      const quoted = this.take(/\\Q([\s\S]*?)(?:\\E|$)/y)?.[1];
      if (quoted === undefined) items.push(this.repeated(this.atom()));
      else for (const character of quoted) items.push(this.character(character.codePointAt(0) ?? 0));
    }
    return { kind: "sequence", items };
  }

  private repeated(item: Pattern): Pattern {
    const found = this.take(/(?:([*+?])|\{(\d{1,9})(?:(,)(\d{1,9})?)?\})([?+])?/y);
    if (found === undefined) return item;
    const [, sign, from, comma, to, suffix] = found;
    const least = sign === undefined ? Number(from) : sign === "+" ? 1 : 0;
    const most =
      sign !== undefined ? (sign === "?" ? 1 : undefined) : comma === undefined ? least : to && Number(to);
    const end = most === "" || most === undefined ? undefined : Number(most);
    if (end !== undefined && end < least) throw faulty("a repetition with a greater minimum than maximum");
    if (/[*+?{]/.test(this.source[this.at] ?? "")) throw faulty("a repetition of a repetition");
    const mode = suffix === "?" ? "lazy" : suffix === "+" ? "possessive" : "greedy";
    return { kind: "repeat", item, least, most: end, mode };
  }

  private atom(): Pattern {
    const next = this.source[this.at] ?? "";
    if (next === "(") return this.group();
    if (next === "[") {
      this.at += 1;
      const { set, end } = parseClass(this.source, this.at, this.isCaseless);
      this.at = end;
      return { kind: "set", set };
    }
    if (next === ".") {
      this.at += 1;
      return { kind: "set", set: this.dotTakesLines ? ANY_WITH_LINES : ANY };
    }
    const assertion = this.take(/[$^]|\\[AzZbB]/y)?.[0];
    if (assertion !== undefined)
      return { kind: "assertion", holds: ASSERTIONS.get(assertion) ?? (() => false) };
    if (next === "\\") return this.escape();
    if (/[*+?{]/.test(next)) throw faulty(`'${next}' without anything to repeat`);
    const code = this.source.codePointAt(this.at) ?? 0;
    this.at += code > 0xffff ? 2 : 1;
    return this.character(code);
  }

  private group(): Pattern {
    this.at += 1;
    const special = this.take(/\?(?::|=|!|>|<([A-Za-z][A-Za-z0-9]*)>)/y);
    if (special === undefined && this.source[this.at] === "?")
      throw unsupported(`'(${this.source.slice(this.at, this.at + 3)}'`);
    let number: number | undefined;
    const name = special?.[1];
    if (special === undefined || name !== undefined) {
      this.groups += 1;
      number = this.groups;
      if (name !== undefined) this.names.set(name, number);
    }
    const item = this.choice();
    if (!this.skip(")")) throw faulty("a '(' without its ')'");
    if (number !== undefined) return { kind: "group", item, number };
    if (special?.[0] === "?:") return item;
    if (special?.[0] === "?>") return { kind: "atomic", item };
    return { kind: "look", item, isNegative: special?.[0] === "?!" };
  }

  private escape(): Pattern {
    this.at += 1;
    const number = this.take(/[1-9]/y)?.[0];
    if (number !== undefined) {
      if (Number(number) > this.groups || /\d/.test(this.source[this.at] ?? ""))
        throw unsupported(`'\\${number}' here`);
      return { kind: "same", group: Number(number) };
    }
    const property = this.take(/[pP]\{(\w+)\}/y);
    const set = property && PROPERTIES.get(property[1] ?? "");
    if (set !== undefined) return { kind: "set", set: property?.[0][0] === "P" ? (code) => !set(code) : set };
    const code = this.take(/x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})/y);
    if (code !== undefined) return this.character(Number.parseInt(code[1] ?? code[2] ?? "", 16));
    const letter = this.source[this.at] ?? "";
    this.at += 1;
    const known = ESCAPED_SETS.get(letter);
    if (known !== undefined) return { kind: "set", set: known };
    const control = CONTROL_ESCAPES.get(letter);
    if (control !== undefined) return this.character(control);
    if (letter === "") throw faulty("a '\\' at the end");
    if (/[A-Za-z0-9]/.test(letter)) throw unsupported(`'\\${letter}'`);
    return this.character(letter.codePointAt(0) ?? 0);
  }

  private character(code: number): Pattern {
    if (!this.isCaseless) return { kind: "set", set: (other) => other === code };
    const lower = asciiLower(code);
    return { kind: "set", set: (other) => asciiLower(other) === lower };
  }

  private skip(character: string): boolean {
    if (this.source[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  private take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.source);
    if (found === null) return undefined;
    this.at = pattern.lastIndex;
    return found;
  }
}

function asciiLower(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}

/** Java throws a PatternSyntaxException, so the template has no result. */
function faulty(what: string): VtlError {
  return new VtlError("failed", `got ${what} in a regular expression`);
}

function unsupported(what: string): VtlError {
  return new VtlError("unsupported", `got ${what} in a regular expression, which is not supported`);
}
