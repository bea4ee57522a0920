import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import type { DynamoDbConnection } from "#dynamodb/dynamodb";
import type { Model } from "#model/model";
import { projectConfig } from "#modules/config/load-config";
import type { Seed } from "#modules/config/project-config";
import { seedItems } from "./seed-items";
import { seedTable, wrongSeeds } from "./seed-table";

/**
 * Fills empty tables with a few items. A table that an earlier run left items in stays as it is.
 * @throws UserError if the seeds do not fit the stack
 */
export async function seedEmptyTables(
  connection: DynamoDbConnection,
  model: Pick<Model, "outputs" | "tables">,
  seeds: readonly Seed[] = projectConfig().seeds ?? [],
): Promise<void> {
  const client = new DynamoDBClient(connection);
  try {
    for (const seed of seeds) {
      const tableName = tableOf(seed, model);
      const { Count } = await client.send(new ScanCommand({ TableName: tableName, Limit: 1 }));
      if (Count === 0) await seedTable({ ...seed, items: seedItems(seed), client, tableName });
    }
  } finally {
    client.destroy();
  }
}

// ---------------------------------------------------------------------------------------------------- internal

/** The name of a seed's table. The table's keys must be those of the seed. */
function tableOf(
  { tableOutput, key, sortKey }: Seed,
  { outputs, tables }: Pick<Model, "outputs" | "tables">,
): string {
  const tableName = outputs[tableOutput]?.value;
  if (typeof tableName !== "string") {
    throw wrongSeeds(
      `got '${tableOutput}', expected an output of the stack that names a table (have: ${Object.keys(outputs).join(", ")})`,
    );
  }
  const table = tables.find(({ name }) => name === tableName);
  if (table && (table.hashKey !== key || table.rangeKey !== sortKey)) {
    const names = (partition: string, sort?: string): string =>
      sort === undefined ? `key '${partition}'` : `key '${partition}' and sortKey '${sort}'`;
    throw wrongSeeds(
      `got ${names(key, sortKey)} for table '${tableName}', expected ${names(table.hashKey, table.rangeKey)}`,
    );
  }
  return tableName;
}
