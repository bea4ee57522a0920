import { EventEmitter } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { headerLines } from "#sigv4/request";
import { escapeControls } from "#text/printable";
import { returnItemsOnFailure } from "./condition-failure";
import { createEngine, type EngineSettings } from "./engine";
import { compileTableGate, type TableCallers, type TableGate } from "./gate";
import { sendFault, sendRefusal } from "./send-refusal";

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
  /** What stores the tables in place of dynalite. */
  readonly engine?: EngineSettings;
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

type Unusable = Extract<ServerMessage, { type: "unusable" }>;

type Dynalite = (options: object) => Server;

/** The database below dynalite. Source: https://github.com/Level/level#api */
type Level = new (path: string) => { open(): Promise<void>; close(): Promise<void> };

async function run(port: MessagePort, settings: ServerSettings): Promise<void> {
  const { callers, engine } = settings;
  const stored = engine ? engineTables(engine, settings) : await embeddedTables(settings);
  if ("type" in stored) return tell(port, stored);
  const { server, ...tables } = stored;
  const supported = engine ? "all" : "embedded";
  const guard: Guard = {
    ...tables,
    gate: compileTableGate(callers, supported),
    log: (line) => tell(port, { type: "log", line }),
  };
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
      guard.gate = compileTableGate(request.callers, supported);
      return tell(port, { type: "admitted" });
    }
    server.closeAllConnections();
    server.close(() => process.exit());
  });
  server.listen(0, "127.0.0.1", () => {
    tell(port, { type: "listening", port: (server.address() as AddressInfo).port });
  });
}

/** The server, without a listener for requests, and what stores the tables. */
interface Stored extends Pick<Guard, "answer" | "crc32"> {
  readonly server: Server;
}

async function embeddedTables({ dynalitePath, dataDirectory }: ServerSettings): Promise<Stored | Unusable> {
  const load = createRequire(dynalitePath);
  const unusable = dataDirectory && (await tryOpen(load("level").Level, dataDirectory));
  if (unusable) return unusable;
  returnItemsOnFailure(load);
  const dynalite: Dynalite = load(dynalitePath);
  const server = dynalite({ path: dataDirectory, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const tables = server.listeners("request")[0] as Tables;
  server.removeAllListeners("request");
  return {
    server,
    crc32: load("buffer-crc32").unsigned,
    answer: ({ method = "", url = "", headers }, body, response) => {
      const read: ReadRequest = Object.assign(new EventEmitter(), { method, url, headers });
      tables(read, response);
      if (body.length > 0) read.emit("data", body);
      read.emit("end");
    },
  };
}

function engineTables(engine: EngineSettings, { dynalitePath }: ServerSettings): Stored {
  const ask = createEngine(engine);
  const crc32 = createRequire(dynalitePath)("buffer-crc32").unsigned;
  return {
    server: createServer(),
    crc32,
    answer: async ({ method, headers }, body, response, log) => {
      // Requests other than POST do not affect tables.
      if (method !== "POST") return void response.writeHead(200).end("healthy: dynamodb");
      const answer = await ask(String(headers["x-amz-target"]), body);
      if ("fault" in answer) {
        log(answer.fault);
        return sendFault(answer.fault, response, crc32);
      }
      response.writeHead(answer.status, { ...answer.headers, "content-length": answer.body.length });
      response.end(answer.body);
    },
  };
}

/** Opens the folder and closes it again, because dynalite itself only throws if it cannot open it. */
async function tryOpen(Database: Level, dataDirectory: string): Promise<Unusable | undefined> {
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
  /** Answers a request that the gate has let through. */
  readonly answer: (
    request: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
    log: Guard["log"],
  ) => void;
  readonly crc32: (body: string) => number;
  readonly log: (line: string) => void;
}

/** DynamoDB's limit for a request, in bytes, and dynalite's. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** Passes a request to the tables once its body has arrived and the gate has admitted it. */
function serve(incoming: IncomingMessage, response: ServerResponse, guard: Guard): void {
  const { method = "", url = "", rawHeaders } = incoming;
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
    guard.answer(incoming, body, response, guard.log);
  });
}

function tell(port: MessagePort, message: ServerMessage): void {
  port.postMessage(message);
}

if (parentPort) void run(parentPort, workerData);
