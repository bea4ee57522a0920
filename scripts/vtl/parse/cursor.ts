import type { Budget } from "../limits";
import { type Position, VtlError, type VtlProblem } from "../vtl-error";
import type { Block, BlockEnd, Expression } from "./syntax";

/**
 * The rules that files of this folder need of those that need them: an argument is an expression, which holds
 * references.
 */
export interface Grammar {
  /** The statements of a text of its own, such as a string in double quotes. */
  block(text: string, budget: Budget, within: Position): Block;
  /** Statements up to an #end, #else or #elseif, which is taken, or to the end of the text. */
  statements(cursor: Cursor): { statements: Block; end: BlockEnd | undefined };
  argument(cursor: Cursor): Expression;
  string(cursor: Cursor): Expression;
  integer(cursor: Cursor): bigint | undefined;
}

/** A place in a template, and what stands there. */
export class Cursor {
  readonly text: string;
  readonly budget: Budget;
  readonly grammar: Grammar;
  at = 0;
  /** Where the text stands in the whole template, if it is a string in it. */
  private readonly within: Position | undefined;
  private lineStarts: readonly number[] | undefined;

  constructor(text: string, budget: Budget, grammar: Grammar, within?: Position) {
    this.text = text;
    this.budget = budget;
    this.grammar = grammar;
    this.within = within;
  }

  isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The character `ahead` of here; empty past the end. */
  peek(ahead = 0): string {
    return this.text[this.at + ahead] ?? "";
  }

  /** What a sticky pattern matches here, without taking it. */
  look(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    return pattern.exec(this.text) ?? undefined;
  }

  /** Takes what a sticky pattern matches here. */
  take(pattern: RegExp): string | undefined {
    const found = this.look(pattern)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  skip(word: string): boolean {
    if (!this.text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  space(): void {
    this.take(SPACE);
  }

  expect(word: string): void {
    if (!this.skip(word)) throw this.error("syntax", `got ${this.found()}, expected '${word}'`);
  }

  position(at = this.at): Position {
    if (this.within !== undefined) return this.within;
    this.lineStarts ??= [0, ...[...this.text.matchAll(/\n/g)].map(({ index }) => index + 1)];
    const line = this.lineStarts.findLastIndex((start) => start <= at);
    return { line: line + 1, column: at - (this.lineStarts[line] ?? 0) + 1 };
  }

  /** What stands here, for a message. */
  found(): string {
    const word = this.look(FOUND)?.[0];
    return word === undefined ? "the end" : `'${word.length > 20 ? `${word.slice(0, 20)}…` : word}'`;
  }

  error(problem: VtlProblem, reason: string, at = this.at): VtlError {
    return new VtlError(problem, reason, this.position(at));
  }
}

// ---------------------------------------------------------------------------------------------------- internal

const SPACE = /[ \t\n\r]*/y;
const FOUND = /[\w$#]+|\S|\s/y;
