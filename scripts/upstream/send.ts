import {
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
  request as requestHttp,
} from "node:http";
import { request as requestHttps } from "node:https";
import { type HeaderLine, headerLines } from "#sigv4/request";

/** A request to what is behind an integration. */
export interface UpstreamRequest {
  readonly method: string;
  /** `http://127.0.0.1:8080/a?b=c`; path and query are sent as they are written. */
  readonly url: string;
  /** Without `Content-Length` and `Connection`; a `Host` takes the place of the URL's. */
  readonly headers: readonly HeaderLine[];
  readonly body: Uint8Array;
  /** For the whole exchange. */
  readonly timeoutMilliseconds: number;
  /** Ends the exchange before its time. @default none */
  readonly signal?: AbortSignal;
}

export interface UpstreamAnswer {
  readonly kind: "answer";
  readonly status: number;
  readonly headers: readonly HeaderLine[];
  readonly body: Uint8Array;
}

/**
 * Why there is no answer. `invalid`: the URL or a header cannot be sent. `unreachable`: nothing answers there, or what
 * answers is not HTTP. `timeout`: it took longer than it may. `too-large`: API Gateway takes 10 MB.
 */
export interface UpstreamFailure {
  readonly kind: "invalid" | "unreachable" | "timeout" | "too-large";
  /** One line for the log. */
  readonly reason: string;
}

export type SendUpstream = (request: UpstreamRequest) => Promise<UpstreamAnswer | UpstreamFailure>;

/**
 * Sends a request and takes the whole answer, as long as it comes in time and is not too large. It follows no redirect
 * and keeps no connection, and never rejects.
 * Source of the size: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
 */
export const sendUpstream: SendUpstream = (sent) => {
  const target = URL_PARTS.exec(sent.url);
  if (!target) return Promise.resolve(invalidUrl(sent.url));
  const [, scheme = "", authority = "", path = ""] = target;
  if (!URL.canParse(`${scheme}://${authority}`)) return Promise.resolve(invalidUrl(sent.url));
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    let outgoing: ClientRequest | undefined;
    const abort = (): void => end(failure("unreachable", "the call was given up"));
    const end = (outcome: UpstreamAnswer | UpstreamFailure): void => {
      clearTimeout(timer);
      sent.signal?.removeEventListener("abort", abort);
      outgoing?.destroy();
      resolve(outcome);
    };
    outgoing = open(scheme, authority, path, sent, end);
    if (!outgoing) return;
    timer = setTimeout(
      () => end(failure("timeout", `no whole answer within ${sent.timeoutMilliseconds} ms`)),
      sent.timeoutMilliseconds,
    );
    if (sent.signal?.aborted) return abort();
    sent.signal?.addEventListener("abort", abort);
    outgoing.on("response", (incoming) => receive(incoming, end));
    outgoing.on("error", (error: NodeJS.ErrnoException) => end(failure("unreachable", reasonOf(error))));
    outgoing.on("upgrade", (_incoming, socket) => {
      socket.destroy();
      end(failure("unreachable", "it answered with another protocol than HTTP"));
    });
    outgoing.on("close", () => end(failure("unreachable", "the connection ended before an answer")));
    outgoing.end(sent.body);
  });
};

// ---------------------------------------------------------------------------------------------------- internal

const MAX_BODY_BYTES = 10_485_760;

/** Not URL's parser: that one takes `..` and `%2e` away, and a client has a hand in the path. */
const URL_PARTS = /^(https?):\/\/((?:[\w.~-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?)([/?][!$-;=?-[\]_a-z~]*)?$/;

type End = (outcome: UpstreamAnswer | UpstreamFailure) => void;

function open(
  scheme: string,
  authority: string,
  path: string,
  sent: UpstreamRequest,
  end: End,
): ClientRequest | undefined {
  const { hostname, port } = new URL(`${scheme}://${authority}`);
  const options: RequestOptions = {
    hostname: hostname.replace(/^\[|\]$/g, ""),
    port: port || undefined,
    method: sent.method,
    path: path.startsWith("/") ? path : `/${path}`,
    headers: [
      ...(sent.headers.some(([name]) => name.toLowerCase() === "host") ? [] : ["Host", authority]),
      ...sent.headers.flat(),
      ...(hasLength(sent) ? ["Content-Length", String(sent.body.byteLength)] : []),
      "Connection",
      "close",
    ],
    agent: false,
    maxHeaderSize: 16 * 1024,
    setHost: false,
  };
  try {
    return (scheme === "https" ? requestHttps : requestHttp)(options);
  } catch (error) {
    end(failure("invalid", reasonOf(error as Error)));
    return undefined;
  }
}

function hasLength({ method, body }: UpstreamRequest): boolean {
  return body.byteLength > 0 || !["GET", "HEAD", "OPTIONS", "DELETE"].includes(method);
}

function receive(incoming: IncomingMessage, end: End): void {
  const chunks: Buffer[] = [];
  let size = 0;
  if (Number(incoming.headers["content-length"] ?? 0) > MAX_BODY_BYTES) {
    end(TOO_LARGE);
    return;
  }
  incoming.on("data", (chunk: Buffer) => {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) end(TOO_LARGE);
    else chunks.push(chunk);
  });
  incoming.on("end", () =>
    end(
      incoming.complete
        ? {
            kind: "answer",
            status: incoming.statusCode ?? 0,
            headers: headerLines(incoming.rawHeaders),
            body: Buffer.concat(chunks),
          }
        : failure("unreachable", "the connection ended within the answer"),
    ),
  );
  incoming.on("error", (error) => end(failure("unreachable", reasonOf(error))));
}

const TOO_LARGE = failure("too-large", `the answer is larger than ${MAX_BODY_BYTES} bytes`);

function failure(kind: UpstreamFailure["kind"], reason: string): UpstreamFailure {
  return { kind, reason };
}

/** A code such as ECONNREFUSED says more than a message that an AggregateError has not. */
function reasonOf(error: NodeJS.ErrnoException): string {
  return [error.code, error.message].filter(Boolean).join(": ");
}

/** Names the URL without its query, which may hold a secret. */
function invalidUrl(url: string): UpstreamFailure {
  const shown = JSON.stringify(url.replace(/\?.*$/s, "").slice(0, 200));
  return failure("invalid", `the endpoint address ${shown} is not valid`);
}
