import { EventEmitter } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { headerLines } from "#sigv4/request";
import { escapeControls } from "#text/printable";
import { returnItemsOnFailure } from "./condition-failure";
import { compileTableGate, type TableCallers, type TableGate } from "./gate";
import { sendRefusal } from "./send-refusal";

/*
 * The program of the embedded DynamoDB's thread. It has a thread to itself because dynalite throws, outside of any
 * caller's reach, what it did not foresee: a client that hangs up, a key that is null. In the gateway's own thread that
 * would end the gateway. The gate before the tables is in this thread too: there is no other way to them.
 */

export interface ServerSettings {
  /** The absolute path of dynalite's module. */
  readonly dynalitePath: string;
  /** The folder that keeps the tables; absent, they are in memory. */
  readonly dataDirectory?: string;
  readonly callers: TableCallers;
}

/** Messages to the thread: who can call from now on, or to end. */
export type ServerRequest =
  | { readonly type: "admit"; readonly callers: TableCallers }
  | { readonly type: "close" };

/**
 * Messages from the thread: its port, that it cannot use the folder, that it has admitted the callers, or a line for
 * the log.
 */
export type ServerMessage =
  | { readonly type: "listening"; readonly port: number }
  | { readonly type: "unusable"; readonly code: string; readonly message: string }
  | { readonly type: "admitted" }
  | { readonly type: "log"; readonly line: string };

type Dynalite = (options: object) => Server;

/** The database below dynalite. Source: https://github.com/Level/level#api */
type Level = new (path: string) => { open(): Promise<void>; close(): Promise<void> };

async function run(
  port: MessagePort,
  { dynalitePath, dataDirectory, callers }: ServerSettings,
): Promise<void> {
  const load = createRequire(dynalitePath);
  const unusable = dataDirectory && (await tryOpen(load("level").Level, dataDirectory));
  if (unusable) return tell(port, unusable);

  returnItemsOnFailure(load);
  const dynalite: Dynalite = load(dynalitePath);
  const server = dynalite({ path: dataDirectory, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const guard: Guard = {
    gate: compileTableGate(callers),
    tables: server.listeners("request")[0] as Tables,
    crc32: load("buffer-crc32").unsigned,
    log: (line) => tell(port, { type: "log", line }),
  };
  server.removeAllListeners("request");
  server.on("request", (request: IncomingMessage, response: ServerResponse) =>
    serve(request, response, guard),
  );
  process.on("uncaughtException", (error: NodeJS.ErrnoException) => {
    if (error.code === "ECONNRESET") return;
    // The failed request gets no answer, and it is not known which one it was: its client must not wait forever.
    server.closeAllConnections();
    guard.log(`failed on a request: ${error.message}`);
  });
  port.on("message", (request: ServerRequest) => {
    if (request.type === "admit") {
      guard.gate = compileTableGate(request.callers);
      return tell(port, { type: "admitted" });
    }
    server.closeAllConnections();
    server.close(() => process.exit());
  });
  server.listen(0, "127.0.0.1", () => {
    tell(port, { type: "listening", port: (server.address() as AddressInfo).port });
  });
}

/** Opens the folder and closes it again, because dynalite itself only throws if it cannot open it. */
async function tryOpen(Database: Level, dataDirectory: string): Promise<ServerMessage | undefined> {
  const database = new Database(dataDirectory);
  try {
    await database.open();
    await database.close();
    return undefined;
  } catch (error) {
    const { code = "", message } = (error as Error).cause as NodeJS.ErrnoException;
    return { type: "unusable", code, message };
  }
}

/** A request as dynalite takes it: it hears of the body once its listeners are there. */
type ReadRequest = EventEmitter & Pick<IncomingMessage, "method" | "url" | "headers">;

type Tables = (request: ReadRequest, response: ServerResponse) => void;

interface Guard {
  gate: TableGate;
  readonly tables: Tables;
  readonly crc32: (body: string) => number;
  readonly log: (line: string) => void;
}

/** DynamoDB's limit for a request, in bytes, and dynalite's. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** Passes a request to dynalite once its body has arrived and the gate has admitted it. */
function serve(incoming: IncomingMessage, response: ServerResponse, guard: Guard): void {
  const { method = "", url = "", headers, rawHeaders } = incoming;
  const chunks: Buffer[] = [];
  let length = 0;
  // A client that disconnects sends nothing more and does not wait for an answer.
  incoming.on("error", () => {});
  incoming.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
  });
  incoming.on("end", () => {
    if (length > MAX_BODY_BYTES) return response.writeHead(413).end();
    const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
    // Requests other than POST do not affect tables; AWS answers them with the health of the endpoint, and so does this
    // server.
    if (method === "POST") {
      const request = { method, target: url, headers: headerLines(rawHeaders), body };
      const refusal = guard.gate(request, new Date());
      if (refusal) {
        guard.log(escapeControls(`refused a request: ${refusal.reason}`));
        return sendRefusal(refusal, response, guard.crc32);
      }
    }
    const read: ReadRequest = Object.assign(new EventEmitter(), { method, url, headers });
    guard.tables(read, response);
    if (length > 0) read.emit("data", body);
    read.emit("end");
  });
}

function tell(port: MessagePort, message: ServerMessage): void {
  port.postMessage(message);
}

if (parentPort) void run(parentPort, workerData);
