/** The key attributes of a table. */
export interface TableKey {
  /** The table's partition key. */
  readonly key: string;
  /** The table's sort key. @default the table has none */
  readonly sortKey?: string;
}

/** The items that `make dev` and `make seed` write to a table. */
export interface Seed extends TableKey {
  /** The name of the items: `products`. */
  readonly noun: string;
  /** The output of the stack with the name of the table. */
  readonly tableOutput: string;
  readonly items: readonly object[];
  /**
   * More items, in a file: a JSON list, or one JSON object on each line. The path is relative to the project.
   * @default none
   */
  readonly file?: string;
  /** Generates items for `COUNT=n`, the same ones each time. @default `COUNT` has no effect */
  readonly generate?: (count: number) => Iterable<object>;
}
