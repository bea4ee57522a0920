import type { Budget } from "../limits";
import { VtlError } from "../vtl-error";
import { type Value, VtlDecimal, VtlList, VtlMap } from "./value";

/**
 * JSON as values of a template; undefined if the text is not JSON. Unlike `JSON.parse`, it keeps `1` and `1.0` apart, which
 * print differently, and whole numbers of any size. Of two members of one name the last one counts.
 *
 * @throws VtlError past the limits
 */
export function parseJsonValue(text: string, budget: Budget): Value | undefined {
  budget.length(text.length);
  const reader = new Reader(text, budget);
  try {
    const value = reader.value();
    reader.space();
    return reader.isAtEnd() ? value : undefined;
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
}

// ---------------------------------------------------------------------------------------------------- internal

class NotJson extends Error {}

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;

const WORDS: readonly (readonly [string, Value])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];

/** json-smart takes a number with more digits than these as a BigDecimal, so that it is printed as it came. */
const DIGITS_OF_A_DOUBLE = 18;

/** The limit of Jackson, the parser of most services in Java. */
const MOST_DIGITS = 1_000;

class Reader {
  private readonly text: string;
  private readonly budget: Budget;
  private at = 0;

  constructor(text: string, budget: Budget) {
    this.text = text;
    this.budget = budget;
  }

  value(): Value {
    this.budget.spend(1);
    this.space();
    const next = this.text[this.at];
    if (next === "{") return this.budget.nested(() => this.map());
    if (next === "[") return this.budget.nested(() => this.list());
    if (next === '"') return this.string();
    for (const [word, value] of WORDS)
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    return this.number();
  }

  space(): void {
    this.take(SPACE);
  }

  isAtEnd(): boolean {
    return this.at === this.text.length;
  }

  private map(): VtlMap {
    const map = new VtlMap();
    this.at += 1;
    this.space();
    if (this.skip("}")) return map;
    do {
      this.space();
      const key = this.string();
      this.space();
      if (!this.skip(":")) throw new NotJson();
      map.put(key, this.value());
      this.space();
    } while (this.skip(","));
    if (!this.skip("}")) throw new NotJson();
    return map;
  }

  private list(): VtlList {
    const items: Value[] = [];
    this.at += 1;
    this.space();
    if (this.skip("]")) return new VtlList("json", items);
    do {
      items.push(this.value());
      this.space();
    } while (this.skip(","));
    if (!this.skip("]")) throw new NotJson();
    return new VtlList("json", items);
  }

  private string(): string {
    if (this.text[this.at] !== '"') throw new NotJson();
    const start = this.at;
    this.at += 1;
    while (this.at < this.text.length && this.text[this.at] !== '"')
      this.at += this.text[this.at] === "\\" ? 2 : 1;
    this.at += 1;
    try {
      return JSON.parse(this.text.slice(start, this.at));
    } catch {
      throw new NotJson();
    }
  }

  private number(): Value {
    const found = this.take(NUMBER);
    if (found === undefined) throw new NotJson();
    const [text, fraction, exponent] = found;
    if (fraction === undefined && exponent === undefined) {
      if (text.length > MOST_DIGITS)
        throw new VtlError("limit", `got a number of more than ${MOST_DIGITS} digits; send it as a string`);
      return BigInt(text);
    }
    return text.length > DIGITS_OF_A_DOUBLE && exponent === undefined ? new VtlDecimal(text) : Number(text);
  }

  private skip(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  private take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) return undefined;
    this.at = pattern.lastIndex;
    return found;
  }
}
