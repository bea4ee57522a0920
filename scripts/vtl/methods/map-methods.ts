import type { Budget } from "../limits";
import { javaEquals } from "../values/equal";
import { isKey, isObject, type Key, type Value, VtlEntry, VtlList, type VtlMap } from "../values/value";
import { VtlError } from "../vtl-error";
import { methodTable } from "./method";

/** Source: https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/LinkedHashMap.html */
export const MAP_METHODS = methodTable<VtlMap>(
  "a map",
  "clone compute computeIfAbsent computeIfPresent firstEntry forEach lastEntry merge pollFirstEntry pollLastEntry putFirst " +
    "putLast replace replaceAll reversed sequencedEntrySet sequencedKeySet sequencedValues appendField getAsNumber " +
    "getAsString toJSONString",
  [
    ["size", [0], (self) => BigInt(self.entries.size)],
    ["isEmpty", [0], (self) => self.entries.size === 0],
    ["get", [1], (self, [key]) => self.entries.get(keyOf(key)) ?? null],
    ["getOrDefault", [2], (self, [key, otherwise = null]) => self.entries.get(keyOf(key)) ?? otherwise],
    ["containsKey", [1], (self, [key]) => self.entries.has(keyOf(key))],
    ["containsValue", [1], (self, [value = null], budget) => hasValue(self, value, budget)],
    ["put", [2], (self, [key, value = null]) => self.put(keyOf(key), value)],
    ["putIfAbsent", [2], putIfAbsent],
    ["putAll", [1], putAll],
    ["remove", [1], remove],
    ["clear", [0], clear],
    ["keySet", [0], (self, _, budget) => view(self, [...self.entries.keys()], budget)],
    ["values", [0], (self, _, budget) => view(self, [...self.entries.values()], budget)],
    ["entrySet", [0], (self, _, budget) => view(self, entriesOf(self), budget)],
    ["equals", [1], (self, [other = null], budget) => javaEquals(self, other, budget)],
  ],
);

/** A value as a key of a map. @throws VtlError for a list or a map, whose keys Java compares by what is in them */
export function keyOf(value: Value | undefined): Key {
  if (value === undefined || !isKey(value))
    throw new VtlError("unsupported", "got a key that is not a string, a number or a boolean");
  return value;
}

// ---------------------------------------------------------------------------------------------------- internal

function view(self: VtlMap, items: Value[], budget: Budget): VtlList {
  budget.spend(items.length);
  return new VtlList("view", items, self);
}

function entriesOf(self: VtlMap): Value[] {
  return [...self.entries].map(([key, value]) => new VtlEntry(key, value));
}

function hasValue(self: VtlMap, value: Value, budget: Budget): boolean {
  return [...self.entries.values()].some((item) => javaEquals(item, value, budget));
}

function putIfAbsent(self: VtlMap, [key, value = null]: readonly Value[]): Value {
  const name = keyOf(key);
  return self.entries.get(name) ?? self.put(name, value);
}

function putAll(self: VtlMap, [other = null]: readonly Value[], budget: Budget): Value | undefined {
  if (!isObject(other) || other.type !== "map") return undefined;
  budget.spend(other.entries.size);
  for (const [key, value] of [...other.entries]) self.put(key, value);
  return "";
}

function remove(self: VtlMap, [key]: readonly Value[]): Value {
  const name = keyOf(key);
  const before = self.entries.get(name) ?? null;
  if (self.entries.delete(name)) self.changes += 1;
  return before;
}

function clear(self: VtlMap): Value {
  self.entries.clear();
  self.changes += 1;
  return "";
}
