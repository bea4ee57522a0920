import type { Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";

/*
 * The program of the embedded DynamoDB's thread. It has a thread to itself because dynalite throws, outside of any
 * caller's reach, what it did not foresee: a client that hangs up, a key that is null. In the gateway's own thread that
 * would end the gateway.
 */

export interface ServerSettings {
  /** The absolute path of dynalite's module. */
  readonly dynalitePath: string;
  /** The folder that keeps the tables; absent, they are in memory. */
  readonly dataDirectory?: string;
}

/** What the thread tells: where it listens, that it cannot use the folder, or that a request went wrong. */
export type ServerMessage =
  | { readonly type: "listening"; readonly port: number }
  | { readonly type: "refused"; readonly code: string; readonly message: string }
  | { readonly type: "fault"; readonly message: string };

type Dynalite = (options: object) => Server;

/** The database below dynalite. Source: https://github.com/Level/level#api */
type Level = new (path: string) => { open(): Promise<void>; close(): Promise<void> };

async function run(port: MessagePort, { dynalitePath, dataDirectory }: ServerSettings): Promise<void> {
  const load = createRequire(dynalitePath);
  const refused = dataDirectory && (await tryOpen(load("level").Level, dataDirectory));
  if (refused) return tell(port, refused);

  const dynalite: Dynalite = load(dynalitePath);
  const server = dynalite({ path: dataDirectory, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  process.on("uncaughtException", (error: NodeJS.ErrnoException) => {
    if (error.code === "ECONNRESET") return;
    // Nobody answers the request that went wrong, and which one that was cannot be told: its client has to be freed.
    server.closeAllConnections();
    tell(port, { type: "fault", message: error.message });
  });
  port.once("message", () => {
    server.closeAllConnections();
    server.close(() => process.exit());
  });
  server.listen(0, "127.0.0.1", () => {
    tell(port, { type: "listening", port: (server.address() as AddressInfo).port });
  });
}

/** Opens the folder and closes it again: dynalite would only throw where it cannot. */
async function tryOpen(Database: Level, dataDirectory: string): Promise<ServerMessage | undefined> {
  const database = new Database(dataDirectory);
  try {
    await database.open();
    await database.close();
    return undefined;
  } catch (error) {
    const { code = "", message } = (error as Error).cause as NodeJS.ErrnoException;
    return { type: "refused", code, message };
  }
}

function tell(port: MessagePort, message: ServerMessage): void {
  port.postMessage(message);
}

if (parentPort) void run(parentPort, workerData);
