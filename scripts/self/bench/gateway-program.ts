import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { renderRequest } from "#dev/dev-screen";
import type { DynamoDbConnection } from "#dynamodb/dynamodb";
import { loadModel } from "#load/load-model";
import { type LocalApi, startLocal } from "#local/start";
import { reproducibleZip } from "#modules/bundle/zip";
import { FIVE_PRODUCTS } from "#seeds/products";
import type { SigningCredentials } from "#sigv4/credential-checks";
import { seedTable } from "#stage/seed-table";
import { benchmarkModel, UNLIMITED } from "./benchmark-model";
import { answerQuestions } from "./program";
import { usageQuestions } from "./usage";

interface GatewaySettings {
  /** Path of the synthesized `cdk.tf.json`. */
  readonly terraform: string;
  /** The prefix of the physical names of the stack. */
  readonly prefix: string;
}

interface StartedGateway {
  readonly port: number;
  readonly region: string;
  /** Credentials of a caller that may read. */
  readonly credentials: SigningCredentials;
}

/** The module of a function that represents any function; its package contains nothing else. */
const CONSTANT_FUNCTION =
  'export const handler = async () => ({ statusCode: 200, headers: { "Content-Type": "application/json" }, body: \'{"message":"success"}\' });';

const folder = mkdtempSync(join(tmpdir(), "bench-"));
let api: LocalApi | undefined;
let logs = false;

const questions = {
  start: async ({ terraform, prefix }: GatewaySettings): Promise<StartedGateway> => {
    const model = loadModel({ terraform, identity: { accountId: "123456789012", seed: "benchmark" } });
    const tableName = String(model.outputs.products_table_name?.value);
    api = await startLocal({
      model: benchmarkModel(model, `${prefix}get-product`, constantPackage()),
      prefix,
      seed: "benchmark",
      accountLimit: UNLIMITED,
      onTables: (connection) => seed(connection, tableName),
      logRequest: (request) => {
        if (logs) process.stdout.write(renderRequest(request, new Date(), prefix, (_, text) => text));
      },
    });
    const reader = api.credentials.find(({ profile }) => profile === "reader");
    if (!reader) throw new Error("the stack has no role 'reader' to sign as");
    const { accessKeyId, secretAccessKey, sessionToken } = reader;
    return {
      port: Number(new URL(api.url).port),
      region: model.region,
      credentials: { accessKeyId, secretAccessKey, sessionToken },
    };
  },
  /** Whether to write a line for each request, as `make dev` does. */
  log: (wanted: boolean): void => {
    logs = wanted;
  },
  ...usageQuestions,
};

/**
 * The local gateway with the project's own stack, without its throttles: `/auth/iam-sigv4` is a mock,
 * `/products` reads the embedded table, and `/products/{code}` invokes a function that answers a constant.
 */
export type GatewayProgram = typeof questions;

function constantPackage(): string {
  const path = join(folder, "constant.zip");
  writeFileSync(path, reproducibleZip(new Map([["index.mjs", Buffer.from(CONSTANT_FUNCTION)]])));
  return path;
}

async function seed(connection: DynamoDbConnection, tableName: string): Promise<void> {
  const client = new DynamoDBClient(connection);
  await seedTable({ client, tableName, key: "code", items: FIVE_PRODUCTS });
  client.destroy();
}

answerQuestions(questions, async () => {
  await api?.close();
  rmSync(folder, { recursive: true, force: true });
});
