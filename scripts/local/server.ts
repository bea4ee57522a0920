import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { UserError } from "../../modules/user-error";
import { headerLines } from "../sigv4/request";
import { splitTarget } from "../sigv4/target";
import { createBodyReader, type ReceivedBody } from "./body-reader";
import { MAX_BODY_BYTES, MAX_TARGET_LENGTH, refuseFrontEnd } from "./front-end";
import type { HttpAnswer, HttpRequest } from "./http";
import { createTurns } from "./take-turns";

/**
 * API Gateway's limit for the names and values of headers, in bytes; Node also counts the request line.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
const MAX_HEADER_BYTES = 10_240 + MAX_TARGET_LENGTH;

/** Large bodies may take 256 MB at a time; small ones always have room. */
const BODY_LIMITS = { each: MAX_BODY_BYTES, together: 256 * 1024 * 1024, alwaysFree: 64 * 1024 };

export interface ServerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Answers a request whose body has arrived. It never rejects. */
  readonly handle: (request: HttpRequest) => Promise<HttpAnswer>;
  /** Is told what was refused without being handled, and what could not be answered. */
  readonly logRefusal?: (refused: FrontEndRefusal) => void;
}

/** A request that HTTP or API Gateway's limits do not allow, or an answer that HTTP does not. */
export interface FrontEndRefusal {
  /** Of a request that could not be read: `-`, as the path. */
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
 * The front end: turns what comes over a socket into a request, byte for byte, and an answer into what goes back.
 * What HTTP or API Gateway's limits do not allow ends here.
 * @throws UserError where the port is taken or may not be used
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, port } = options;
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: 20_000,
    requestTimeout: 60_000,
    connectionsCheckingInterval: 5_000,
    // Asked for below, where the answer is like the others.
    requireHostHeader: false,
  });
  // Their bytes are limited. Node's own limit for their number would leave the rest out, Content-Length for one.
  server.maxHeadersCount = 0;
  const readBody = createBodyReader(BODY_LIMITS);
  const takeTurn = createTurns();
  server.on("request", (incoming, outgoing) => {
    const serveWith = (body: ReceivedBody) => serve(incoming, body, outgoing, options);
    takeTurn(incoming, outgoing, () => {
      void (hasBody(incoming) ? readBody(incoming, serveWith) : serveWith(NO_BODY));
    });
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) =>
    refuseUnreadable(error, socket, options),
  );
  server.on("connect", (_incoming, socket: Socket) => {
    // From here on the socket is nobody's but ours.
    socket.on("error", () => socket.destroy());
    refuseUnreadable(NO_TUNNELS, socket, options);
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
  body: ReceivedBody,
  outgoing: ServerResponse,
  { handle, logRefusal }: ServerOptions,
): Promise<void> {
  const request = toRequest(incoming, body.kind === "whole" ? body.bytes : Buffer.alloc(0));
  const refused = refuseFrontEnd(request, body.kind);
  const log = (status: number, reason: string) =>
    logRefusal?.({ method: request.method, path: splitTarget(request.target).path, status, reason });
  if (refused) log(refused.answer.status, refused.reason);
  const answer = refused?.answer ?? (await handle(request));
  try {
    send(answer, outgoing);
  } catch (error) {
    log(answer.status, `the answer cannot be sent: ${(error as Error).message}`);
    outgoing.destroy();
  }
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
  const headers = answer.headers.flat();
  outgoing.writeHead(
    answer.status,
    hasLength ? [...headers, "Content-Length", String(body.length)] : headers,
  );
  if (typeof body === "string") outgoing.end(body, "latin1");
  else outgoing.end(body);
}

/** A short text of ASCII stays one: Node then writes it together with the headers, in one piece. */
function toBody(body: HttpAnswer["body"]): HttpAnswer["body"] {
  if (typeof body !== "string") return body;
  return body.length <= MAX_TEXT_LENGTH && IS_ASCII.test(body) ? body : Buffer.from(body);
}

const MAX_TEXT_LENGTH = 16_384;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are ASCII too
const IS_ASCII = /^[\x00-\x7f]*$/;

type Unreadable = Pick<NodeJS.ErrnoException, "code" | "message">;

const NO_TUNNELS: Unreadable = { message: "CONNECT asks for a tunnel, and API Gateway is no proxy" };

/** A request that is no HTTP, or more of it than may be: answered where the socket still takes an answer. */
function refuseUnreadable(error: Unreadable, socket: Socket, { logRefusal }: ServerOptions): void {
  // Behind a request that was to be the last: it is not read, and must not take the place of that one's answer.
  if (error.code === "HPE_CLOSED_CONNECTION") return;
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, message } = UNREADABLE[error.code ?? ""] ?? { status: 400, message: "Bad Request" };
  logRefusal?.({ method: "-", path: "-", status, reason: `the request cannot be read: ${error.message}` });
  const body = JSON.stringify({ message });
  const lines = [
    `HTTP/1.1 ${status} ${message}`,
    "Content-Type: application/json",
    `Content-Length: ${body.length}`,
    "Connection: close",
  ];
  socket.end(`${lines.join("\r\n")}\r\n\r\n${body}`);
}

const UNREADABLE: Readonly<Record<string, { readonly status: number; readonly message: string }>> = {
  HPE_HEADER_OVERFLOW: { status: 431, message: "Request Header Fields Too Large" },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: "Request Timeout" },
};

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
        `PORT: ${host}:${port} is taken by ${await whoAnswers(host, port)}; end it, or choose another port: PORT=${port < 65_535 ? port + 1 : port - 1}`,
      );
    case "EACCES":
      return new UserError(`PORT: ${host}:${port} may not be used by this user; choose a port above 1023`);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new UserError(`--host: this machine has no address ${host}; 127.0.0.1 is the default`);
    default:
      return error;
  }
}

/** What listens on a port, as far as its answer tells. */
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
