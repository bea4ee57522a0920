import { isInt } from "../values/java-number";
import type { Cursor } from "./cursor";
import type { Expression, Reference, Step } from "./syntax";

/**
 * The reference at a `$`; undefined, with the cursor where it was, if the `$` does not begin one.
 * Source: https://velocity.apache.org/engine/1.7/vtl-reference.html#references
 *
 * @param backslashes - how many of them precede the `$`
 * @throws VtlError for a reference that is not finished
 */
export function parseReference(cursor: Cursor, backslashes = 0): Reference | undefined {
  const start = cursor.at;
  const opening = cursor.look(OPENING);
  if (opening === undefined) return undefined;
  const [, brace, name = ""] = opening;
  if (isReserved(name))
    throw cursor.error("syntax", `got '${opening[0]}': Velocity has no reference of the name '${name}'`);
  cursor.at += opening[0].length;
  const steps = parseSteps(cursor);
  if (brace !== undefined) cursor.expect("}");
  return {
    name,
    steps,
    literal: cursor.text.slice(start, cursor.at),
    position: cursor.position(start),
    prefix: "\\".repeat(Math.floor(backslashes / 2)),
    isEscaped: backslashes % 2 === 1,
  };
}

// ---------------------------------------------------------------------------------------------------- internal

const OPENING = /\$!?(\{)?([A-Za-z_][\w-]*)/y;
const NAME = /[A-Za-z][\w-]*/y;
const MEMBER = /\.(?=[A-Za-z])/y;
const INDEX_WORD = /(?:true|false)(?![\w-])/y;

/** Velocity's lexer reads these as booleans wherever they stand, so that `$x.true` does not parse. */
function isReserved(name: string): boolean {
  return name === "true" || name === "false";
}

function parseSteps(cursor: Cursor): Step[] {
  const steps: Step[] = [];
  for (;;) {
    if (cursor.peek() === "[") steps.push(parseIndex(cursor));
    else if (cursor.take(MEMBER) !== undefined) steps.push(parseMember(cursor));
    else return steps;
  }
}

function parseMember(cursor: Cursor): Step {
  const name = cursor.take(NAME) ?? "";
  if (isReserved(name)) throw cursor.error("syntax", `got '.${name}'; write ['${name}']`);
  if (cursor.peek() !== "(") return { kind: "property", name };
  return { kind: "method", name, arguments: parseArguments(cursor) };
}

/** `(a, b)`; `( )` with a space in it does not parse in Velocity either. */
function parseArguments(cursor: Cursor): Expression[] {
  cursor.expect("(");
  if (cursor.skip(")")) return [];
  const parameters: Expression[] = [];
  do parameters.push(cursor.grammar.argument(cursor));
  while (cursor.skip(","));
  cursor.expect(")");
  return parameters;
}

function parseIndex(cursor: Cursor): Step {
  cursor.expect("[");
  cursor.space();
  const index = parseIndexValue(cursor);
  cursor.space();
  cursor.expect("]");
  return { kind: "index", index };
}

function parseIndexValue(cursor: Cursor): Expression {
  const next = cursor.peek();
  if (next === '"' || next === "'") return cursor.grammar.string(cursor);
  if (next === "$") {
    const reference = cursor.budget.nested(() => parseReference(cursor));
    if (reference !== undefined) return { kind: "reference", reference };
  }
  const word = cursor.take(INDEX_WORD);
  if (word !== undefined) return { kind: "constant", value: word === "true" };
  const number = cursor.grammar.integer(cursor);
  if (number !== undefined && isInt(number)) return { kind: "constant", value: number };
  throw cursor.error(
    "syntax",
    `got ${cursor.found()} as an index, expected a whole number, a string or a reference`,
  );
}
