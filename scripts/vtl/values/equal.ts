import type { Budget } from "../limits";
import { textOf } from "./text";
import { isObject, type Value, type VtlMap } from "./value";

/**
 * `==` of Velocity 1.7: numbers by their value, values of one class by `equals`, all others by their text. So `1 ==
 * "1"` holds, and so does `$missing == ""`, because a reference that does not exist is an empty string
 * (`render/reference.ts`).
 * Source: https://velocity.apache.org/engine/1.7/user-guide.html#relational-and-logical-operators
 */
export function areEqual(left: Value, right: Value, budget: Budget): boolean {
  budget.spend(1);
  if (isNumber(left) && isNumber(right)) return Number(left) === Number(right);
  if (left !== null && right !== null && classKind(left) === classKind(right))
    return javaEquals(left, right, budget);
  return textOf(left, budget) === textOf(right, budget);
}

/** Java's `equals`, also of the items of lists and maps: of two numbers, only those of one class are equal. */
export function javaEquals(left: Value, right: Value, budget: Budget): boolean {
  budget.spend(1);
  if (!isObject(left) || !isObject(right)) {
    if (typeof left === "string" && typeof right === "string") budget.length(left.length);
    return left === right;
  }
  if (left === right) return true;
  return budget.nested(() => {
    if (left.type === "list" && right.type === "list")
      return (
        left.items.length === right.items.length &&
        left.items.every((item, index) => javaEquals(item, right.items[index] ?? null, budget))
      );
    if (left.type === "map" && right.type === "map") return areEqualMaps(left, right, budget);
    if (left.type === "entry" && right.type === "entry")
      return left.key === right.key && javaEquals(left.value, right.value, budget);
    if (left.type === "decimal" && right.type === "decimal") return left.text === right.text;
    if (left.type === "class" && right.type === "class") return left.className === right.className;
    return false;
  });
}

// ---------------------------------------------------------------------------------------------------- internal

function isNumber(value: Value): value is bigint | number {
  return typeof value === "bigint" || typeof value === "number";
}

function classKind(value: Value): string {
  return isObject(value) ? value.type : typeof value;
}

function areEqualMaps(left: VtlMap, right: VtlMap, budget: Budget): boolean {
  return (
    left.entries.size === right.entries.size &&
    [...left.entries].every(
      ([key, item]) => right.entries.has(key) && javaEquals(item, right.entries.get(key) ?? null, budget),
    )
  );
}
