import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { UserError } from "../../modules/user-error";
import type { DynamoDbConnection } from "../local/dynamodb";
import { LoadError, loadModel } from "../local/load-model";
import type { Model } from "../local/model";
import { LOCAL_ACCOUNT_ID } from "./local-files";
import { seedTable } from "./seed-table";
import type { Synthesis } from "./synthesize";
import { SEEDS } from "./this-api";

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
 * @throws UserError where what is to be seeded does not fit the stack
 */
export async function seedWhereEmpty(connection: DynamoDbConnection, { outputs }: Model): Promise<void> {
  const client = new DynamoDBClient(connection);
  for (const { tableOutput, key, items } of SEEDS) {
    const tableName = outputs[tableOutput]?.value;
    if (typeof tableName !== "string") {
      throw new UserError(
        `SEEDS: got '${tableOutput}', expected an output of the stack that names a table (have: ${Object.keys(outputs).join(", ")}); correct scripts/lib/this-api.ts`,
      );
    }
    const { Count } = await client.send(new ScanCommand({ TableName: tableName, Limit: 1 }));
    if (Count === 0) await seedTable({ client, tableName, key, items });
  }
  client.destroy();
}
