/** A value of Terraform's language, as JSON holds it. */
export type Value = string | number | boolean | null | readonly Value[] | ObjectValue;

export interface ObjectValue {
  readonly [name: string]: Value;
}

export function isObject(value: unknown): value is ObjectValue {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: unknown): value is readonly Value[] {
  return Array.isArray(value);
}

/** The member of an object, never one that it inherits. */
export function member(object: ObjectValue, name: string): Value | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/**
 * How a message shows a value: scalars as they are written, lists and objects only by their kind, because they can have
 * any size.
 */
export function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (isList(value)) return value.length === 0 ? "an empty list" : "a list";
  if (isObject(value)) return "an object";
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…"` : text;
}

/** Text as Terraform converts a scalar to it; undefined for null, lists and objects, which it does not convert. */
export function toText(value: Value): string | undefined {
  return typeof value === "object" ? undefined : String(value);
}

/** A number that is written as text, in decimal; undefined for any other text. */
export function parseNumber(text: string): number | undefined {
  return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}
