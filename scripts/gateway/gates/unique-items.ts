import type { FuncKeywordDefinition } from "ajv-draft-04";

/**
 * `uniqueItems` in the time that it takes to read the list. Ajv compares each item with each: a body of 10 MB would keep
 * the gateway for hours.
 * Source: https://json-schema.org/draft-04/draft-fge-json-schema-validation-00#rfc.section.5.3.4
 */
export const uniqueItems: FuncKeywordDefinition = {
  keyword: "uniqueItems",
  type: "array",
  schemaType: "boolean",
  error: { message: "must NOT have duplicate items" },
  validate: (mustBeUnique: boolean, items: readonly unknown[]) =>
    !mustBeUnique || new Set(items.map(canonicalJson)).size === items.length,
};

// ---------------------------------------------------------------------------------------------------- internal

/** Equal values have the same text: numbers by value, members in any order. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, each: unknown) => {
    if (typeof each !== "object" || each === null || Array.isArray(each)) return each;
    return Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}
