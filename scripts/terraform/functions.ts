import { createHash } from "node:crypto";
import { ExpressionError } from "./problem";
import {
  describe,
  isList,
  isObject,
  member,
  type ObjectValue,
  parseNumber,
  toText,
  type Value,
} from "./value";

/**
 * Calls one of Terraform's functions.
 * @throws ExpressionError that names a function which is not understood, or arguments it does not take
 * Source: https://developer.hashicorp.com/terraform/language/functions
 */
export function callFunction(name: string, args: readonly Value[]): Value {
  const implementation = FUNCTIONS.get(name);
  if (!implementation) throw new ExpressionError(`the function "${name}"`, `one of ${FUNCTION_NAMES}`);
  try {
    return implementation(...args);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new ExpressionError(`${error.got} in ${name}()`, error.supported);
  }
}

type TerraformFunction = (...args: (Value | undefined)[]) => Value;

const FUNCTIONS: ReadonlyMap<string, TerraformFunction> = new Map<string, TerraformFunction>([
  ["base64encode", (value) => Buffer.from(text(value)).toString("base64")],
  ["base64sha256", (value) => hash("sha256", value, "base64")],
  ["compact", (items) => list(items).filter((item) => item !== null && item !== "")],
  ["concat", (...lists) => lists.flatMap((items) => list(items))],
  ["distinct", (items) => distinct(list(items))],
  ["element", (items, index) => elementAt(list(items), index)],
  ["flatten", (items) => flatten(list(items))],
  ["format", (spec, ...args) => format(text(spec), args)],
  [
    "join",
    (separator, ...lists) =>
      lists
        .flatMap((items) => list(items))
        .map(text)
        .join(text(separator)),
  ],
  ["jsondecode", (value) => jsonDecode(text(value))],
  ["jsonencode", (value) => jsonEncode(value)],
  ["keys", (value) => Object.keys(sorted(object(value)))],
  ["length", (value) => lengthOf(value)],
  ["lookup", (from, key, otherwise) => lookup(object(from), text(key), otherwise)],
  ["lower", (value) => text(value).toLowerCase()],
  ["md5", (value) => hash("md5", value, "hex")],
  ["merge", (...objects) => merge(objects)],
  ["nonsensitive", (value) => some(value)],
  ["replace", (value, search, replacement) => replace(text(value), text(search), text(replacement))],
  ["sensitive", (value) => some(value)],
  ["sha1", (value) => hash("sha1", value, "hex")],
  ["sha256", (value) => hash("sha256", value, "hex")],
  ["sha512", (value) => hash("sha512", value, "hex")],
  ["split", (separator, value) => text(value).split(text(separator))],
  ["tobool", (value) => toBoolean(value)],
  ["tolist", (value) => list(value)],
  ["tomap", (value) => object(value)],
  ["tonumber", (value) => toNumber(value)],
  ["toset", (value) => toSet(list(value))],
  ["tostring", (value) => (value === null ? null : text(value))],
  ["trimprefix", (value, prefix) => trimPrefix(text(value), text(prefix))],
  ["trimspace", (value) => text(value).trim()],
  ["trimsuffix", (value, suffix) => trimSuffix(text(value), text(suffix))],
  ["upper", (value) => text(value).toUpperCase()],
  ["values", (value) => Object.values(sorted(object(value)))],
]);

const FUNCTION_NAMES = [...FUNCTIONS.keys()].join(", ");

function some(value: Value | undefined): Value {
  if (value === undefined) throw new ExpressionError("too few arguments", "one more");
  return value;
}

function text(value: Value | undefined): string {
  const converted = toText(some(value));
  if (converted === undefined) throw new ExpressionError(describe(value), "text");
  return converted;
}

function list(value: Value | undefined): readonly Value[] {
  if (!isList(some(value))) throw new ExpressionError(describe(value), "a list");
  return value as readonly Value[];
}

function object(value: Value | undefined): ObjectValue {
  if (!isObject(some(value))) throw new ExpressionError(describe(value), "an object");
  return value as ObjectValue;
}

function hash(algorithm: string, value: Value | undefined, encoding: "hex" | "base64"): string {
  return createHash(algorithm).update(text(value)).digest(encoding);
}

function elementAt(items: readonly Value[], index: Value | undefined): Value {
  const position = toNumber(index);
  const item = typeof position === "number" ? items[position % items.length] : undefined;
  if (item === undefined)
    throw new ExpressionError(`the index ${describe(index)}`, "a whole number from 0, and a list with items");
  return item;
}

function flatten(items: readonly Value[]): Value[] {
  return items.flatMap((item) => (isList(item) ? flatten(item) : [item]));
}

function distinct(items: readonly Value[]): Value[] {
  return [...new Map(items.map((item) => [jsonEncode(item), item])).values()];
}

function lengthOf(value: Value | undefined): number {
  if (typeof value === "string") return [...new Intl.Segmenter().segment(value)].length;
  return isList(value) ? value.length : Object.keys(object(value)).length;
}

function lookup(from: ObjectValue, key: string, otherwise: Value | undefined): Value {
  const value = member(from, key) ?? otherwise;
  if (value === undefined)
    throw new ExpressionError(`the key ${describe(key)}`, `one of ${Object.keys(from).join(", ")}`);
  return value;
}

function replace(value: string, search: string, replacement: string): string {
  if (search.length > 1 && search.startsWith("/") && search.endsWith("/")) {
    throw new ExpressionError("a regular expression", "plain text to replace");
  }
  return value.replaceAll(search, () => replacement);
}

function merge(objects: readonly (Value | undefined)[]): ObjectValue {
  return Object.fromEntries(
    objects.filter((value) => value !== null).flatMap((value) => Object.entries(object(value))),
  );
}

function trimPrefix(value: string, prefix: string): string {
  return value.startsWith(prefix) ? value.slice(prefix.length) : value;
}

function trimSuffix(value: string, suffix: string): string {
  return suffix !== "" && value.endsWith(suffix) ? value.slice(0, -suffix.length) : value;
}

function toBoolean(value: Value | undefined): Value {
  if (value === null || typeof value === "boolean") return value;
  if (value === "true") return true;
  if (value === "false") return false;
  throw new ExpressionError(describe(value), "true or false");
}

function toNumber(value: Value | undefined): Value {
  if (value === null || typeof value === "number") return value;
  const number = typeof value === "string" ? parseNumber(value) : undefined;
  if (number === undefined) throw new ExpressionError(describe(value), "a number");
  return number;
}

/** A set of texts is read in their order. */
function toSet(items: readonly Value[]): Value[] {
  const other = items.find((item) => typeof item !== "string");
  if (other !== undefined) throw new ExpressionError(`a set with ${describe(other)}`, "texts");
  return distinct(items).sort();
}

function sorted(value: ObjectValue): ObjectValue {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * JSON as Terraform writes it: keys sorted, no spaces, and the characters escaped that mean something in HTML.
 * Source: https://developer.hashicorp.com/terraform/language/functions/jsonencode
 */
function jsonEncode(value: Value | undefined): string {
  return JSON.stringify(sortedDeep(some(value))).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function sortedDeep(value: Value): Value {
  if (isList(value)) return value.map(sortedDeep);
  if (!isObject(value)) return value;
  return sorted(Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, sortedDeep(inner)])));
}

function jsonDecode(value: string): Value {
  try {
    return JSON.parse(value) as Value;
  } catch {
    throw new ExpressionError("text that is not JSON", "JSON");
  }
}

/** @param spec - with the verbs `%s`, `%d`, `%v`, `%q` and `%%`, without widths */
function format(spec: string, args: readonly (Value | undefined)[]): string {
  const rest = [...args];
  const formatted = spec.replaceAll(/%(.|$)/gs, (_, verb: string) =>
    verb === "%" ? "%" : formatVerb(verb, rest),
  );
  if (rest.length > 0) throw new ExpressionError("too many arguments", "one for each verb");
  return formatted;
}

function formatVerb(verb: string, args: (Value | undefined)[]): string {
  if (!["s", "d", "v", "q"].includes(verb))
    throw new ExpressionError(`the verb "%${verb}"`, "%s, %d, %v, %q, %%");
  const value = args.shift();
  if (verb === "q") return JSON.stringify(text(value));
  if (verb === "d" && !Number.isInteger(toNumber(some(value)))) {
    throw new ExpressionError(`${describe(value)} for %d`, "a whole number");
  }
  return text(value);
}
