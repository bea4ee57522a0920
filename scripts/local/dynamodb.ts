import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { Worker } from "node:worker_threads";
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceNotFoundException,
  type TableDescription,
} from "@aws-sdk/client-dynamodb";
import { UserError } from "../../modules/user-error";
import { bundleModule } from "./bundle-module";
import type { ServerMessage, ServerSettings } from "./dynamodb/server";
import { describeDefinition, toCreateTable } from "./dynamodb/table-definition";
import type { Table } from "./model";

export interface DynamoDbOptions {
  readonly tables: readonly Table[];
  /** The folder that keeps the tables between runs; it is made where it is not there. @default in memory */
  readonly dataDirectory?: string;
  /** Takes a line where dynalite failed on a request. @default nothing is said */
  readonly log?: (line: string) => void;
}

/** The embedded DynamoDB. */
export interface LocalDynamoDb {
  /** `http://127.0.0.1:PORT`. It checks no signatures, so whoever reaches it may do everything. */
  readonly endpoint: string;
  /**
   * Adds the tables that are new. Those that are there keep their items, and those that the stack has no more stay.
   *
   * @throws UserError where a table is there with other keys or indexes
   */
  applyTables(tables: readonly Table[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts dynalite on a free port of the loopback address and creates the tables.
 *
 * @throws UserError where the data directory cannot be used, or holds a table with other keys or indexes
 *
 * Source: https://github.com/architect/dynalite#readme
 */
export async function startDynamoDb(options: DynamoDbOptions): Promise<LocalDynamoDb> {
  const dataDirectory = options.dataDirectory === undefined ? undefined : resolve(options.dataDirectory);
  const { port, worker } = await startServer(dataDirectory, options.log);
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new DynamoDBClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const applyTables = async (tables: readonly Table[]): Promise<void> => {
    for (const table of tables) await applyTable(client, table, dataDirectory);
  };
  const close = async (): Promise<void> => {
    client.destroy();
    const ended = once(worker, "exit");
    worker.postMessage("close");
    await ended;
  };

  try {
    await applyTables(options.tables);
  } catch (error) {
    await close();
    throw error;
  }
  return { endpoint, applyTables, close };
}

// ---------------------------------------------------------------------------------------------------- internal

async function startServer(
  dataDirectory: string | undefined,
  log: DynamoDbOptions["log"],
): Promise<{ readonly port: number; readonly worker: Worker }> {
  if (dataDirectory !== undefined) makeFolder(dataDirectory);
  const worker = new Worker(bundleModule(require.resolve("./dynamodb/server.ts")), {
    eval: true,
    workerData: { dynalitePath: require.resolve("dynalite"), dataDirectory } satisfies ServerSettings,
    env: {},
    argv: [],
    execArgv: [],
  });
  const [message]: ServerMessage[] = await once(worker, "message");
  if (message?.type !== "listening") {
    await worker.terminate();
    throw cannotUse(String(dataDirectory), message);
  }
  worker.on("message", (later: ServerMessage) => {
    if (later.type === "fault") log?.(`DynamoDB failed on a request: ${later.message}`);
  });
  worker.on("error", (error) => log?.(`DynamoDB has ended: ${String(error)}`));
  return { port: message.port, worker };
}

function makeFolder(dataDirectory: string): void {
  try {
    mkdirSync(dataDirectory, { recursive: true });
  } catch (error) {
    throw cannotUse(dataDirectory, error as NodeJS.ErrnoException);
  }
}

function cannotUse(dataDirectory: string, cause?: { code?: string; message?: string }): UserError {
  return new UserError(
    cause?.code === "LEVEL_LOCKED"
      ? `the data folder ${dataDirectory} is in use by another process: stop that one, or choose another folder`
      : `the data folder ${dataDirectory} cannot be used (${cause?.message}): expected one of an earlier run or a new one, and the right to write to it; choose another folder`,
  );
}

async function applyTable(client: DynamoDBClient, table: Table, dataDirectory?: string): Promise<void> {
  const wanted = toCreateTable(table);
  const present = await describeTable(client, table.name);
  if (present === undefined) return createTable(client, table, wanted);

  const has = describeDefinition(present);
  const needs = describeDefinition(wanted);
  if (has === needs) return;
  const remedy = dataDirectory === undefined ? "start again" : `delete the folder ${dataDirectory}`;
  throw new UserError(
    `${table.address}: the table ${table.name} is there with ${has}, and the stack has it with ${needs}: ${remedy} to begin with an empty table`,
  );
}

async function createTable(
  client: DynamoDBClient,
  { address, name }: Table,
  wanted: ReturnType<typeof toCreateTable>,
): Promise<void> {
  try {
    await client.send(new CreateTableCommand(wanted));
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new UserError(`${address}: DynamoDB does not create the table ${name}: ${cause}`);
  }
  while ((await describeTable(client, name))?.TableStatus !== "ACTIVE");
}

async function describeTable(client: DynamoDBClient, name: string): Promise<TableDescription | undefined> {
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
    return Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
