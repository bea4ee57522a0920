import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { UserError } from "../../modules/user-error";
import type { DynamoDbConnection } from "../local/dynamodb";
import { LoadError, loadModel } from "../local/load-model";
import type { Model } from "../local/model";
import { LOCAL_ACCOUNT_ID } from "./local-files";
import { FIVE_PRODUCTS } from "./products";
import { seedProducts } from "./seed-products";
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

/** Fills an empty products table with five products; one that was kept from an earlier run stays as it is. */
export async function seedWhereEmpty(connection: DynamoDbConnection, { outputs }: Model): Promise<void> {
  const tableName = outputs.products_table_name?.value;
  if (typeof tableName !== "string") return;
  const client = new DynamoDBClient(connection);
  const { Count } = await client.send(new ScanCommand({ TableName: tableName, Limit: 1 }));
  if (Count === 0) await seedProducts({ client, tableName, products: FIVE_PRODUCTS });
  client.destroy();
}
