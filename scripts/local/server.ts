import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { UserError } from "../../modules/user-error";
import type { HeaderLine } from "../sigv4/request";
import { authorityOf, splitTarget } from "../sigv4/target";
import type { HttpAnswer, HttpRequest } from "./http";

/** API Gateway's limit for a body, in bytes. */
const MAX_BODY_BYTES = 10_485_760;

/** API Gateway's limit for the target of a regional API, in characters. */
const MAX_TARGET_LENGTH = 10_240;

/**
 * API Gateway's limit for the names and values of headers, in bytes; Node also counts the request line.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
const MAX_HEADER_BYTES = 10_240 + MAX_TARGET_LENGTH;

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
    // Asked for below, where the answer is like the others.
    requireHostHeader: false,
  });
  server.on("request", (incoming, outgoing) => {
    void serve(incoming, outgoing, options);
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
  outgoing: ServerResponse,
  { handle, logRefusal }: ServerOptions,
): Promise<void> {
  // A client that goes away in the middle of its body is nobody to answer.
  const body = hasBody(incoming) ? await readBody(incoming).catch(() => undefined) : NO_BODY;
  if (body === undefined) return;
  const request = toRequest(incoming, body);
  const refused = refuseFrontEnd(request);
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
  const { rawHeaders } = incoming;
  const headers: HeaderLine[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    headers.push([rawHeaders[index] as string, rawHeaders[index + 1] as string]);
  }
  return {
    method: incoming.method ?? "",
    target: incoming.url ?? "",
    headers,
    body,
    sourceIp: (incoming.socket.remoteAddress ?? "").replace(/^::ffff:/, ""),
    protocol: `HTTP/${incoming.httpVersion}`,
  };
}

const NO_BODY = Buffer.alloc(0);

/** Source: https://www.rfc-editor.org/rfc/rfc9112#section-6.3 */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;
}

/** The body. Of one that is too large a part; the rest is read away, so that the client hears the answer. */
async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
    length += chunk.length;
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}

/** What API Gateway's front end refuses before it looks for a stage. */
function refuseFrontEnd({
  target,
  headers,
  body,
  protocol,
}: HttpRequest): { readonly answer: HttpAnswer; readonly reason: string } | undefined {
  const hosts = headers.filter(([name]) => name.toLowerCase() === "host");
  if (target.length > MAX_TARGET_LENGTH) {
    const reason = `the target has ${target.length} characters, and ${MAX_TARGET_LENGTH} are allowed`;
    return { answer: plainRefusal(414, "Request URI too long"), reason };
  }
  if (hosts.length > 1) {
    return { answer: BAD_REQUEST, reason: `${hosts.length} Host headers, where one is allowed` };
  }
  if (hosts.length === 0 && protocol !== "HTTP/1.0") return { answer: BAD_REQUEST, reason: "no Host header" };
  if (namesOtherHost(target, hosts[0]?.[1])) {
    return { answer: BAD_REQUEST, reason: "the target names another host than the Host header" };
  }
  if (splitTarget(target).query.includes("|")) {
    return { answer: BAD_REQUEST, reason: "a raw | in the query: write %7C" };
  }
  if (body.length > MAX_BODY_BYTES) {
    return { answer: CONTENT_TOO_LARGE, reason: `the body is longer than ${MAX_BODY_BYTES} bytes` };
  }
  return undefined;
}

/**
 * A target in absolute form goes before the Host header, which is what was signed: the two must not differ.
 * Source: https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2
 */
function namesOtherHost(target: string, host: string | undefined): boolean {
  const authority = authorityOf(target);
  return authority !== undefined && authority.toLowerCase() !== host?.toLowerCase();
}

function plainRefusal(status: number, message: string): HttpAnswer {
  return { status, headers: [["Content-Type", "application/json"]], body: JSON.stringify({ message }) };
}

const BAD_REQUEST = plainRefusal(400, "Bad Request");

const CONTENT_TOO_LARGE: HttpAnswer = {
  status: 413,
  headers: [["Content-Type", "text/plain"]],
  body: `HTTP content length exceeded ${MAX_BODY_BYTES} bytes.`,
};

/** Node leaves out the body that an answer to HEAD, a 204 and a 304 must not have. */
function send(answer: HttpAnswer, outgoing: ServerResponse): void {
  const body = typeof answer.body === "string" ? Buffer.from(answer.body) : answer.body;
  const hasLength = answer.status !== 204 && answer.status !== 304;
  const headers = answer.headers.flat();
  outgoing.writeHead(
    answer.status,
    hasLength ? [...headers, "Content-Length", String(body.length)] : headers,
  );
  outgoing.end(body);
}

type Unreadable = Pick<NodeJS.ErrnoException, "code" | "message">;

const NO_TUNNELS: Unreadable = { message: "CONNECT asks for a tunnel, and API Gateway is no proxy" };

/** A request that is no HTTP, or more of it than may be: answered where the socket still takes an answer. */
function refuseUnreadable(error: Unreadable, socket: Socket, { logRefusal }: ServerOptions): void {
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
    server.once("error", (error: NodeJS.ErrnoException) => reject(explainListen(error, host, port)));
    server.listen(port, host, listening);
  });
}

function explainListen(error: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (error.code) {
    case "EADDRINUSE":
      return new UserError(
        `PORT: ${host}:${port} is taken by another program; end it, or choose another port: PORT=${port + 1}`,
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
