import type { Expression } from "./expression";
import { callFunction } from "./functions";
import { parseTemplate } from "./parse";
import { ExpressionError } from "./problem";
import { describe, isList, isObject, member, parseNumber, toText, type Value } from "./value";

/**
 * Finds what a reference means.
 * @param names - the names between its dots: `["aws_x", "y", "arn"]`
 * @returns the value of the first names, and how many names it used
 */
export type Resolve = (names: readonly string[]) => { readonly value: Value; readonly used: number };

/**
 * The value of a property as a Terraform JSON document writes it: each text in it is a template, including the keys of
 * objects.
 * @throws ExpressionError if an expression is not understood or has no value
 */
export function evaluate(raw: Value, resolve: Resolve): Value {
  try {
    return evaluateNested(raw, resolve);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ExpressionError("a value that is too large or too deeply nested", "a smaller value");
  }
}

function evaluateNested(raw: Value, resolve: Resolve): Value {
  if (typeof raw === "string") return evaluateExpression(parseTemplate(raw), resolve);
  if (isList(raw)) return raw.map((item) => evaluateNested(item, resolve));
  if (!isObject(raw)) return raw;
  return Object.fromEntries(
    Object.entries(raw).map(([name, value]) => [
      asKey(evaluateExpression(parseTemplate(name), resolve)),
      evaluateNested(value, resolve),
    ]),
  );
}

function evaluateExpression(expression: Expression, resolve: Resolve): Value {
  const inner = (part: Expression): Value => evaluateExpression(part, resolve);
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "template":
      return expression.parts.map((part) => asTemplatePart(inner(part))).join("");
    case "reference":
      return followReference(expression.names, resolve);
    case "index":
      return indexInto(inner(expression.target), inner(expression.key));
    case "call":
      return callFunction(expression.name, expression.arguments.map(inner));
    case "list":
      return expression.items.map(inner);
    case "object":
      return Object.fromEntries(expression.entries.map(([key, value]) => [asKey(inner(key)), inner(value)]));
  }
}

function followReference(names: readonly string[], resolve: Resolve): Value {
  const { value, used } = resolve(names);
  return names.slice(used).reduce<Value>((target, name) => indexInto(target, name), value);
}

function indexInto(target: Value, key: Value): Value {
  if (isObject(target)) {
    const value = member(target, asKey(key));
    if (value === undefined) {
      throw new ExpressionError(
        `the key ${describe(key)}`,
        `one of ${Object.keys(target).join(", ") || "none"}`,
      );
    }
    return value;
  }
  if (!isList(target))
    throw new ExpressionError(`the key ${describe(key)} of a scalar`, "a list or an object");
  const position = typeof key === "string" ? parseNumber(key) : key;
  const item = typeof position === "number" ? target[position] : undefined;
  if (item === undefined) {
    throw new ExpressionError(
      `the index ${describe(key)}`,
      `0 to ${target.length - 1} in a list of ${target.length}`,
    );
  }
  return item;
}

function asTemplatePart(value: Value): string {
  const text = toText(value);
  if (text === undefined)
    throw new ExpressionError(`${describe(value)} within text`, "text, a number or a boolean");
  return text;
}

function asKey(value: Value): string {
  const text = toText(value);
  if (text === undefined) throw new ExpressionError(`${describe(value)} as a key`, "text");
  return text;
}
