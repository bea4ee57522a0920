import type {
  AttributeDefinition,
  CreateTableCommandInput,
  KeySchemaElement,
  Projection,
} from "@aws-sdk/client-dynamodb";
import type { SecondaryIndex, Table } from "#model/table";

/** A table's keys and indexes, as both CreateTable and DescribeTable name them. */
interface Definition {
  readonly AttributeDefinitions?: AttributeDefinition[];
  readonly KeySchema?: KeySchemaElement[];
  readonly GlobalSecondaryIndexes?: IndexDefinition[];
  readonly LocalSecondaryIndexes?: IndexDefinition[];
}

interface IndexDefinition {
  readonly IndexName?: string;
  readonly KeySchema?: KeySchemaElement[];
  readonly Projection?: Projection;
}

/**
 * The request that creates a table of the stack.
 *
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
 */
export function toCreateTable(table: Table): CreateTableCommandInput {
  return {
    TableName: table.name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: table.attributes.map(({ name, type }) => ({
      AttributeName: name,
      AttributeType: type,
    })),
    KeySchema: toKeySchema(table),
    GlobalSecondaryIndexes: toIndexes(table.globalSecondaryIndexes),
    LocalSecondaryIndexes: toIndexes(table.localSecondaryIndexes),
  };
}

/** The member of CreateTable that gives a table its stream, which dynalite does not have. */
export function streamOf({ streamView }: Table): Pick<CreateTableCommandInput, "StreamSpecification"> {
  if (streamView === undefined) return {};
  return { StreamSpecification: { StreamEnabled: true, StreamViewType: streamView } };
}

/** A table's keys and indexes in words, the same for equal ones: `keys code (S); index by-name: name (S), ALL`. */
export function describeDefinition(definition: Definition): string {
  const types = new Map(
    definition.AttributeDefinitions?.map((attribute) => [attribute.AttributeName, attribute.AttributeType]),
  );
  const keys = (schema: KeySchemaElement[] = []): string =>
    schema.map(({ AttributeName }) => `${AttributeName} (${types.get(AttributeName)})`).join(", ");
  const indexes = (kind: string, definitions: IndexDefinition[] = []): string[] =>
    definitions.map(({ IndexName, KeySchema, Projection }) => {
      const { ProjectionType, NonKeyAttributes = [] } = Projection ?? {};
      const projected = [ProjectionType, ...NonKeyAttributes.toSorted()].join(" ");
      return `${kind} ${IndexName}: ${keys(KeySchema)}, ${projected}`;
    });
  return [
    `keys ${keys(definition.KeySchema)}`,
    ...indexes("index", definition.GlobalSecondaryIndexes).sort(),
    ...indexes("local index", definition.LocalSecondaryIndexes).sort(),
  ].join("; ");
}

// ---------------------------------------------------------------------------------------------------- internal

function toKeySchema({ hashKey, rangeKey }: Pick<Table, "hashKey" | "rangeKey">): KeySchemaElement[] {
  const hash: KeySchemaElement = { AttributeName: hashKey, KeyType: "HASH" };
  return rangeKey === undefined ? [hash] : [hash, { AttributeName: rangeKey, KeyType: "RANGE" }];
}

/** An empty list is not allowed. */
function toIndexes(indexes: readonly SecondaryIndex[]) {
  if (indexes.length === 0) return undefined;
  return indexes.map((index) => ({
    IndexName: index.name,
    KeySchema: toKeySchema(index),
    Projection: {
      ProjectionType: index.projectionType,
      ...(index.projectionType === "INCLUDE" && { NonKeyAttributes: [...index.nonKeyAttributes] }),
    },
  }));
}
