import type {
  DynamodbTableAttribute,
  DynamodbTableGlobalSecondaryIndex,
  DynamodbTableLocalSecondaryIndex,
} from "@cdktf/provider-aws/lib/dynamodb-table";
import { UserError } from "./project";

/** An attribute that a key consists of: its name if it is a string, or its name and type. */
export type KeyAttribute = string | { readonly name: string; readonly type: "S" | "N" | "B" };

/** The attributes that an index holds beside the keys: all, none, or those named. */
export type Projection = "ALL" | "KEYS_ONLY" | readonly string[];

export interface GlobalIndex {
  readonly name: string;
  readonly key: KeyAttribute;
  /** @default the index has none */
  readonly sortKey?: KeyAttribute;
  /** @default ALL */
  readonly projection?: Projection;
}

/** An index with the table's partition key and another sort key. AWS creates it with the table, and never changes it. */
export interface LocalIndex {
  readonly name: string;
  readonly sortKey: KeyAttribute;
  /** @default ALL */
  readonly projection?: Projection;
}

export interface TableKeys {
  /** The partition key. */
  readonly key: KeyAttribute;
  /** @default the table has none */
  readonly sortKey?: KeyAttribute;
  /** @default none */
  readonly globalIndexes?: readonly GlobalIndex[];
  /** @default none; they need a sort key of the table */
  readonly localIndexes?: readonly LocalIndex[];
}

/** The arguments of a table that its keys decide. */
interface KeyArguments {
  readonly hashKey: string;
  readonly rangeKey?: string;
  readonly attribute: DynamodbTableAttribute[];
  readonly globalSecondaryIndex?: DynamodbTableGlobalSecondaryIndex[];
  readonly localSecondaryIndex?: DynamodbTableLocalSecondaryIndex[];
}

/**
 * Writes keys and indexes as Terraform takes them: every attribute of a key is declared once.
 * @param table - names the table in errors
 * @throws UserError if AWS would refuse the keys
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
 */
export function keyArguments(table: string, keys: TableKeys): KeyArguments {
  const { key, sortKey, globalIndexes = [], localIndexes = [] } = keys;
  const names = [...globalIndexes, ...localIndexes].map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UserError(`table '${table}': got two indexes '${twice}', expected one`);
  for (const name of names) {
    if (!/^[A-Za-z0-9_.-]{3,255}$/.test(name)) {
      throw new UserError(
        `table '${table}': got an index '${name}', expected 3 to 255 letters, digits, '_', '-' or '.'`,
      );
    }
  }
  if (localIndexes.length > 0 && sortKey === undefined) {
    throw new UserError(`table '${table}': got local indexes and no sort key, expected a sort key as well`);
  }
  if (localIndexes.length > 5 || globalIndexes.length > 20) {
    throw new UserError(
      `table '${table}': got ${globalIndexes.length} global and ${localIndexes.length} local indexes, expected at most 20 and 5`,
    );
  }
  return {
    hashKey: nameOf(key),
    rangeKey: sortKey && nameOf(sortKey),
    attribute: attributesOf(table, [
      key,
      sortKey,
      ...globalIndexes.flatMap((index) => [index.key, index.sortKey]),
      ...localIndexes.map((index) => index.sortKey),
    ]),
    ...(globalIndexes.length > 0 && {
      globalSecondaryIndex: globalIndexes.map((index) => ({
        name: index.name,
        hashKey: nameOf(index.key),
        rangeKey: index.sortKey && nameOf(index.sortKey),
        ...projected(index.projection),
      })),
    }),
    ...(localIndexes.length > 0 && {
      localSecondaryIndex: localIndexes.map((index) => ({
        name: index.name,
        rangeKey: nameOf(index.sortKey),
        ...projected(index.projection),
      })),
    }),
  };
}

// ---------------------------------------------------------------------------------------------------- internal

function nameOf(attribute: KeyAttribute): string {
  return typeof attribute === "string" ? attribute : attribute.name;
}

function attributesOf(
  table: string,
  attributes: readonly (KeyAttribute | undefined)[],
): DynamodbTableAttribute[] {
  const types = new Map<string, string>();
  for (const attribute of attributes) {
    if (attribute === undefined) continue;
    const name = nameOf(attribute);
    const type = typeof attribute === "string" ? "S" : attribute.type;
    const other = types.get(name) ?? type;
    if (other !== type) {
      throw new UserError(
        `table '${table}': got the attribute '${name}' as ${other} and as ${type}, expected one type`,
      );
    }
    types.set(name, type);
  }
  return [...types].map(([name, type]) => ({ name, type }));
}

function projected(projection: Projection = "ALL"): { projectionType: string; nonKeyAttributes?: string[] } {
  return typeof projection === "string"
    ? { projectionType: projection }
    : { projectionType: "INCLUDE", nonKeyAttributes: [...projection] };
}
