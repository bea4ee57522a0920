import { describe, InvalidRequest } from "./invalid-request";

/** One product of the inventory. */
export interface Product {
  /** The table's partition key: 1 to 2048 bytes of UTF-8. */
  readonly code: string;
  readonly name: string;
  /** A decimal string such as `"15.99"`, since binary fractions cannot hold prices. */
  readonly itemPrice: string;
  /** How many are in stock: a whole number from 0. */
  readonly inStockQty: number;
  readonly category: readonly string[];
}

/**
 * Reads a product that a client sent.
 *
 * @param value - the parsed body; its `code` may be left out
 * @param code - the code that the path names, which the body's must equal
 * @throws InvalidRequest that names every faulty member and what was expected of it
 */
export function parseProduct(value: unknown, code: string): Product {
  if (!isObject(value)) {
    throw new InvalidRequest(`body: expected a JSON object with ${KNOWN_MEMBERS}, got ${describe(value)}`);
  }
  const candidate: Readonly<Record<string, unknown>> = { code, ...value };
  const faults = [
    ...unknownMembers(value),
    ...MEMBERS.flatMap((member) => faultsOf(member, candidate[member])),
    ...(candidate["code"] === code ? [] : [`code: expected the path's, ${describe(code)}, got another`]),
  ];
  const product = toProduct(candidate);
  // The first faults say enough: an answer must not grow with a hostile body.
  if (faults.length > 0 || !product) throw new InvalidRequest(faults.slice(0, 10).join("; "));
  return product;
}

/**
 * Reads the code of a product that a client names.
 *
 * @throws InvalidRequest that says what was expected
 */
export function parseCode(value: string): string {
  const [fault] = faultsOf("code", value);
  if (fault !== undefined) throw new InvalidRequest(fault);
  return value;
}

/**
 * Reads a product that this API wrote: from the table, or from an answer of `GET /products`. Other members are left
 * out, and the bounds for writing do not apply: what somebody stored earlier has to stay readable.
 *
 * @returns undefined where it is not a product
 */
export function toProduct(value: unknown): Product | undefined {
  if (!isObject(value)) return undefined;
  const { code, name, itemPrice, inStockQty, category } = value;
  if (typeof code !== "string" || typeof name !== "string" || typeof itemPrice !== "string") return undefined;
  if (typeof inStockQty !== "number" || !isTextList(category)) return undefined;
  return { code, name, itemPrice, inStockQty, category };
}

const MEMBERS = ["code", "name", "itemPrice", "inStockQty", "category"] as const;
const KNOWN_MEMBERS = MEMBERS.join(", ");

interface Rule {
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
}

/** What a product that is written has to be. Together the bounds keep an item far below DynamoDB's 400 kB. */
const RULES: Readonly<Record<keyof Product, Rule>> = {
  code: {
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
    expected: "a string of 1 to 2048 bytes of UTF-8",
    accepts: (value) => isText(value, 2048) && Buffer.byteLength(value) <= 2048,
  },
  name: { expected: "a string of 1 to 256 characters", accepts: (value) => isText(value, 256) },
  itemPrice: {
    expected: 'a decimal string such as "15.99", of up to 12 digits and 4 decimals',
    accepts: (value) => typeof value === "string" && /^(0|[1-9]\d{0,11})(\.\d{1,4})?$/.test(value),
  },
  inStockQty: {
    expected: "a whole number from 0",
    accepts: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  },
  category: {
    expected: "a list of up to 50 strings of 1 to 100 characters",
    accepts: (value) =>
      Array.isArray(value) && value.length <= 50 && value.every((label) => isText(label, 100)),
  },
};

function faultsOf(member: keyof Product, value: unknown): string[] {
  const { expected, accepts } = RULES[member];
  return accepts(value) ? [] : [`${member}: expected ${expected}, got ${describe(value)}`];
}

function unknownMembers(value: object): string[] {
  return Object.keys(value)
    .filter((member) => !Object.hasOwn(RULES, member))
    .map((member) => `${describe(member)}: expected one of the members ${KNOWN_MEMBERS}`);
}

/** Whether it is well-formed Unicode (a lone surrogate has no UTF-8) of 1 to `maxLength` UTF-16 units. */
function isText(value: unknown, maxLength: number): value is string {
  return (
    typeof value === "string" &&
    value.length > 0 &&
    value.length <= maxLength &&
    !/\p{Surrogate}/u.test(value)
  );
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((label) => typeof label === "string");
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
