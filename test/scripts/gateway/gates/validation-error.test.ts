import Ajv from "ajv-draft-04";
import { validationError } from "#gateway/gates/validation-error";

function told(schema: object, value: unknown): string {
  const validate = new Ajv({ strict: false, verbose: true }).compile(schema);
  expect(validate(value)).toBe(false);
  const [error] = validate.errors ?? [];
  if (!error) throw new Error("no error");
  return validationError(error);
}

/** As API Gateway answered: https://github.com/stevenalexander/aws-lambda-request-validation#test */
test.each([
  [
    { pattern: "[A-Za-z0-9]{4,10}" },
    "n@me!!",
    '[ECMA 262 regex "[A-Za-z0-9]{4,10}" does not match input string "n@me!!"]',
  ],
  [{ required: ["username"] }, {}, '[object has missing required properties (["username"])]'],
  [
    { enum: ["high", "medium", "low"] },
    "invalid_priority_value",
    '[instance value ("invalid_priority_value") not found in enum (possible values: ["high","medium","low"])]',
  ],
])("recorded: %j of %j", (schema, value, text) => {
  expect(told(schema, value)).toBe(text);
});

/** As others recorded of the same validator. */
test.each<[schema: object, value: unknown, text: string]>([
  [{ required: ["b", "c", "a"] }, { c: 1 }, 'object has missing required properties (["a","b"])'],
  [
    { type: "integer" },
    "1",
    'instance type (string) does not match any allowed primitive type (allowed: ["integer"])',
  ],
  [
    { type: ["number", "null"] },
    [],
    'instance type (array) does not match any allowed primitive type (allowed: ["integer","null","number"])',
  ],
  [
    { type: "object" },
    null,
    'instance type (null) does not match any allowed primitive type (allowed: ["object"])',
  ],
  [
    { type: "string" },
    1,
    'instance type (integer) does not match any allowed primitive type (allowed: ["string"])',
  ],
  [
    { properties: { a: {} }, additionalProperties: false },
    { c: 1, a: 1, b: 1 },
    'object instance has properties which are not allowed by the schema: ["b","c"]',
  ],
  [{ minLength: 5 }, "🧀", 'string "🧀" is too short (length: 1, required minimum: 5)'],
  [{ maxLength: 2 }, "abc", 'string "abc" is too long (length: 3, maximum allowed: 2)'],
  [{ minimum: 25 }, 10, "numeric instance is lower than the required minimum (minimum: 25, found: 10)"],
  [{ maximum: 20 }, 97, "numeric instance is greater than the required maximum (maximum: 20, found: 97)"],
])("of the validator: %j of %j", (schema, value, text) => {
  expect(told(schema, value)).toBe(`[${text}]`);
});

test.each<[schema: object, value: unknown, text: string]>([
  [{ minimum: 1, exclusiveMinimum: true }, 1, "[body must be > 1]"],
  [{ maximum: 1, exclusiveMaximum: true }, 1, "[body must be < 1]"],
  [{ properties: { a: { multipleOf: 2 } } }, { a: 3 }, "[body/a must be multiple of 2]"],
  [
    { patternProperties: { "^x": {} }, additionalProperties: false },
    { a: 1 },
    "[body must NOT have additional properties]",
  ],
])("in our own words: %j of %j", (schema, value, text) => {
  expect(told(schema, value)).toBe(text);
});

test.each<[name: string, schema: object, value: unknown]>([
  ["long text", { maxLength: 2 }, "x".repeat(1_000_000)],
  ["a long value", { enum: [1] }, "x".repeat(1_000_000)],
  [
    "many unknown members",
    { additionalProperties: false },
    Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`${"x".repeat(300)}${index}`, 1])),
  ],
])("%s does not make the answer long", (_name, schema, value) => {
  expect(told(schema, value).length).toBeLessThan(20_000);
});
