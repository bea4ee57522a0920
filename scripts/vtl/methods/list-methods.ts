import type { Budget } from "../limits";
import { javaEquals } from "../values/equal";
import { isObject, type Value, type VtlList } from "../values/value";
import { asInt, failed, type Method, methodTable, type NamedMethod } from "./method";

/** Source: https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/ArrayList.html */
const READING: readonly NamedMethod<VtlList>[] = [
  ["size", [0], (self) => BigInt(self.items.length)],
  ["isEmpty", [0], (self) => self.items.length === 0],
  ["contains", [1], (self, [value = null], budget) => indexOf(self, value, budget) !== -1],
  ["containsAll", [1], containsAll],
  ["equals", [1], (self, [other = null], budget) => javaEquals(self, other, budget)],
];

const INDEXED: readonly NamedMethod<VtlList>[] = [
  ["get", [1], (self, [index]) => itemAt(self, index)],
  ["set", [2], (self, [index, value = null]) => setItem(self, index, value)],
  ["indexOf", [1], (self, [value = null], budget) => BigInt(indexOf(self, value, budget))],
  ["lastIndexOf", [1], (self, [value = null], budget) => BigInt(lastIndexOf(self, value, budget))],
];

const GROWING: readonly NamedMethod<VtlList>[] = [
  ["add", [1, 2], growable(add)],
  ["addAll", [1], growable(addAll)],
  ["remove", [1], growable(remove)],
  [
    "clear",
    [0],
    growable((self) => {
      self.items.length = 0;
      self.changes += 1;
      return "";
    }),
  ],
];

const NOT_BUILT =
  "addFirst addLast clone descendingIterator ensureCapacity forEach getFirst getLast iterator listIterator parallelStream " +
  "removeAll removeFirst removeIf removeLast removeRange replaceAll retainAll reversed sort spliterator stream subList " +
  "toArray trimToSize";

export const LIST_METHODS = methodTable<VtlList>(
  "a list",
  `${NOT_BUILT} appendElement toJSONString merge writeJSONString`,
  [...READING, ...INDEXED, ...GROWING],
);

/** Of a map's keys, values or entries: a Set or a Collection, which has no places. */
export const VIEW_METHODS = methodTable<VtlList>(
  "a map's keys or values",
  `${NOT_BUILT} remove clear`,
  READING,
);

/** An item by its index, counted from the end if it is negative, as `$list[-1]`. */
export function itemFromEnd(self: VtlList, index: bigint): Value | undefined {
  return itemAt(self, index < 0n ? index + BigInt(self.items.length) : index);
}

export function setItemFromEnd(self: VtlList, index: bigint, value: Value): void {
  setItem(self, index < 0n ? index + BigInt(self.items.length) : index, value);
}

// ---------------------------------------------------------------------------------------------------- internal

function itemAt(self: VtlList, index: Value | undefined): Value | undefined {
  const place = asInt(index);
  return place === undefined ? undefined : itemOf(self, place);
}

function itemOf(self: VtlList, place: number): Value {
  const item = self.items[place];
  if (item === undefined)
    throw failed(`got the index ${place} of a list of ${self.items.length} items; check its size() first`);
  return item;
}

function setItem(self: VtlList, index: Value | undefined, value: Value): Value | undefined {
  const place = asInt(index);
  if (place === undefined) return undefined;
  const before = itemOf(self, place);
  self.items[place] = value;
  return before;
}

function indexOf(self: VtlList, value: Value, budget: Budget): number {
  return self.items.findIndex((item) => javaEquals(item, value, budget));
}

function lastIndexOf(self: VtlList, value: Value, budget: Budget): number {
  return self.items.findLastIndex((item) => javaEquals(item, value, budget));
}

function containsAll(self: VtlList, [other = null]: readonly Value[], budget: Budget): Value | undefined {
  if (!isObject(other) || other.type !== "list") return undefined;
  return other.items.every((item) => indexOf(self, item, budget) !== -1);
}

/** What `split` returns cannot grow: Java throws an exception. */
function growable(call: Method<VtlList>): Method<VtlList> {
  return (self, args, budget) => {
    if (self.kind === "array")
      throw failed("got an array to add to or remove from; make a list of its items first");
    return call(self, args, budget);
  };
}

function add(self: VtlList, args: readonly Value[], budget: Budget): Value | undefined {
  budget.spend(1 + Math.floor(self.items.length / 64));
  if (args.length === 1) {
    self.items.push(args[0] ?? null);
    self.changes += 1;
    return true;
  }
  const place = asInt(args[0]);
  if (place === undefined) return undefined;
  if (place < 0 || place > self.items.length)
    throw failed(`got the index ${place} to add to a list of ${self.items.length} items`);
  self.items.splice(place, 0, args[1] ?? null);
  self.changes += 1;
  return "";
}

function addAll(self: VtlList, [other = null]: readonly Value[], budget: Budget): Value | undefined {
  if (!isObject(other) || other.type !== "list") return undefined;
  budget.spend(other.items.length);
  for (const item of [...other.items]) self.items.push(item);
  self.changes += 1;
  return other.items.length > 0;
}

/** By its index if the argument is a whole number, else the first equal item. */
function remove(self: VtlList, [what = null]: readonly Value[], budget: Budget): Value | undefined {
  budget.spend(1 + Math.floor(self.items.length / 64));
  const place = asInt(what);
  if (place !== undefined) {
    const item = itemOf(self, place);
    self.items.splice(place, 1);
    self.changes += 1;
    return item;
  }
  const found = indexOf(self, what, budget);
  if (found === -1) return false;
  self.items.splice(found, 1);
  self.changes += 1;
  return true;
}
