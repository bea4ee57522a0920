import type { Budget } from "../limits";
import { isObject, type Value, VtlDecimal, VtlList, VtlMap } from "../values/value";
import { VtlError } from "../vtl-error";

/** What the caller gives and gets: JSON as JavaScript has it. */
export type Plain =
  | string
  | number
  | boolean
  | null
  | readonly Plain[]
  | { readonly [name: string]: Plain | undefined };

/** The caller's values as a template's. Maps print as nothing if they are `$context`'s. */
export function fromPlain(plain: Plain, isSilent: boolean, budget: Budget): Value {
  budget.spend(1);
  if (typeof plain === "number") return Number.isSafeInteger(plain) ? BigInt(plain) : plain;
  if (plain === null || typeof plain !== "object") return plain;
  return budget.nested(() => {
    if (Array.isArray(plain))
      return new VtlList(
        "plain",
        plain.map((item: Plain) => fromPlain(item, isSilent, budget)),
      );
    const map = new VtlMap(isSilent);
    for (const [name, item] of Object.entries(plain))
      if (item !== undefined) map.put(name, fromPlain(item, isSilent, budget));
    return map;
  });
}

/** A template's value as the caller gets it. @throws VtlError for what JSON has no word for */
export function toPlain(value: Value, budget: Budget): Plain {
  budget.spend(1);
  if (typeof value === "bigint") return Number(value);
  if (!isObject(value)) return value;
  return budget.nested((): Plain => {
    if (value instanceof VtlDecimal) return Number(value.text);
    if (value instanceof VtlList) return value.items.map((item) => toPlain(item, budget));
    if (!(value instanceof VtlMap))
      throw new VtlError(
        "unsupported",
        `got a ${value.type} in $context.requestOverride or responseOverride`,
      );
    // Object.fromEntries defines each name as a property of its own, also `__proto__`.
    return Object.fromEntries([...value.entries].map(([key, item]) => [String(key), toPlain(item, budget)]));
  });
}
