import { isList, isObject, member, type ObjectValue, type Value } from "#terraform/value";

/** What a plan has at a path of members, where there is something; a plan may be anything. */
export function at(value: unknown, ...path: readonly string[]): Value | undefined {
  let found = value;
  for (const name of path) {
    if (!isObject(found)) return undefined;
    found = member(found, name);
  }
  return found as Value | undefined;
}

/** The list at a path; an empty one where there is none. */
export function listAt(value: unknown, ...path: readonly string[]): readonly Value[] {
  const found = at(value, ...path);
  return isList(found) ? found : [];
}

/** The object at a path; an empty one where there is none. */
export function objectAt(value: unknown, ...path: readonly string[]): ObjectValue {
  const found = at(value, ...path);
  return isObject(found) ? found : {};
}

/** The text at a path, where there is one. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === "string" ? found : undefined;
}
