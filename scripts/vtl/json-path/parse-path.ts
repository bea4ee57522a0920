import type { Budget } from "../limits";
import { VtlError } from "../vtl-error";
import type { Filter, FilterOperator, FilterPath, JsonPath, Operand, Selector } from "./path";

/**
 * A JSONPath of `$input.json` and `$input.path`. API Gateway evaluates them with Jayway's JsonPath: lists print as
 * json-smart prints them, which the recordings show. What differs between its versions is refused, because API
 * Gateway's is not known: negative indexes, names in double quotes, functions such as `length()`, regular expressions
 * and lists in filters.
 * Sources: https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings.html,
 * https://github.com/json-path/JsonPath
 *
 * @throws VtlError for what is not a path, or not supported
 */
export function parsePath(source: string, budget: Budget): JsonPath {
  budget.spend(1 + source.length);
  const text = source.trim();
  if (text === "") throw new VtlError("failed", "got an empty JSONPath, expected one such as $.name");
  const parser = new PathParser(text.startsWith("$") ? text : `$.${text}`, budget);
  parser.skip("$");
  const path = parser.path();
  if (!parser.isAtEnd()) throw parser.unsupported();
  return path;
}

// ---------------------------------------------------------------------------------------------------- internal

const NAME = /[^\s.,[\](){}'"*?@=!<>&|~]+|@[\w-]+/y;
const QUOTED = /\s*'((?:[^'\\]|\\.)*)'\s*/y;
const INTEGERS = /\s*(\d{1,9}(?:\s*,\s*\d{1,9})*)\s*(?=\])/y;
const SLICE = /\s*(-?\d{1,9})?\s*:\s*(-?\d{1,9})?\s*(?=\])/y;
const OPERATOR = /==|!=|<=|>=|<|>/y;
const NUMBER = /-?\d{1,15}(\.\d{1,15})?(?![\w.])/y;
const WORD = /true|false|null/y;
const STRING = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/y;

class PathParser {
  private readonly text: string;
  private readonly budget: Budget;
  private at = 0;

  constructor(text: string, budget: Budget) {
    this.text = text;
    this.budget = budget;
  }

  /** The selectors after a `$` or `@`. */
  path(): JsonPath {
    const selectors: Selector[] = [];
    for (;;) {
      if (this.skip("..")) {
        selectors.push({ kind: "descent" });
        if (this.text[this.at] !== "[") selectors.push(this.afterDot());
      } else if (this.skip(".")) selectors.push(this.afterDot());
      else if (this.skip("[")) selectors.push(this.inBrackets());
      else break;
    }
    const isDefinite = selectors.every(
      (selector) =>
        selector.kind === "member" || (selector.kind === "items" && selector.indexes.length === 1),
    );
    return { selectors, isDefinite };
  }

  isAtEnd(): boolean {
    return this.at === this.text.length;
  }

  skip(word: string): boolean {
    if (!this.text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  unsupported(): VtlError {
    const rest = this.text.slice(this.at, this.at + 12) || "the end";
    return new VtlError(
      "unsupported",
      `got '${rest}' in a JSONPath; supported: $.name, ['name'], [0], [0,1], [0:2], [*], ..name, [?(@.name == 'x')]`,
    );
  }

  private afterDot(): Selector {
    if (this.skip("*")) return { kind: "wildcard" };
    const name = this.take(NAME)?.[0];
    if (name === undefined || this.text[this.at] === "(") throw this.unsupported();
    return { kind: "member", name };
  }

  private inBrackets(): Selector {
    const selector = this.bracketed();
    if (!this.skip("]")) throw this.unsupported();
    return selector;
  }

  private bracketed(): Selector {
    const quoted = this.take(QUOTED);
    if (quoted !== undefined) return { kind: "member", name: withoutBackslashes(quoted[1] ?? "") };
    if (this.take(/\s*\*\s*/y) !== undefined) return { kind: "wildcard" };
    const indexes = this.take(INTEGERS)?.[1];
    if (indexes !== undefined) return { kind: "items", indexes: indexes.split(",").map(Number) };
    const slice = this.take(SLICE);
    if (slice !== undefined && (slice[1] !== undefined || slice[2] !== undefined))
      return { kind: "slice", from: numberOrNone(slice[1]), to: numberOrNone(slice[2]) };
    if (this.take(/\?\s*\(/y) !== undefined) {
      const filter = this.either();
      this.space();
      if (!this.skip(")")) throw this.unsupported();
      return { kind: "filter", filter };
    }
    throw this.unsupported();
  }

  private either(): Filter {
    return this.budget.nested(() => {
      let left = this.both();
      while (this.operator("||")) left = { kind: "or", left, right: this.both() };
      return left;
    });
  }

  private both(): Filter {
    let left = this.condition();
    while (this.operator("&&")) left = { kind: "and", left, right: this.condition() };
    return left;
  }

  private condition(): Filter {
    this.space();
    if (this.skip("!")) return { kind: "not", operand: this.budget.nested(() => this.condition()) };
    if (this.skip("(")) {
      const inside = this.either();
      this.space();
      if (!this.skip(")")) throw this.unsupported();
      return inside;
    }
    const left = this.operand();
    this.space();
    const operator = this.take(OPERATOR)?.[0] as FilterOperator | undefined;
    if (operator === undefined) {
      if (left.kind !== "path") throw this.unsupported();
      return { kind: "exists", path: left.path };
    }
    this.space();
    return { kind: "comparison", operator, left, right: this.operand() };
  }

  private operand(): Operand {
    const from = this.skip("@") ? "@" : this.skip("$") ? "$" : undefined;
    if (from !== undefined) return { kind: "path", path: this.filterPath(from) };
    const text = this.take(STRING);
    if (text !== undefined) return { kind: "literal", value: withoutBackslashes(text[1] ?? text[2] ?? "") };
    const number = this.take(NUMBER);
    if (number !== undefined)
      return { kind: "literal", value: number[1] === undefined ? BigInt(number[0]) : Number(number[0]) };
    const word = this.take(WORD)?.[0];
    if (word === undefined) throw this.unsupported();
    return { kind: "literal", value: word === "null" ? null : word === "true" };
  }

  private filterPath(from: "@" | "$"): FilterPath {
    const path = this.path();
    if (!path.isDefinite) throw this.unsupported();
    return { from, path };
  }

  private operator(word: string): boolean {
    this.space();
    return this.skip(word);
  }

  private space(): void {
    this.take(/\s*/y);
  }

  private take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) return undefined;
    this.at = pattern.lastIndex;
    return found;
  }
}

function numberOrNone(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function withoutBackslashes(text: string): string {
  return text.replace(/\\(.)/g, "$1");
}
