import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import type { DynamoDbConnection } from "#dynamodb/dynamodb";
import { LoadError, loadModel } from "#load/load-model";
import type { Model } from "#model/model";
import { UserError } from "#modules/project";
import type { Seed } from "#this-api/seed";
import { SEEDS } from "#this-api/this-api";
import { LOCAL_ACCOUNT_ID } from "./local-files";
import { seedTable, wrongSeeds } from "./seed-table";
import type { Synthesis } from "./synthesize";

/**
 * The model of a synthesized stage.
 * @param seed - what ids, ARNs and API keys are derived from
 * @throws UserError where the program failed, or its Terraform cannot be served
 */
export function readStageModel(synthesis: Synthesis, seed: string): Model {
  if (!synthesis.done) throw new UserError(synthesis.error);
  try {
    return loadModel({ terraform: synthesis.terraform, identity: { accountId: LOCAL_ACCOUNT_ID, seed } });
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    throw new UserError(error.message, { cause: error });
  }
}

/**
 * Fills empty tables with a few items; one that was kept from an earlier run stays as it is.
 * @throws UserError if what is to be seeded does not fit the stack
 */
export async function seedWhereEmpty(
  connection: DynamoDbConnection,
  model: Pick<Model, "outputs" | "tables">,
  seeds: readonly Seed[] = SEEDS,
): Promise<void> {
  const client = new DynamoDBClient(connection);
  try {
    for (const seed of seeds) {
      const tableName = tableOf(seed, model);
      const { Count } = await client.send(new ScanCommand({ TableName: tableName, Limit: 1 }));
      if (Count === 0) await seedTable({ ...seed, client, tableName });
    }
  } finally {
    client.destroy();
  }
}

// ---------------------------------------------------------------------------------------------------- internal

/** The name of a seed's table, whose keys have to be those of the seed. */
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
