/**
 * The part of JSON Schema (draft 4) that the schemas of this API use for single values.
 * Source: https://json-schema.org/draft-04/draft-fge-json-schema-validation-00
 */
export interface ValueSchema {
  /** What is expected, in words. */
  readonly description?: string;
  /** `string`, `number` or `array` */
  readonly type: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly multipleOf?: number;
  readonly maxItems?: number;
  readonly items?: ValueSchema;
}

/** Whether a value fits its schema. Stricter than the standard in one thing: text is well-formed Unicode. */
export function fits(value: unknown, schema: ValueSchema): boolean {
  if (schema.type === "string") return typeof value === "string" && isText(value, schema);
  if (schema.type === "number") return typeof value === "number" && isNumber(value, schema);
  return schema.type === "array" && Array.isArray(value) && isList(value, schema);
}

// ---------------------------------------------------------------------------------------------------- internal

/** Length counts characters, of which one beyond the first 65,536 is two units of a string. */
function isText(text: string, { minLength = 0, maxLength = Infinity, pattern }: ValueSchema): boolean {
  if (text.length > 2 * maxLength || /\p{Surrogate}/u.test(text)) return false;
  const length = [...text].length;
  return length >= minLength && length <= maxLength && (!pattern || new RegExp(pattern).test(text));
}

function isNumber(
  value: number,
  { minimum = -Infinity, maximum = Infinity, multipleOf }: ValueSchema,
): boolean {
  return value >= minimum && value <= maximum && (!multipleOf || value % multipleOf === 0);
}

function isList(values: readonly unknown[], { maxItems = Infinity, items }: ValueSchema): boolean {
  return values.length <= maxItems && (!items || values.every((value) => fits(value, items)));
}
