import { describe, InvalidRequest } from "#kit/lambda";
import { fits, type ValueSchema } from "./json-schema";
import schema from "./product-schema.json";

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
    throw new InvalidRequest(
      `body: expected a JSON object with ${members().join(", ")}, got ${describe(value)}`,
    );
  }
  const candidate: Readonly<Record<string, unknown>> = { code, ...value };
  const faults = [
    ...unknownMembers(value),
    ...members().flatMap((member) => faultsOf(member, candidate[member])),
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

/** Whether a text can be a product's code. */
export function isCode(value: string): boolean {
  return faultsOf("code", value).length === 0;
}

/**
 * Reads a product that this API wrote: from the table, or from an answer of `GET /products`. Other members are left
 * out, and the bounds for writing do not apply: what was stored earlier has to stay readable.
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

/**
 * What a product that is written has to be: the schema that API Gateway asks of a body too, before it calls a function.
 * A whole number is a multiple of 1 there, since AWS's validator takes 3.0 for no integer. Together the bounds keep an
 * item far below DynamoDB's 400 kB.
 */
function rules(): Readonly<Record<keyof Product, ValueSchema>> {
  return schema.properties;
}

function members(): (keyof Product)[] {
  return Object.keys(rules()) as (keyof Product)[];
}

function faultsOf(member: keyof Product, value: unknown): string[] {
  const rule = rules()[member];
  if (fits(value, rule) && (member !== "code" || isKey(value))) return [];
  return [`${member}: expected ${rule.description}, got ${describe(value)}`];
}

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
function isKey(value: unknown): boolean {
  return Buffer.byteLength(String(value)) <= 2048;
}

function unknownMembers(value: object): string[] {
  return Object.keys(value)
    .filter((member) => !Object.hasOwn(rules(), member))
    .map((member) => `${describe(member)}: expected one of the members ${members().join(", ")}`);
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((label) => typeof label === "string");
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
