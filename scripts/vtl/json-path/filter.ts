import type { Budget } from "../limits";
import { isObject, type Value } from "../values/value";
import { VtlError } from "../vtl-error";
import type { Filter, FilterOperator, FilterPath, Operand } from "./path";

/**
 * Whether a filter selects an item. Values of different types, and `!=` of what is not there, are refused: Jayway's
 * versions differ in them, and API Gateway's is not known.
 */
export function isSelected(item: Value, document: Value, filter: Filter, budget: Budget): boolean {
  budget.spend(1);
  switch (filter.kind) {
    case "and":
      return (
        isSelected(item, document, filter.left, budget) && isSelected(item, document, filter.right, budget)
      );
    case "or":
      return (
        isSelected(item, document, filter.left, budget) || isSelected(item, document, filter.right, budget)
      );
    case "not":
      return !isSelected(item, document, filter.operand, budget);
    case "exists":
      return follow(item, document, filter.path) !== undefined;
    case "comparison":
      return compare(
        filter.operator,
        operandValue(item, document, filter.left),
        operandValue(item, document, filter.right),
      );
  }
}

// ---------------------------------------------------------------------------------------------------- internal

function operandValue(item: Value, document: Value, operand: Operand): Value | undefined {
  return operand.kind === "literal" ? operand.value : follow(item, document, operand.path);
}

/** The value at a definite path; undefined if it is not there. */
function follow(item: Value, document: Value, { from, path }: FilterPath): Value | undefined {
  let value: Value | undefined = from === "@" ? item : document;
  for (const selector of path.selectors) {
    if (value === undefined || !isObject(value)) return undefined;
    if (selector.kind === "member")
      value = value.type === "map" ? value.entries.get(selector.name) : undefined;
    else if (selector.kind === "items")
      value = value.type === "list" ? value.items[selector.indexes[0] ?? 0] : undefined;
  }
  return value;
}

function compare(operator: FilterOperator, left: Value | undefined, right: Value | undefined): boolean {
  if (left === undefined || right === undefined) {
    if (operator === "!=") throw mixed("'!=' of a value that is not there");
    return false;
  }
  if (operator === "==" || operator === "!=") {
    if (left === null || right === null) return (left === right) === (operator === "==");
    const [a, b] = comparable(left, right);
    return (a === b) === (operator === "==");
  }
  if (left === null || right === null || typeof left === "boolean")
    throw mixed("an order of values without one");
  const [a, b] = comparable(left, right);
  if (operator === "<") return a < b;
  if (operator === "<=") return a <= b;
  return operator === ">" ? a > b : a >= b;
}

function comparable(
  left: Value,
  right: Value,
): readonly [string | number | boolean, string | number | boolean] {
  if (isNumber(left) && isNumber(right)) return [Number(left), Number(right)];
  if (typeof left === "string" && typeof right === "string") return [left, right];
  if (typeof left === "boolean" && typeof right === "boolean") return [left, right];
  throw mixed("a comparison of values of different types");
}

function isNumber(value: Value): value is bigint | number {
  return typeof value === "bigint" || typeof value === "number";
}

function mixed(what: string): VtlError {
  return new VtlError("unsupported", `got ${what} in a JSONPath filter, whose result is not known`);
}
