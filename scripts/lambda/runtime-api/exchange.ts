import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { InvokeFailure } from "../invocation";

/** What a runtime sends to the runtime API. */
export interface RuntimeListener {
  /** The runtime is loaded and asks for an event. `send` answers it. */
  next(send: SendEvent): void;
  /** The result of the invocation with this id. @returns whether it is under way */
  result(requestId: string, payload: string): boolean;
  /** The same for an error, or for a result that is too large. */
  failed(requestId: string, failure: InvokeFailure): boolean;
  /** The runtime could not be loaded. */
  initFailed(failure: InvokeFailure): void;
}

/** @param headers - `Lambda-Runtime-*` */
export type SendEvent = (event: string, headers: Readonly<Record<string, string>>) => void;

export interface RuntimeApi {
  /** `127.0.0.1:PORT`: AWS_LAMBDA_RUNTIME_API */
  readonly address: string;
  close(): void;
}

/**
 * Serves the runtime API to one runtime, on a free port of the loopback address. Runtimes send its own address as Host and no
 * Origin; what a web page could send is refused.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export async function serveRuntimeApi(listener: RuntimeListener): Promise<RuntimeApi> {
  const server = createServer((incoming, outgoing) => {
    incoming.on("error", () => undefined);
    outgoing.on("error", () => undefined);
    if (isForeign(incoming, server))
      return answer(outgoing, 403, "Forbidden", "got another Host or an Origin");
    route(incoming, outgoing, listener);
  });
  // A runtime may wait for its next event for as long as nothing is invoked.
  server.requestTimeout = 0;
  server.on("clientError", (_error, socket) => socket.destroy());
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    address: addressOf(server),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** Lambda's limit for a result, in bytes: 6 MB and some room. */
const MAX_RESPONSE_BYTES = 6_291_556;

const PATHS = /^\/2018-06-01\/runtime\/(?:(init)\/error|invocation\/(next|([\w-]+)\/(response|error)))$/;

function addressOf(server: Server): string {
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function isForeign({ headers }: IncomingMessage, server: Server): boolean {
  const { port } = server.address() as AddressInfo;
  return (
    headers.origin !== undefined || ![`127.0.0.1:${port}`, `localhost:${port}`].includes(headers.host ?? "")
  );
}

function route(incoming: IncomingMessage, outgoing: ServerResponse, listener: RuntimeListener): void {
  const [, init, invocation, requestId = "", end] = PATHS.exec(incoming.url ?? "") ?? [];
  const expected = invocation === "next" ? "GET" : "POST";
  if ((init === undefined && invocation === undefined) || incoming.method !== expected) {
    answer(outgoing, 404, "NotFound", "expected a path of the runtime API");
    return;
  }
  if (invocation === "next") {
    listener.next((event, headers) => {
      outgoing.writeHead(200, { "Content-Type": "application/json", ...headers });
      outgoing.end(event);
    });
    return;
  }
  readBody(incoming, (body) => {
    if (init !== undefined) {
      listener.initFailed(readFailure(body, incoming));
      return answer(outgoing, 202);
    }
    const isTooLarge = end === "response" && typeof body === "number";
    const known =
      end === "error" || typeof body === "number"
        ? listener.failed(requestId, isTooLarge ? responseTooLarge(body) : readFailure(body, incoming))
        : listener.result(requestId, body);
    if (!known) return answer(outgoing, 400, "InvalidRequestID", `${requestId} is not under way`);
    if (isTooLarge)
      return answer(outgoing, 413, "RequestEntityTooLarge", "Exceeded maximum allowed payload size");
    answer(outgoing, 202);
  });
}

/** Passes the body on as text; of one that is too large, its size alone. */
function readBody(incoming: IncomingMessage, done: (body: string | number) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  incoming.on("data", (chunk: Buffer) => {
    size += chunk.byteLength;
    if (size <= MAX_RESPONSE_BYTES) chunks.push(chunk);
  });
  incoming.on("end", () => done(size > MAX_RESPONSE_BYTES ? size : Buffer.concat(chunks).toString()));
}

function readFailure(body: string | number, { headers }: IncomingMessage): InvokeFailure {
  const { errorType, errorMessage, stackTrace } = membersOf(body);
  const ofHeader = headers["lambda-runtime-function-error-type"];
  return {
    kind: "error",
    errorType: textOf(errorType) ?? (typeof ofHeader === "string" ? ofHeader : "Runtime.Unknown"),
    errorMessage: textOf(errorMessage) ?? "",
    trace: Array.isArray(stackTrace) ? stackTrace.map(String) : [],
  };
}

function membersOf(body: string | number): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = typeof body === "string" ? JSON.parse(body) : undefined;
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function responseTooLarge(size: number): InvokeFailure {
  return {
    kind: "error",
    errorType: "Function.ResponseSizeTooLarge",
    errorMessage: `Response payload size (${size} bytes) exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
    trace: [],
  };
}

function answer(outgoing: ServerResponse, status: number, errorType?: string, errorMessage?: string): void {
  const body = JSON.stringify(errorType === undefined ? { status: "OK" } : { errorMessage, errorType });
  outgoing.writeHead(status, { "Content-Type": "application/json" }).end(body);
}
