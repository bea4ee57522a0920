import type { Budget } from "../limits";
import { isObject, type Value, VtlList } from "../values/value";
import { VtlError } from "../vtl-error";
import { isSelected } from "./filter";
import type { JsonPath, Selector } from "./path";

/**
 * What a path selects: of a definite path the value, or undefined if it is not there; of any other a list of what it finds.
 *
 * @throws VtlError for an index of what is not a list, and past the limits
 */
export function readPath(
  document: Value,
  { selectors, isDefinite }: JsonPath,
  budget: Budget,
): Value | undefined {
  const found = select([document], selectors, document, isDefinite, budget);
  return isDefinite ? found[0] : new VtlList("json", found);
}

// ---------------------------------------------------------------------------------------------------- internal

function select(
  from: readonly Value[],
  selectors: readonly Selector[],
  document: Value,
  isDefinite: boolean,
  budget: Budget,
): Value[] {
  let values = [...from];
  for (const selector of selectors) {
    const next: Value[] = [];
    for (const value of values) {
      budget.spend(1);
      for (const item of applied(selector, value, document, isDefinite, budget)) next.push(item);
    }
    values = next;
  }
  return values;
}

function applied(
  selector: Selector,
  value: Value,
  document: Value,
  isDefinite: boolean,
  budget: Budget,
): readonly Value[] {
  switch (selector.kind) {
    case "member": {
      const item = isObject(value) && value.type === "map" ? value.entries.get(selector.name) : undefined;
      return item === undefined ? [] : [item];
    }
    case "wildcard":
      return childrenOf(value, budget);
    case "descent":
      return descend(value, budget);
    case "items":
      return listOf(value, isDefinite).length === 0
        ? []
        : selector.indexes.flatMap((index) => listOf(value, isDefinite)[index] ?? missing(value, index));
    case "slice":
      return listOf(value, isDefinite).slice(selector.from, selector.to);
    case "filter": {
      if (isObject(value) && value.type === "map")
        throw new VtlError("unsupported", "got a filter of an object in a JSONPath, expected one of a list");
      const items = listOf(value, isDefinite);
      budget.spend(items.length);
      return items.filter((item) => isSelected(item, document, selector.filter, budget));
    }
  }
}

/** An item that is `null` is one; one past the end is not. */
function missing(value: Value, index: number): readonly Value[] {
  return isObject(value) && value.type === "list" && index < value.items.length ? [null] : [];
}

function childrenOf(value: Value, budget: Budget): readonly Value[] {
  if (!isObject(value)) return [];
  const children =
    value.type === "list" ? value.items : value.type === "map" ? [...value.entries.values()] : [];
  budget.spend(children.length);
  return children;
}

/** A value and everything in it, each before what is in it. */
function descend(value: Value, budget: Budget): Value[] {
  return budget.nested(() => {
    const found = [value];
    for (const child of childrenOf(value, budget))
      if (isObject(child)) for (const item of descend(child, budget)) found.push(item);
    return found;
  });
}

/** Jayway's versions differ in what an index of something else than a list is: an error, or nothing. */
function listOf(value: Value, isDefinite: boolean): readonly Value[] {
  if (isObject(value) && value.type === "list") return value.items;
  if (!isDefinite) return [];
  throw new VtlError("unsupported", "got an index of a value that is not a list in a JSONPath");
}
