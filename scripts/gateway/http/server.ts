import { isAscii } from "node:buffer";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { UserError } from "#modules/project";
import { type HeaderLine, headerLines } from "#sigv4/request";
import { splitTarget } from "#sigv4/target";
import { createBodyReader, type ReceivedBody } from "./body-reader";
import { MAX_BODY_BYTES, MAX_HEADER_BYTES, MAX_TARGET_LENGTH, refuseFrontEnd } from "./front-end";
import type { HttpAnswer, HttpRequest } from "./message";
import { type AnswerIds, idHeaders, REQUEST_ID } from "./response-headers";
import { createTurns } from "./take-turns";
import { createUnreadableAnswers } from "./unreadable";

/** Node counts the request line too; what is within this limit is counted again. */
const MAX_HEAD_BYTES = MAX_HEADER_BYTES + MAX_TARGET_LENGTH;

/**
 * How long a connection can be idle. Like API Gateway's answers, ours do not announce it: it is long, so that a client
 * rarely reuses a connection that has just been closed.
 */
const KEEP_ALIVE_MILLISECONDS = 60_000;

/** Large bodies may take 256 MB at a time; small ones always have room. */
const BODY_LIMITS = { each: MAX_BODY_BYTES, together: 256 * 1024 * 1024, alwaysFree: 64 * 1024 };

export interface ServerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** The ids of an answer that is given here. */
  readonly newIds: () => AnswerIds;
  /** Answers a request whose body has arrived. It never rejects. */
  readonly handle: (request: HttpRequest) => Promise<HttpAnswer>;
  /** Receives what was refused without being handled, and what could not be answered. */
  readonly logRefusal?: (refused: FrontEndRefusal) => void;
}

/** A request that HTTP or API Gateway's limits do not allow, or an answer that HTTP does not. */
export interface FrontEndRefusal {
  /** That of the answer. */
  readonly requestId: string;
  /** `-`, like the path, if the request could not be read. */
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly reason: string;
}

export interface RunningServer {
  readonly port: number;
  /** Ends the server and every connection at once. */
  close(): Promise<void>;
}

/**
 * The front end: turns the bytes of a socket into a request, byte for byte, and an answer into bytes. It refuses what
 * HTTP or API Gateway's limits do not allow.
 * @throws UserError if the port is in use or not allowed
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, port } = options;
  const server = createServer({
    maxHeaderSize: MAX_HEAD_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
    headersTimeout: 20_000,
    requestTimeout: 60_000,
    connectionsCheckingInterval: 5_000,
    // Checked below, so that the answer is like the others.
    requireHostHeader: false,
  });
  // Their bytes are limited. Node's limit for their number would silently drop the rest, such as Content-Length.
  server.maxHeadersCount = 0;
  const readBody = createBodyReader(BODY_LIMITS);
  const takeTurn = createTurns();
  const unreadable = createUnreadableAnswers(options.newIds, ({ ids, status, reason }) =>
    options.logRefusal?.({ requestId: ids.requestId, method: "-", path: "-", status, reason }),
  );
  server.on("request", (incoming, outgoing) => {
    unreadable.follow(incoming, outgoing);
    const serveWith = (body: ReceivedBody) => {
      unreadable.noteBody(incoming, body.kind === "whole" && !isAscii(body.bytes));
      return serve(incoming, body, outgoing, options);
    };
    takeTurn(incoming, outgoing, () => {
      void (hasBody(incoming) ? readBody(incoming, serveWith) : serveWith(NO_BODY));
    });
  });
  server.on("checkExpectation", (incoming, outgoing) => {
    unreadable.follow(incoming, outgoing);
    takeTurn(incoming, outgoing, () => void serve(incoming, { kind: "not-awaited" }, outgoing, options));
  });
  server.on("clientError", unreadable.answer);
  server.on("connect", (_incoming, socket: Socket) => {
    // From here on only this function uses the socket.
    socket.on("error", () => socket.destroy()).resume();
    unreadable.answer(NO_TUNNELS, socket);
  });
  await listen(server, host, port);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

// ---------------------------------------------------------------------------------------------------- internal

async function serve(
  incoming: IncomingMessage,
  body: ReceivedBody | { readonly kind: "not-awaited" },
  outgoing: ServerResponse,
  { handle, logRefusal, newIds }: ServerOptions,
): Promise<void> {
  const request = toRequest(incoming, body.kind === "whole" ? body.bytes : Buffer.alloc(0));
  const refused = refuseFrontEnd(request, body.kind);
  const answer = refused ? withIds(refused.answer, newIds()) : await handle(request);
  const log = (reason: string) =>
    logRefusal?.({
      requestId: requestIdOf(answer),
      method: request.method,
      path: splitTarget(request.target).path,
      status: answer.status,
      reason,
    });
  if (refused) log(refused.reason);
  try {
    send(answer, outgoing);
  } catch (error) {
    log(`the answer cannot be sent: ${(error as Error).message}`);
    outgoing.destroy();
  }
}

function withIds(answer: HttpAnswer, ids: AnswerIds): HttpAnswer {
  return { ...answer, headers: [...idHeaders(ids), ...answer.headers] };
}

function requestIdOf({ headers }: HttpAnswer): string {
  return headers.find(([name]) => name === REQUEST_ID)?.[1] ?? "-";
}

function toRequest(incoming: IncomingMessage, body: Buffer): HttpRequest {
  return {
    method: incoming.method ?? "",
    target: incoming.url ?? "",
    headers: headerLines(incoming.rawHeaders),
    body,
    sourceIp: (incoming.socket.remoteAddress ?? "").replace(/^::ffff:/, ""),
    protocol: `HTTP/${incoming.httpVersion}`,
  };
}

const NO_BODY: ReceivedBody = { kind: "whole", bytes: Buffer.alloc(0) };

/** Source: https://www.rfc-editor.org/rfc/rfc9112#section-6.3 */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;
}

/** Node leaves out the body that an answer to HEAD, a 204 and a 304 must not have. */
function send(answer: HttpAnswer, outgoing: ServerResponse): void {
  const body = toBody(answer.body);
  const hasLength = answer.status !== 204 && answer.status !== 304;
  outgoing.writeHead(answer.status, [
    ...answer.headers.flat(),
    ...(hasLength ? ["Content-Length", String(body.length)] : []),
    // Otherwise Node adds its own Connection header, and a Keep-Alive header.
    ...(answer.headers.some(isConnection)
      ? []
      : ["Connection", outgoing.shouldKeepAlive ? "keep-alive" : "close"]),
  ]);
  if (typeof body === "string") outgoing.end(body, "latin1");
  else outgoing.end(body);
}

function isConnection([name]: HeaderLine): boolean {
  return name.length === "connection".length && name.toLowerCase() === "connection";
}

/** A short ASCII text stays a string, so that Node writes it together with the headers. */
function toBody(body: HttpAnswer["body"]): HttpAnswer["body"] {
  if (typeof body !== "string") return body;
  return body.length <= MAX_TEXT_LENGTH && IS_ASCII.test(body) ? body : Buffer.from(body);
}

const MAX_TEXT_LENGTH = 16_384;
const IS_ASCII = /^\p{ASCII}*$/u;

const NO_TUNNELS = { message: "CONNECT asks for a tunnel, and API Gateway is not a proxy" };

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((listening, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      explainListen(error, host, port).then(reject, reject);
    });
    server.listen(port, host, listening);
  });
}

async function explainListen(error: NodeJS.ErrnoException, host: string, port: number): Promise<Error> {
  switch (error.code) {
    case "EADDRINUSE":
      return new UserError(
        `PORT: ${host}:${port} is in use by ${await whoAnswers(host, port)}; stop it, or choose another port: PORT=${port < 65_535 ? port + 1 : port - 1}`,
      );
    case "EACCES":
      return new UserError(`PORT: ${host}:${port} is not allowed for this user; choose a port above 1023`);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new UserError(`--host: this machine has no address ${host}; 127.0.0.1 is the default`);
    default:
      return error;
  }
}

/** What listens on a port, judged by its answer. */
async function whoAnswers(host: string, port: number): Promise<string> {
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  try {
    const { headers } = await fetch(url, {
      method: "HEAD",
      redirect: "manual",
      signal: AbortSignal.timeout(500),
    });
    if (headers.has("x-amz-apigw-id")) return "another local gateway";
    const name = headers.get("server") ?? headers.get("x-powered-by");
    if (name) return `another program (${name.slice(0, 40)})`;
  } catch {
    // It does not speak HTTP, or not in time.
  }
  return "another program";
}
