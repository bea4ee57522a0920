import type { OneOrMany } from "./policy";

/** The values of a policy member that may be written as one value or as a list of them. */
export function toList<T extends string | number | boolean | object>(value: OneOrMany<T>): readonly T[] {
  return isList(value) ? value : [value];
}

const isList = Array.isArray as <T>(value: OneOrMany<T>) => value is readonly T[];
