import { once } from "node:events";
import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceNotFoundException,
  type TableDescription,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { bundleModule } from "#lambda/bundle-module";
import type { Table } from "#model/table";
import { UserError } from "#modules/project";
import { makeFolder } from "#modules/write-file";
import { administrator, drawKeys } from "./administrator";
import { removeExpired } from "./expired-items";
import type { TableCallers } from "./gate";
import type { ServerMessage, ServerRequest, ServerSettings } from "./server";
import type { TableLocation } from "./table-access";
import { describeDefinition, streamOf, toCreateTable } from "./table-definition";

export interface DynamoDbOptions {
  readonly location: TableLocation;
  readonly tables: readonly Table[];
  /** The folder that keeps the tables between runs; created if it does not exist. @default in memory */
  readonly dataDirectory?: string;
  /**
   * The URL of a DynamoDB-compatible engine that stores the tables behind the gate, in place of dynalite.
   * @default dynalite
   */
  readonly engine?: string;
  /** Receives a line when a request is refused, or what stores the tables fails on one. @default nothing is logged */
  readonly log?: (line: string) => void;
}

/** What a client needs to reach the tables. */
export interface DynamoDbConnection extends Readonly<typeof NOT_OF_AWS> {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** What the SDK would otherwise take from this machine's settings, which are meant for AWS. */
const NOT_OF_AWS = { useFipsEndpoint: false, useDualstackEndpoint: false, defaultsMode: "standard" } as const;

/** The embedded DynamoDB, or the gate before another engine. */
export interface LocalDynamoDb {
  /**
   * The connection of the process that runs it: an administrator whose access key is generated for this run and is not
   * written to any file. Its requests are signed like others, and pass through the same gate.
   */
  readonly connection: DynamoDbConnection;
  /**
   * Adds the tables that are new. Existing tables keep their items, and tables that the stack no longer has are kept.
   *
   * @throws UserError if a table exists with other keys or indexes
   */
  applyTables(tables: readonly Table[]): Promise<void>;
  /**
   * Removes the items whose time to live has passed. An engine of its own does that itself.
   * @param now - milliseconds since the epoch
   */
  removeExpired(now: number): Promise<void>;
  /** From now on only these principals, each as far as its policies allow, and the administrator can sign. */
  admit(callers: TableCallers): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts dynalite on a free port of the loopback address, with a gate in front that checks signatures and permissions
 * as DynamoDB does, and creates the tables.
 *
 * @throws UserError if the data directory or the engine cannot be used, or holds a table with other keys or indexes
 *
 * Source: https://github.com/architect/dynalite#readme
 */
export async function startDynamoDb(options: DynamoDbOptions): Promise<LocalDynamoDb> {
  const dataDirectory = options.dataDirectory === undefined ? undefined : resolve(options.dataDirectory);
  const keys = drawKeys();
  const withAdministrator = ({ location, credentials }: TableCallers): TableCallers => ({
    location,
    credentials: [...credentials, administrator(location, keys)],
  });
  const callers = withAdministrator({ location: options.location, credentials: [] });
  const { engine } = options;
  const { port, worker } = await startServer(
    {
      dataDirectory,
      callers,
      ...(engine !== undefined && { engine: { url: engine, region: options.location.region } }),
    },
    options.log,
  );
  let connection: DynamoDbConnection = {
    ...NOT_OF_AWS,
    endpoint: `http://127.0.0.1:${port}`,
    region: options.location.region,
    credentials: keys,
  };
  let served: readonly Table[] = [];
  const withClient = async (step: (client: DynamoDBClient) => Promise<void>): Promise<void> => {
    const client = new DynamoDBClient(connection);
    try {
      await step(client);
    } finally {
      client.destroy();
    }
  };
  const applyTables = (tables: readonly Table[]): Promise<void> =>
    withClient(async (client) => {
      for (const table of tables) await applyTable(client, table, { dataDirectory, engine });
      served = tables;
    });
  const sweep = async (now: number): Promise<void> => {
    const expiring = served.filter(({ timeToLive }) => timeToLive !== undefined);
    if (engine !== undefined || expiring.length === 0) return;
    await withClient(async (client) => {
      for (const table of expiring) await removeExpired(client, table, now);
    });
  };
  const admit = async (admitted: TableCallers): Promise<void> => {
    await ask(worker, { type: "admit", callers: withAdministrator(admitted) }, "admitted");
    connection = { ...connection, region: admitted.location.region };
  };
  const close = async (): Promise<void> => {
    const ended = once(worker, "exit");
    worker.postMessage({ type: "close" } satisfies ServerRequest);
    await ended;
  };

  try {
    await applyTables(options.tables);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    get connection() {
      return connection;
    },
    applyTables,
    removeExpired: sweep,
    admit,
    close,
  };
}

// ---------------------------------------------------------------------------------------------------- internal

async function startServer(
  settings: Omit<ServerSettings, "dynalitePath">,
  log: DynamoDbOptions["log"],
): Promise<{ readonly port: number; readonly worker: Worker }> {
  const { dataDirectory } = settings;
  if (dataDirectory !== undefined) makeDataFolder(dataDirectory);
  const worker = new Worker(bundleModule("dynamodb/server"), {
    eval: true,
    workerData: { ...settings, dynalitePath: require.resolve("dynalite") } satisfies ServerSettings,
    env: {},
    argv: [],
    execArgv: [],
  });
  const [message]: ServerMessage[] = await once(worker, "message");
  if (message?.type !== "listening") {
    await worker.terminate();
    throw cannotUse(String(dataDirectory), message?.type === "unusable" ? message : undefined);
  }
  worker.on("message", (later: ServerMessage) => {
    if (later.type === "log") log?.(later.line);
  });
  worker.on("error", (error) => log?.(`has ended: ${String(error)}`));
  return { port: message.port, worker };
}

/** Asks the thread for something, and waits until it says that it is done; a thread that has ended is not waited for. */
function ask(worker: Worker, request: ServerRequest, done: ServerMessage["type"]): Promise<void> {
  return new Promise((settle) => {
    const hear = ({ type }: ServerMessage): void => {
      if (type === done) end();
    };
    const end = (): void => {
      worker.off("message", hear).off("exit", end);
      settle();
    };
    worker.on("message", hear).on("exit", end);
    worker.postMessage(request);
  });
}

function makeDataFolder(dataDirectory: string): void {
  try {
    makeFolder(dataDirectory);
  } catch (error) {
    throw cannotUse(dataDirectory, error as NodeJS.ErrnoException);
  }
}

function cannotUse(dataDirectory: string, cause?: { code?: string; message?: string }): UserError {
  return new UserError(
    cause?.code === "LEVEL_LOCKED"
      ? `the data folder ${dataDirectory} is in use by another process: stop it, or choose another folder`
      : `the data folder ${dataDirectory} cannot be used (${cause?.message}): expected the folder of an earlier run or a new one, with write permission; choose another folder`,
  );
}

/** Where the tables are kept. */
interface Kept {
  readonly dataDirectory?: string;
  readonly engine?: string;
}

/** Creates a table that is not there yet. No table is ever changed or removed. */
async function applyTable(
  client: DynamoDBClient,
  table: Table,
  { dataDirectory, engine }: Kept,
): Promise<void> {
  const wanted =
    engine === undefined ? toCreateTable(table) : { ...toCreateTable(table), ...streamOf(table) };
  const present = await describeTable(client, table.name).catch((error: unknown) => {
    throw engine === undefined ? error : cannotReach(engine, error);
  });
  if (present === undefined) {
    await createTable(client, table, wanted, engine === undefined ? 0 : 100);
    if (engine !== undefined) await letExpire(client, table);
    return;
  }

  const has = describeDefinition(present);
  const needs = describeDefinition(wanted);
  if (has === needs) return;
  const stored = dataDirectory === undefined ? "start again" : `delete the folder ${dataDirectory}`;
  const remedy = engine === undefined ? stored : `delete the table from ${engine}`;
  throw new UserError(
    `${table.address}: the table ${table.name} exists with ${has}, and the stack declares it with ${needs}: ${remedy} to get an empty table`,
  );
}

const CREATION_MILLISECONDS = 30_000;

async function createTable(
  client: DynamoDBClient,
  { address, name }: Table,
  wanted: ReturnType<typeof toCreateTable>,
  pauseMilliseconds: number,
): Promise<void> {
  try {
    await client.send(new CreateTableCommand(wanted));
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new UserError(`${address}: DynamoDB could not create the table ${name}: ${cause}`);
  }
  for (const end = performance.now() + CREATION_MILLISECONDS; performance.now() < end; ) {
    if ((await describeTable(client, name))?.TableStatus === "ACTIVE") return;
    await delay(pauseMilliseconds);
  }
  throw new UserError(`${address}: the table ${name} was created and is not active yet: start again`);
}

/** Has an engine remove expired items itself, if it knows how. */
async function letExpire(client: DynamoDBClient, { name, timeToLive }: Table): Promise<void> {
  if (timeToLive === undefined) return;
  const TimeToLiveSpecification = { AttributeName: timeToLive, Enabled: true };
  await client
    .send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification }))
    .catch(() => undefined);
}

function cannotReach(engine: string, error: unknown): UserError {
  const { message } = error as Error;
  return new UserError(
    `--dynamodb: ${engine} does not answer as DynamoDB does (${message}): expected an engine such as DynamoDB Local; start it first`,
  );
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
