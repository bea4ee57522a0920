/** The attributes that tell the items of a table apart. */
export interface TableKey {
  /** The table's partition key. */
  readonly key: string;
  /** The table's sort key. @default the table has none */
  readonly sortKey?: string;
}

/** What a table is filled with, by `make dev` and `make seed`. */
export interface Seed extends TableKey {
  /** What the table holds: `products`. */
  readonly noun: string;
  /** The output of the stack that has the table's name. */
  readonly tableOutput: string;
  readonly items: readonly object[];
  /** Makes items up for `COUNT=n`, the same ones each time. @default there are none but the items */
  readonly generate?: (count: number) => Iterable<object>;
}
