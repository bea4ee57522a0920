import type { Cursor } from "./cursor";
import { parseReference } from "./parse-reference";
import type { ArithmeticOperator, ComparisonOperator, Expression } from "./syntax";

/**
 * The expression of an #if or #set, in Velocity's order of precedence. A minus before a digit belongs to the number, so
 * that `$x -1` does not parse, and `$x-1` is the reference `$x-1`.
 * Source: https://velocity.apache.org/engine/1.7/vtl-reference.html#directives
 */
export function parseExpression(cursor: Cursor): Expression {
  return cursor.budget.nested(() => parseOr(cursor));
}

/** An argument of a method, or an item of a list or a map, with the space around it: operators do not parse here. */
export function parseParameter(cursor: Cursor): Expression {
  cursor.space();
  const value = cursor.budget.nested(() => parseValue(cursor));
  cursor.space();
  return value;
}

/** An argument of a directive: as a parameter, but the space after it is not taken. */
export function parseDirectiveArgument(cursor: Cursor): Expression {
  return cursor.budget.nested(() => parseValue(cursor));
}

/** A string: in single quotes as it is written, in double quotes with references and directives evaluated. */
export function parseString(cursor: Cursor): Expression {
  const start = cursor.at;
  const quote = cursor.peek();
  const literal = takeLiteral(cursor, quote);
  if (literal === undefined) throw cursor.error("syntax", `got a string without its closing ${quote}`, start);
  const written = literal.slice(1, -1);
  const content = (quote === '"' ? decodeUnicode(written, cursor, start) : written).replaceAll(
    quote + quote,
    quote,
  );
  if (quote === "'" || !/[$#]/.test(literal)) return { kind: "constant", value: content };
  // Velocity parses the content with a space after it, so that a `$` at its end is text, and takes the space away
  // afterwards.
  const trimmed = content.includes("##") ? 0 : 1;
  const body = cursor.budget.nested(() =>
    cursor.grammar.block(content + " ".repeat(trimmed), cursor.budget, cursor.position(start)),
  );
  return { kind: "interpolated", body, trimmed };
}

/** A whole number, if one stands here. */
export function takeInteger(cursor: Cursor): bigint | undefined {
  const found = cursor.look(INTEGER)?.[0];
  if (found === undefined) return undefined;
  if (found.length > MOST_DIGITS)
    throw cursor.error("limit", `got a number of more than ${MOST_DIGITS} digits`);
  cursor.at += found.length;
  return BigInt(found);
}

// ---------------------------------------------------------------------------------------------------- internal

/** Digits with a point or a power are a Double, unless the point is the first of a range's two. */
const FLOAT = /-?(?:\d+\.(?!\.)\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+)/y;
const INTEGER = /-?\d+/y;
const MOST_DIGITS = 1_000;
const BOOLEAN = /(?:true|false)(?![\w@])/y;

const OR = /\|\||or(?![\w@])/y;
const AND = /&&|and(?![\w@])/y;
const EQUALITY = /==|!=|(?:eq|ne)(?![\w@])/y;
const RELATION = /<=|>=|<|>|(?:lt|le|gt|ge)(?![\w@])/y;
const ADDITION = /\+|-(?!\.?\d)/y;
const MULTIPLICATION = /[*/%]/y;
const NOT = /!(?!=)|not(?![\w@])/y;

const COMPARISONS: ReadonlyMap<string, ComparisonOperator> = new Map<string, ComparisonOperator>([
  ["==", "=="],
  ["eq", "=="],
  ["!=", "!="],
  ["ne", "!="],
  ["<", "<"],
  ["lt", "<"],
  ["<=", "<="],
  ["le", "<="],
  [">", ">"],
  ["gt", ">"],
  [">=", ">="],
  ["ge", ">="],
]);

type Parse = (cursor: Cursor) => Expression;

/** Operands with operators of one precedence between them, from left to right. */
function parseChain(
  cursor: Cursor,
  operator: RegExp,
  operand: Parse,
  join: (operator: string, left: Expression, right: Expression) => Expression,
): Expression {
  let left = operand(cursor);
  for (;;) {
    const found = cursor.take(operator);
    if (found === undefined) return left;
    cursor.budget.spend(1);
    left = join(found, left, operand(cursor));
  }
}

const parseOr: Parse = (cursor) =>
  parseChain(cursor, OR, parseAnd, (_, left, right) => ({ kind: "or", left, right }));

const parseAnd: Parse = (cursor) =>
  parseChain(cursor, AND, parseEquality, (_, left, right) => ({ kind: "and", left, right }));

const parseEquality: Parse = (cursor) => parseChain(cursor, EQUALITY, parseRelation, comparison);

const parseRelation: Parse = (cursor) => parseChain(cursor, RELATION, parseAddition, comparison);

const parseAddition: Parse = (cursor) => parseChain(cursor, ADDITION, parseMultiplication, arithmetic);

const parseMultiplication: Parse = (cursor) => parseChain(cursor, MULTIPLICATION, parseUnary, arithmetic);

function comparison(found: string, left: Expression, right: Expression): Expression {
  return { kind: "comparison", operator: COMPARISONS.get(found) ?? "==", left, right };
}

function arithmetic(found: string, left: Expression, right: Expression): Expression {
  return { kind: "arithmetic", operator: found as ArithmeticOperator, left, right };
}

function parseUnary(cursor: Cursor): Expression {
  cursor.space();
  if (cursor.take(NOT) !== undefined)
    return { kind: "not", operand: cursor.budget.nested(() => parseUnary(cursor)) };
  const value = cursor.peek() === "(" ? parseGroup(cursor) : parseValue(cursor);
  cursor.space();
  return value;
}

function parseGroup(cursor: Cursor): Expression {
  cursor.expect("(");
  const inside = parseExpression(cursor);
  cursor.expect(")");
  return inside;
}

function parseValue(cursor: Cursor): Expression {
  cursor.budget.spend(1);
  const next = cursor.peek();
  if (next === '"' || next === "'") return parseString(cursor);
  if (next === "[") return parseList(cursor);
  if (next === "{") return parseMap(cursor);
  if (next === "$") {
    const reference = parseReference(cursor);
    if (reference !== undefined) return { kind: "reference", reference };
  }
  const word = cursor.take(BOOLEAN);
  if (word !== undefined) return { kind: "constant", value: word === "true" };
  const float = cursor.take(FLOAT);
  if (float !== undefined) return { kind: "constant", value: Number(float) };
  const integer = takeInteger(cursor);
  if (integer !== undefined) return { kind: "constant", value: integer };
  throw cursor.error(
    "syntax",
    `got ${cursor.found()}, expected a reference, a string, a number, a list or a map`,
  );
}

/** `[a, b]`, or the range `[1..3]`, whose ends are whole numbers or references. */
function parseList(cursor: Cursor): Expression {
  cursor.expect("[");
  if (cursor.skip("]")) return { kind: "list", items: [] };
  const first = parseParameter(cursor);
  if (cursor.skip("..")) {
    const to = parseParameter(cursor);
    for (const end of [first, to])
      if (!(end.kind === "reference" || (end.kind === "constant" && typeof end.value === "bigint")))
        throw cursor.error("syntax", "got a range whose ends are not whole numbers or references");
    cursor.expect("]");
    return { kind: "range", from: first, to };
  }
  const items = [first];
  while (cursor.skip(",")) items.push(parseParameter(cursor));
  cursor.expect("]");
  return { kind: "list", items };
}

function parseMap(cursor: Cursor): Expression {
  cursor.expect("{");
  const start = cursor.at;
  cursor.space();
  if (cursor.skip("}")) return { kind: "map", entries: [] };
  cursor.at = start;
  const entries: [Expression, Expression][] = [];
  do {
    const key = parseParameter(cursor);
    cursor.expect(":");
    entries.push([key, parseParameter(cursor)]);
  } while (cursor.skip(","));
  cursor.expect("}");
  return { kind: "map", entries };
}

/**
 * The longest string literal from here: two quotes in a row are part of it, as long as it is closed further on.
 */
function takeLiteral(cursor: Cursor, quote: string): string | undefined {
  const { text, at: start } = cursor;
  let closed: number | undefined;
  let at = start + 1;
  for (;;) {
    const found = text.indexOf(quote, at);
    cursor.budget.spend(1 + Math.floor(((found === -1 ? text.length : found) - at) / 64));
    if (found === -1) break;
    closed = found;
    if (text[found + 1] !== quote) break;
    at = found + 2;
  }
  if (closed === undefined) return undefined;
  cursor.at = closed + 1;
  return text.slice(start, cursor.at);
}

function decodeUnicode(text: string, cursor: Cursor, start: number): string {
  return text.replace(/\\u([0-9A-Fa-f]{4})?/g, (_, code: string | undefined) => {
    if (code === undefined)
      throw cursor.error("syntax", "got '\\u' without four hexadecimal digits after it", start);
    return String.fromCharCode(Number.parseInt(code, 16));
  });
}
