/**
 * What a stage's callers and functions need, written down by hand from DESIGN's table: nothing here is read from the
 * program whose policies it is held against.
 */

export type StageName = "dev" | "prod";

export interface ExpectedRoute {
  /** `GET /products/{code}` */
  readonly route: string;
  readonly authorization: string;
  readonly apiKey: boolean;
  /** The function behind it; a mock without one. */
  readonly lambda?: string;
}

export const ROUTES: readonly ExpectedRoute[] = [
  { route: "GET /index", authorization: "NONE", apiKey: false, lambda: "get-index" },
  { route: "GET /products", authorization: "AWS_IAM", apiKey: false, lambda: "get-products" },
  { route: "GET /products/{code}", authorization: "AWS_IAM", apiKey: false, lambda: "get-product" },
  { route: "PUT /products/{code}", authorization: "AWS_IAM", apiKey: false, lambda: "put-product" },
  { route: "DELETE /products/{code}", authorization: "AWS_IAM", apiKey: false, lambda: "delete-product" },
  { route: "GET /auth/api-key", authorization: "NONE", apiKey: true },
  { route: "GET /auth/iam-sigv4", authorization: "AWS_IAM", apiKey: false },
  { route: "GET /auth/iam-sigv4-and-api-key", authorization: "AWS_IAM", apiKey: true },
];

export interface ExpectedRole {
  readonly name: string;
  /** Lambda, for the function of the same name, or any principal of the account that is allowed to. */
  readonly assumedBy: "lambda" | "account";
  readonly invokes: readonly string[];
  /** Actions on the products table. */
  readonly table: readonly string[];
}

const READING = [
  "GET /products",
  "GET /products/{code}",
  "GET /auth/iam-sigv4",
  "GET /auth/iam-sigv4-and-api-key",
];

/** What a stage's roles may do at most to its tables, whichever policy allows it. */
export const BOUNDARY_TABLE = ["DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem"];

export const ROLES: readonly ExpectedRole[] = [
  { name: "get-index", assumedBy: "lambda", invokes: ["GET /products"], table: [] },
  { name: "get-products", assumedBy: "lambda", invokes: [], table: ["Scan"] },
  { name: "get-product", assumedBy: "lambda", invokes: [], table: ["GetItem"] },
  { name: "put-product", assumedBy: "lambda", invokes: [], table: ["PutItem"] },
  { name: "delete-product", assumedBy: "lambda", invokes: [], table: ["DeleteItem"] },
  { name: "reader", assumedBy: "account", invokes: READING, table: [] },
  {
    name: "writer",
    assumedBy: "account",
    invokes: [...READING, "PUT /products/{code}", "DELETE /products/{code}"],
    table: [],
  },
];
