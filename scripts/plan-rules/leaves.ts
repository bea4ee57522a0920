import type { Change } from "#plan/plan";
import { hasUnknown } from "#plan/snapshot";
import { isList, isObject, type Value } from "#terraform/value";
import { isNothing, type Leaf } from "./rule";

/**
 * What a change makes other than it was, down to single values. A block of which there is one counts as an object; the
 * members of any other list, and those of a set, which have no order, are one value. What AWS assigns is left out.
 * @param isConfigured - whether the configuration sets an attribute, or one in its blocks
 */
export function leavesOf(change: Change, isConfigured: (path: string) => boolean): Leaf[] {
  const { before, after, unknown, action } = change;
  const isNew = action === "create";
  const names = [...new Set([before, after, unknown].flatMap((each) => Object.keys(each)))].sort();
  return (
    names
      .flatMap((name) => leaves(name, before[name], after[name], unknown[name], isNew))
      // What AWS assigns is known after apply, and set nowhere.
      .filter(({ path, after: now, isUnknown }) => !isUnknown || !isNothing(now) || isConfigured(path))
  );
}

function leaves(
  path: string,
  before: Value | undefined,
  after: Value | undefined,
  unknown: Value | undefined,
  isNew: boolean,
): Leaf[] {
  const [old, now, mask] = [open(before), open(after), open(unknown)];
  const isOpen = [old, now].some(isObject) && [old, now].every((each) => isObject(each) || isNothing(each));
  if (isOpen && mask !== true) {
    const [one, other, masks] = [old, now, mask].map((each) => (isObject(each) ? each : {}));
    const names = [...new Set([one, other, masks].flatMap((each) => Object.keys(each ?? {})))].sort();
    const within = names.flatMap((name) =>
      leaves(`${path}.${name}`, one?.[name], other?.[name], masks?.[name], isNew),
    );
    // A block without members says something by being there.
    const isOther = isThere(before) !== isThere(after);
    return within.length === 0 && isOther ? [{ path, before, after, isUnknown: false, isNew }] : within;
  }
  const isUnknown = hasUnknown(unknown);
  const isSame = isEqual(before, after) || (isNothing(before) && isNothing(after));
  return isSame && !isUnknown ? [] : [{ path, before, after, isUnknown, isNew }];
}

/** The one block of a list of blocks. */
function open(value: Value | undefined): Value | undefined {
  if (!isList(value) || value.length !== 1) return value;
  return isObject(value[0]) ? value[0] : value;
}

function isEqual(one: Value | undefined, other: Value | undefined): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null) || isSamePolicy(one, other);
}

/** JSON that differs in white space and the order of members means the same. */
function isSamePolicy(one: Value | undefined, other: Value | undefined): boolean {
  if (typeof one !== "string" || typeof other !== "string") return false;
  if (!one.startsWith("{") || !other.startsWith("{")) return false;
  try {
    return sorted(JSON.parse(one)) === sorted(JSON.parse(other));
  } catch {
    return false;
  }
}

function sorted(value: Value): string {
  return JSON.stringify(value, (_, each) =>
    isObject(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each,
  );
}

function isThere(value: Value | undefined): boolean {
  return isList(value) && value.length > 0;
}
