import type { ErrorObject } from "ajv-draft-04";
import { clip } from "#text/printable";

/**
 * API Gateway's message for a body that does not match its model, as `$context.error.validationErrorString` shows it:
 * the words of the validator that it uses, which name the fault and not its position. If there are several faults, this
 * is the first one; a keyword whose wording on AWS is not known gets our own; a long value is cut.
 *
 * @param error - of a validation that keeps the data (`verbose`)
 *
 * Source: https://github.com/stevenalexander/aws-lambda-request-validation#test for API Gateway's answers,
 * https://github.com/java-json-tools/json-schema-validator for the validator's other words
 */
export function validationError(error: ErrorObject): string {
  const tell = Object.hasOwn(WORDS, error.keyword) ? WORDS[error.keyword] : undefined;
  return `[${tell?.(error) ?? `body${clip(error.instancePath, LONGEST_VALUE)} ${error.message}`}]`;
}

/** API Gateway's message for a body that is not JSON. */
export const NOT_JSON = "[Unknown error parsing request body]";

// ---------------------------------------------------------------------------------------------------- internal

const WORDS: Readonly<Record<string, (error: ErrorObject) => string | undefined>> = {
  type: ({ data, schema }) =>
    `instance type (${typeOf(data)}) does not match any allowed primitive type (allowed: ${json(allowedTypes(schema))})`,
  required: (error) => `object has missing required properties (${json(missingMembers(error))})`,
  additionalProperties: (error) =>
    error.parentSchema?.patternProperties === undefined
      ? `object instance has properties which are not allowed by the schema: ${json(unknownMembers(error))}`
      : undefined,
  enum: ({ data, schema }) =>
    `instance value (${cut(json(data))}) not found in enum (possible values: ${json(schema)})`,
  pattern: ({ data, schema }) => `ECMA 262 regex "${schema}" does not match input string "${cut(data)}"`,
  minLength: ({ data, schema }) =>
    `string "${cut(data)}" is too short (length: ${lengthOf(data)}, required minimum: ${schema})`,
  maxLength: ({ data, schema }) =>
    `string "${cut(data)}" is too long (length: ${lengthOf(data)}, maximum allowed: ${schema})`,
  minimum: ({ data, schema, params }) =>
    params.comparison === ">="
      ? `numeric instance is lower than the required minimum (minimum: ${schema}, found: ${data})`
      : undefined,
  maximum: ({ data, schema, params }) =>
    params.comparison === "<="
      ? `numeric instance is greater than the required maximum (maximum: ${schema}, found: ${data})`
      : undefined,
};

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
}

/** This validator accepts an integer wherever a number is allowed. */
function allowedTypes(schema: unknown): string[] {
  const types = [schema].flat().map(String);
  return [...new Set(types.includes("number") ? [...types, "integer"] : types)].sort();
}

function missingMembers({ data, parentSchema }: ErrorObject): string[] {
  const required: readonly string[] = parentSchema?.required ?? [];
  return required.filter((name) => !Object.hasOwn(data as object, name)).sort();
}

function unknownMembers({ data, parentSchema }: ErrorObject): string[] {
  const known: object = parentSchema?.properties ?? {};
  return Object.keys(data as object)
    .filter((name) => !Object.hasOwn(known, name))
    .slice(0, MOST_NAMES)
    .map(cut)
    .sort();
}

/** An answer does not grow with a hostile body; whether AWS cuts it is not known. */
const MOST_NAMES = 50;
const LONGEST_VALUE = 256;

function cut(value: unknown): string {
  return String(value).slice(0, LONGEST_VALUE);
}

function lengthOf(text: unknown): number {
  let length = 0;
  for (const _ of String(text)) length += 1;
  return length;
}

function json(value: unknown): string {
  return JSON.stringify(value);
}
