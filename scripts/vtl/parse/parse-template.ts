import type { Budget } from "../limits";
import type { Position } from "../vtl-error";
import { Cursor, type Grammar } from "./cursor";
import { parseDirective } from "./parse-directive";
import { parseParameter, parseString, takeInteger } from "./parse-expression";
import { parseReference } from "./parse-reference";
import type { Block, BlockEnd, Statement } from "./syntax";
import { SET, WORD } from "./tokens";

/**
 * A template's statements, with the white space that Velocity 1.7 prints: a directive takes the rest of its line if that is
 * blank, #set also the space before it if nothing else precedes it, and #end and #else as any other directive.
 * Source: https://velocity.apache.org/engine/1.7/vtl-reference.html
 *
 * @param within - where the text stands in the template, if it is a string in it
 * @throws VtlError for what does not parse, and for what API Gateway does not support
 */
export function parseBlock(text: string, budget: Budget, within?: Position): Block {
  const cursor = new Cursor(text, budget, GRAMMAR, within);
  const { statements, end } = parseStatements(cursor);
  if (end !== undefined) throw cursor.error("syntax", `got '#${end}' without an #if, #foreach or #define`);
  return statements;
}

// ---------------------------------------------------------------------------------------------------- internal

const GRAMMAR: Grammar = {
  block: parseBlock,
  statements: parseStatements,
  argument: parseParameter,
  string: parseString,
  integer: takeInteger,
};

function parseStatements(cursor: Cursor): { statements: Block; end: BlockEnd | undefined } {
  const statements: Statement[] = [];
  while (!cursor.isAtEnd()) {
    cursor.budget.spend(1);
    const end = takeEnd(cursor);
    if (end !== undefined) return { statements, end };
    const statement = parseStatement(cursor);
    if (statement !== undefined) statements.push(statement);
  }
  return { statements, end: undefined };
}

const REST_OF_LINE = /[ \t]*(?:\r\n|\n|\r)/y;
const TEXT = /[^$#\\]+/y;
const BACKSLASHES = /\\+/y;
const NO_REFERENCE = /\$!?\{|\$!?\[|\$\.|\$!?/y;
const SLASH_BANG = /\$\\+!/y;
const END = /#(?:(end|else|elseif)(?![\w@])|\{(end|else|elseif)\})/y;
const CONTROL = /#(?:if|else|elseif|end)(?![\w@])|#\{(?:if|else|elseif|end)\}/y;

/** Directives whose backslash Velocity takes away. */
const DIRECTIVES = new Set(
  "if else elseif end set foreach include parse macro literal evaluate break define stop".split(" "),
);

/** Directives before which it also takes every second of several backslashes away. */
const PLUGGABLE = /#(?:foreach|include|parse|macro|literal|evaluate|break|define|stop)(?![\w@])/y;

function takeEnd(cursor: Cursor): BlockEnd | undefined {
  const found = cursor.look(END);
  if (found === undefined) return undefined;
  const word = (found[1] ?? found[2]) as BlockEnd;
  cursor.at += found[0].length;
  if (word !== "elseif") cursor.take(REST_OF_LINE);
  return word;
}

/** @returns undefined for a comment and the like, which print nothing */
function parseStatement(cursor: Cursor): Statement | undefined {
  if (cursor.look(SET) !== undefined) return parseDirective(cursor);
  switch (cursor.peek()) {
    case "\\":
      return parseBackslashes(cursor);
    case "$":
      return parseDollar(cursor);
    case "#":
      return parseHash(cursor);
    default:
      return text(cursor.take(TEXT) ?? "");
  }
}

function text(content: string): Statement {
  return { kind: "text", text: content };
}

/** Backslashes escape what follows them, or are text: Velocity has no other escapes. */
function parseBackslashes(cursor: Cursor): Statement {
  const { length } = cursor.take(BACKSLASHES) ?? "";
  const backslashes = "\\".repeat(length);
  if (cursor.peek() === "$") {
    const reference = parseReference(cursor, length);
    if (reference === undefined) return text(backslashes);
    refuseBraceAfter(cursor);
    return { kind: "print", reference };
  }
  const word = cursor.look(WORD);
  if (word === undefined) return text(backslashes);
  if (length % 2 === 1) {
    cursor.at += word[0].length;
    const isDirective = DIRECTIVES.has(word[1] ?? word[2] ?? "");
    return text((isDirective ? backslashes.slice(0, Math.floor((length - 1) / 2)) : backslashes) + word[0]);
  }
  const escapes = cursor.look(CONTROL) !== undefined || cursor.look(PLUGGABLE) !== undefined;
  return text(escapes ? backslashes.slice(length / 2) : backslashes);
}

function parseDollar(cursor: Cursor): Statement | undefined {
  const reference = parseReference(cursor);
  if (reference !== undefined) {
    refuseBraceAfter(cursor);
    return { kind: "print", reference };
  }
  if (cursor.look(SLASH_BANG) !== undefined)
    throw cursor.error("unsupported", "got '$\\!', which has no use in API Gateway; write '$!' or '\\$!'");
  const start = cursor.at;
  const characters = cursor.take(NO_REFERENCE) ?? "";
  if (cursor.isAtEnd() && /^\$!?$/.test(characters))
    throw cursor.error("syntax", `got '${characters}' at the end, which Velocity does not parse`, start);
  if (isLostBeforeDirective(cursor)) return undefined;
  return text(characters + takeEscapesOfReference(cursor));
}

/** Velocity loses a `$` that directly precedes a directive. */
function isLostBeforeDirective(cursor: Cursor): boolean {
  if (cursor.look(/#\[\[/y) !== undefined)
    throw cursor.error("unsupported", "got '$#[[', which Velocity does not print as it is written");
  if (cursor.look(PLUGGABLE) !== undefined)
    throw cursor.error("syntax", "got a '$' directly before a directive, which Velocity does not parse");
  return (
    cursor.look(CONTROL) !== undefined || cursor.look(SET) !== undefined || cursor.look(/#\*/y) !== undefined
  );
}

/** After a `$` or `#` that is text, backslashes before a reference are text as well. */
function takeEscapesOfReference(cursor: Cursor): string {
  return cursor.take(/\\+(?=\$!?\{?[A-Za-z_])/y) ?? "";
}

/** Velocity drops the letters after `$x{`, and what it does with other characters is no better. */
function refuseBraceAfter(cursor: Cursor): void {
  if (cursor.look(/\{[\w.[(]/y) !== undefined)
    throw cursor.error("unsupported", "got a '{' directly after a reference; write the reference as ${name}");
  if (cursor.look(/(?:true|false)(?![\w-])/y) !== undefined)
    throw cursor.error("syntax", "got a boolean directly after a reference; write the reference as ${name}");
}

function parseHash(cursor: Cursor): Statement | undefined {
  if (cursor.skip("##")) {
    cursor.take(/[^\r\n]*(?:\r\n|\n|\r)?/y);
    return undefined;
  }
  if (cursor.skip("#*")) {
    takeThrough(cursor, "*#");
    return undefined;
  }
  if (cursor.peek(1) === "[" && cursor.peek(2) === "[") {
    const start = cursor.at;
    cursor.skip("#[[");
    const literal = takeThrough(cursor, "]]#");
    if (literal === undefined) throw cursor.error("syntax", "got '#[[' without its closing ']]#'", start);
    return text(literal);
  }
  if (cursor.look(WORD) !== undefined) return parseDirective(cursor);
  cursor.skip("#");
  if (cursor.isAtEnd())
    throw cursor.error("syntax", "got '#' at the end, which Velocity does not parse", cursor.at - 1);
  return text(`#${takeEscapesOfReference(cursor)}`);
}

/** What precedes a word; the cursor is after it then, or at the end if it does not come. */
function takeThrough(cursor: Cursor, word: string): string | undefined {
  const end = cursor.text.indexOf(word, cursor.at);
  const taken = cursor.text.slice(cursor.at, end === -1 ? undefined : end);
  cursor.at = end === -1 ? cursor.text.length : end + word.length;
  return end === -1 ? undefined : taken;
}
