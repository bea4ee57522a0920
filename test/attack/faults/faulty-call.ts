import { isDeepStrictEqual } from "node:util";
import { encodePageToken } from "#functions/lib/page-token";
import type { Product } from "#functions/lib/product";
import type { EventOptions } from "../../support/api-event";
import type { BundledFunctions, FunctionAnswer } from "../../support/bundled-functions";
import type { Fault } from "./faults";

/** What a client asks for, and what is there before. */
export interface Operation {
  readonly name: string;
  readonly functionName: Parameters<BundledFunctions["invoke"]>[0];
  readonly method: "GET" | "PUT" | "DELETE";
  /** Whether the product is there already. */
  readonly isThere: boolean;
}

export const OPERATIONS: readonly Operation[] = [
  { name: "PUT of a new product", functionName: "put-product", method: "PUT", isThere: false },
  { name: "PUT of another product", functionName: "put-product", method: "PUT", isThere: true },
  { name: "DELETE", functionName: "delete-product", method: "DELETE", isThere: true },
  { name: "DELETE of none", functionName: "delete-product", method: "DELETE", isThere: false },
  { name: "GET", functionName: "get-product", method: "GET", isThere: true },
  { name: "GET of none", functionName: "get-product", method: "GET", isThere: false },
  { name: "GET of a page", functionName: "get-products", method: "GET", isThere: true },
];

/** A call to which things happen, for a product of its own. */
export interface FaultyCall {
  readonly operation: Operation;
  readonly code: string;
  readonly faults: readonly Fault[];
}

/** What a call should come to. */
export interface Expectation {
  readonly requests: number;
  readonly status: number;
  /** Absent where it depends on other calls. */
  readonly body?: string;
  /** The product that is in the table afterwards. */
  readonly product: Product | undefined;
}

/** So often is DynamoDB asked for one thing. */
const ATTEMPTS = 3;

export function oldProduct(code: string): Product {
  return { code, name: "Old", itemPrice: "1.00", inStockQty: 1, category: [] };
}

function newProduct(code: string): Product {
  return { code, name: "New", itemPrice: "2.00", inStockQty: 2, category: ["new"] };
}

export function eventOf(
  { operation: { method, functionName }, code }: FaultyCall,
  tableName: string,
): EventOptions {
  if (functionName === "get-products")
    return { method, query: [["nextToken", encodePageToken(code, tableName)]] };
  const body = method === "PUT" ? JSON.stringify(newProduct(code)) : undefined;
  return { method, path: `/products/${code}`, pathParameters: { code }, body };
}

/**
 * What is passing is tried again, three times in all; whatever else goes wrong is a 500 that says nothing. A write is
 * done where the table was told to, whether or not its answer came back.
 */
export function expectationOf(call: FaultyCall): Expectation {
  const { code, faults } = call;
  const { method, isThere } = call.operation;
  const end = faults.findIndex(({ isPassing }, index) => !isPassing || index === ATTEMPTS - 1);
  const suffered = end < 0 ? faults : faults.slice(0, end + 1);
  const hasFailed = end >= 0;
  const wasDone = suffered.some(({ isDone }) => isDone);
  const isDone = wasDone || !hasFailed;
  const before = isThere ? oldProduct(code) : undefined;
  const after = { GET: before, PUT: newProduct(code), DELETE: undefined }[method];
  return {
    requests: suffered.length + (hasFailed ? 0 : 1),
    product: isDone ? after : before,
    ...(hasFailed ? FAILED : successOf(call, { before, after, wasDone })),
  };
}

/** What came of a call, and what was done for it. */
export interface Result extends FunctionAnswer {
  readonly requests: number;
  readonly product: unknown;
}

export function isAsExpected(result: Result, { body = result.body, ...expected }: Expectation): boolean {
  return isDeepStrictEqual(result, { ...expected, body });
}

// ---------------------------------------------------------------------------------------------------- internal

const FAILED = { status: 500, body: '{"message":"Internal server error"}' };

interface Course {
  readonly before: Product | undefined;
  readonly after: Product | undefined;
  /** Whether an earlier attempt was done, and its answer was lost. */
  readonly wasDone: boolean;
}

function successOf(
  { operation: { method, functionName }, code }: FaultyCall,
  { before, after, wasDone }: Course,
): Pick<Expectation, "status" | "body"> {
  if (functionName === "get-products") return { status: 200 };
  if (method === "DELETE") return { status: 204, body: "" };
  if (method === "PUT") return { status: before || wasDone ? 200 : 201, body: JSON.stringify(after) };
  if (before) return { status: 200, body: JSON.stringify(before) };
  return { status: 404, body: JSON.stringify({ message: `No product has the code "${code}"` }) };
}
