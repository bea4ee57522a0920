import type { Budget } from "../limits";
import { textOf } from "../values/text";
import { isObject, type ObjectValue, type Value, VtlClass, type VtlLoop } from "../values/value";
import { VtlError } from "../vtl-error";
import { classNameOf } from "./class-name";
import { itemFromEnd, LIST_METHODS, VIEW_METHODS } from "./list-methods";
import { keyOf, MAP_METHODS } from "./map-methods";
import { callFrom } from "./method";
import { BOOLEAN_METHODS, DOUBLE_METHODS, WHOLE_NUMBER_METHODS } from "./number-methods";
import { STRING_METHODS } from "./string-methods";

/**
 * What a method of a value returns; null if Java has no such method. Every way from a template to a value's contents is
 * here, in `getProperty` or in `getItem`: tables by name, never a property of JavaScript.
 *
 * @throws VtlError for what Java has and this has not, and where Java throws an exception
 */
export function callMethod(self: Value, name: string, args: readonly Value[], budget: Budget): Value {
  if (self === null) return null;
  if (name === "getClass" && args.length === 0) return new VtlClass(classNameOf(self));
  if (name === "toString" && args.length === 0) return textOf(self, budget) ?? null;
  switch (typeof self) {
    case "string":
      return callFrom(STRING_METHODS, self, name, args, budget);
    case "bigint":
      return callFrom(WHOLE_NUMBER_METHODS, self, name, args, budget);
    case "number":
      return callFrom(DOUBLE_METHODS, self, name, args, budget);
    case "boolean":
      return callFrom(BOOLEAN_METHODS, self, name, args, budget);
    default:
      return callOfObject(self, name, args, budget);
  }
}

/** What `$x.name` is; null if there is no such property. */
export function getProperty(self: Value, name: string): Value {
  if (self === null) return null;
  // Of a map too: Velocity looks for getClass() before it looks for a key.
  if (name === "class") return new VtlClass(classNameOf(self));
  if (typeof self === "string") {
    refuse(name, NOT_BUILT_OF_STRING, "a string");
    return name === "empty" ? self === "" : null;
  }
  return isObject(self) ? propertyOfObject(self, name) : null;
}

/** What `$x[index]` is: Velocity calls get(index). */
export function getItem(self: Value, index: Value, budget: Budget): Value {
  if (isObject(self)) {
    if (self.type === "list" && self.kind !== "view")
      return typeof index === "bigint" ? (itemFromEnd(self, index) ?? null) : null;
    if (self.type === "map") {
      if (typeof index === "bigint" && index < 0n)
        throw new VtlError("unsupported", "got a negative index of a map, which Velocity adds its size to");
      return self.entries.get(keyOf(index)) ?? null;
    }
  }
  if (typeof index === "bigint" && index < 0n)
    throw new VtlError("failed", "got a negative index of a value that has no size()");
  return callMethod(self, "get", [index], budget);
}

// ---------------------------------------------------------------------------------------------------- internal

const NOT_BUILT_OF_STRING = new Set(["bytes", "blank"]);
const NOT_BUILT_OF_LIST = new Set(["first", "last"]);
const NOT_BUILT_OF_CLASS = new Set("simpleName typeName canonicalName packageName".split(" "));

function callOfObject(self: ObjectValue, name: string, args: readonly Value[], budget: Budget): Value {
  switch (self.type) {
    case "list":
      return callFrom(self.kind === "view" ? VIEW_METHODS : LIST_METHODS, self, name, args, budget);
    case "map":
      return callFrom(MAP_METHODS, self, name, args, budget);
    case "entry":
      if (args.length === 0 && name === "getKey") return self.key;
      if (args.length === 0 && name === "getValue") return self.value;
      throw unsupported(name, "an entry of a map");
    case "class":
      // Velocity's secure introspector allows this method of a class, and no other.
      return args.length === 0 && name === "getName" ? self.className : null;
    case "loop":
      return propertyOfLoop(self, name.replace(/^(?:get|is)(?=[A-Z])/, "").replace(/^./, lower));
    case "native": {
      const method = self.methods.get(name);
      if (method === undefined)
        throw new VtlError(
          "unsupported",
          `got ${self.reference}.${name}(); API Gateway has ${[...self.methods.keys()].sort().join(", ")}`,
        );
      const result = method(args);
      if (result === undefined)
        throw new VtlError(
          "unsupported",
          `got ${self.reference}.${name}() with arguments of another number or type than documented`,
        );
      return result;
    }
    case "decimal":
      throw unsupported(name, "a number of more than 18 digits");
    case "block":
      return null;
  }
}

function propertyOfObject(self: ObjectValue, name: string): Value {
  switch (self.type) {
    case "map":
      return self.entries.get(name) ?? null;
    case "list":
      refuse(name, NOT_BUILT_OF_LIST, "a list");
      return name === "empty" ? self.items.length === 0 : null;
    case "entry":
      return name === "key" ? self.key : name === "value" ? self.value : null;
    case "class":
      refuse(name, NOT_BUILT_OF_CLASS, "a class");
      return name === "name" ? self.className : null;
    case "loop":
      return propertyOfLoop(self, name);
    case "native": {
      const property = self.properties.get(name);
      if (property === undefined)
        throw new VtlError(
          "unsupported",
          `got ${self.reference}.${name}, which API Gateway does not document`,
        );
      return property();
    }
    default:
      return null;
  }
}

/** Source: https://velocity.apache.org/engine/1.7/user-guide.html#loops */
function propertyOfLoop(self: VtlLoop, name: string): Value {
  switch (name) {
    case "index":
      return BigInt(self.index);
    case "count":
      return BigInt(self.index + 1);
    case "first":
      return self.index < 1;
    case "last":
      return !self.hasNext;
    case "hasNext":
      return self.hasNext;
    case "parent":
      return self.parent ?? null;
    case "topmost": {
      let top = self;
      while (top.parent !== undefined) top = top.parent;
      return top;
    }
    default:
      throw new VtlError(
        "unsupported",
        `got '${name}' of $foreach; supported: count, first, hasNext, index, last, parent, topmost`,
      );
  }
}

function refuse(name: string, names: ReadonlySet<string>, of: string): void {
  if (names.has(name)) throw unsupported(name, of);
}

function unsupported(name: string, of: string): VtlError {
  return new VtlError("unsupported", `got '${name}' of ${of}, which is not supported`);
}

function lower(letter: string): string {
  return letter.toLowerCase();
}
