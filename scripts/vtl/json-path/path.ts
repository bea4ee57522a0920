/** A JSONPath, parsed: what it selects at each level. */
export interface JsonPath {
  readonly selectors: readonly Selector[];
  /** It selects one value, or none: it has no wildcard, slice, list of indexes, descent or filter. */
  readonly isDefinite: boolean;
}

export type Selector =
  | { readonly kind: "member"; readonly name: string }
  | { readonly kind: "wildcard" }
  | { readonly kind: "items"; readonly indexes: readonly number[] }
  | { readonly kind: "slice"; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: "filter"; readonly filter: Filter }
  /** What follows selects at every level from here. */
  | { readonly kind: "descent" };

export type Filter =
  | { readonly kind: "and" | "or"; readonly left: Filter; readonly right: Filter }
  | { readonly kind: "not"; readonly operand: Filter }
  | { readonly kind: "exists"; readonly path: FilterPath }
  | {
      readonly kind: "comparison";
      readonly operator: FilterOperator;
      readonly left: Operand;
      readonly right: Operand;
    };

export type FilterOperator = "==" | "!=" | "<" | "<=" | ">" | ">=";

export type Operand =
  | { readonly kind: "path"; readonly path: FilterPath }
  | { readonly kind: "literal"; readonly value: string | bigint | number | boolean | null };

/** A definite path from the item, `@`, or from the whole document, `$`. */
export interface FilterPath {
  readonly from: "@" | "$";
  readonly path: JsonPath;
}
