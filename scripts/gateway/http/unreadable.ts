import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { splitTarget } from "#sigv4/target";
import { HEADERS_TOO_LARGE, plainRefusal } from "./front-end";
import type { HttpAnswer } from "./message";
import { type AnswerIds, idHeaders } from "./response-headers";

/** Why Node's parser, or its clock, gave a connection up. */
type ParserError = Pick<NodeJS.ErrnoException, "code" | "message"> & { readonly rawPacket?: Uint8Array };

/** The answer to bytes that are not a request, for the log. */
export interface Unreadable {
  readonly ids: AnswerIds;
  readonly status: number;
  readonly reason: string;
}

export interface UnreadableAnswers {
  /** Records a request whose head was read: its answer comes before the answer to the bytes after it. */
  follow(incoming: IncomingMessage, outgoing: ServerResponse): void;
  /** Notes whether the request's body has characters of more than one byte. */
  noteBody(incoming: IncomingMessage, hasLongCharacters: boolean): void;
  /** Answers what cannot be read, once the requests before it are answered, and ends the connection. */
  answer(error: ParserError, socket: Socket): void;
}

/**
 * Prepares the answers to bytes that are not HTTP, or not allowed. Node reports such bytes as soon as it sees them,
 * often while the request before them is still being handled: their answer must not take the place of that request's.
 *
 * @param log - reports each answer when it is sent
 */
export function createUnreadableAnswers(
  newIds: () => AnswerIds,
  log: (unreadable: Unreadable) => void,
): UnreadableAnswers {
  const lastRequests = new WeakMap<Socket, LastRequest>();
  const refused = new WeakSet<Socket>();

  const answer = (error: ParserError, socket: Socket): void => {
    if (refused.has(socket)) {
      // The rest is discarded, so that the client can read its answer; if it does not end in time, the connection is
      // closed.
      if (error.code === "ERR_HTTP_REQUEST_TIMEOUT") socket.destroy();
      return;
    }
    if (error.code === "ECONNRESET" || !socket.writable) {
      socket.destroy();
      return;
    }
    refused.add(socket);
    const last = lastRequests.get(socket);
    whenAnswered(last, () => {
      const ids = newIds();
      const { status, headers, body } = answerTo(error);
      const excess = excessBytes(error, last);
      // After a request that was to be the last, nothing is read or answered.
      const isOver = error.code === "HPE_CLOSED_CONNECTION";
      if (!isOver || excess !== undefined) log({ ids, status, reason: excess ?? reasonOf(error) });
      if (!isOver) endWith({ status, headers: [...idHeaders(ids), ...headers], body }, socket);
    });
  };

  return {
    answer,
    follow: (incoming, outgoing) => {
      lastRequests.set(incoming.socket, { incoming, outgoing, hasLongCharacters: false });
    },
    noteBody: (incoming, hasLongCharacters) => {
      const last = lastRequests.get(incoming.socket);
      if (last?.incoming === incoming) last.hasLongCharacters = hasLongCharacters;
    },
  };
}

// ---------------------------------------------------------------------------------------------------- internal

interface LastRequest {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  hasLongCharacters: boolean;
}

/** A complete request gets its answer first; a request whose body cannot be read gets this one, in its turn. */
function whenAnswered(last: LastRequest | undefined, then: () => void): void {
  const { incoming, outgoing } = last ?? {};
  const isDone = outgoing === undefined || outgoing.writableFinished;
  if (!isDone && incoming?.complete) outgoing.once("finish", then);
  else if (!isDone && outgoing.socket === null) outgoing.once("socket", then);
  else then();
}

const BY_CODE: Readonly<Record<string, HttpAnswer>> = {
  HPE_HEADER_OVERFLOW: HEADERS_TOO_LARGE,
  ERR_HTTP_REQUEST_TIMEOUT: plainRefusal(408, "Request Timeout"),
  HPE_PAUSED_H2_UPGRADE: plainRefusal(505, "HTTP Version Not Supported"),
};

function answerTo({ code = "" }: ParserError): HttpAnswer {
  return BY_CODE[code] ?? plainRefusal(400, "Bad Request");
}

/** The first byte of a TLS handshake. Source: https://www.rfc-editor.org/rfc/rfc8446#section-5.1 */
const TLS_HANDSHAKE = 0x16;

function reasonOf({ code, message, rawPacket }: ParserError): string {
  if (code === "HPE_PAUSED_H2_UPGRADE")
    return "HTTP/2 without an upgrade, and this server speaks HTTP/1.1: leave --http2-prior-knowledge out";
  if (code === "HPE_INVALID_METHOD" && rawPacket?.[0] === TLS_HANDSHAKE)
    return "TLS, and this server speaks plain HTTP: call http://, not https://";
  return `the request cannot be read: ${message}`;
}

/** The parser's error codes for bytes that do not start a request. */
const NO_REQUEST_LINE: ReadonlySet<string> = new Set([
  "HPE_CLOSED_CONNECTION",
  "HPE_INVALID_CONSTANT",
  "HPE_INVALID_EOF_STATE",
  "HPE_INVALID_METHOD",
  "HPE_INVALID_URL",
  "HPE_INVALID_VERSION",
]);

/**
 * Whether the bytes most likely belong to the body before them. A program that counts the characters of its body sends
 * more bytes than it declares as soon as one character takes two.
 */
function excessBytes({ code = "" }: ParserError, last: LastRequest | undefined): string | undefined {
  if (!last?.incoming.complete || !Number(last.incoming.headers["content-length"])) return undefined;
  const isCounted = last.hasLongCharacters && NO_REQUEST_LINE.has(code);
  if (!isCounted && code !== "HPE_INVALID_METHOD") return undefined;
  const { method = "", url = "" } = last.incoming;
  const excess = `after ${method} ${splitTarget(url).path.slice(0, LONGEST_PATH)}: more bytes than Content-Length`;
  return isCounted ? `${excess}; did the client count characters instead of bytes?` : excess;
}

const LONGEST_PATH = 200;

/**
 * How long a client can keep sending before its connection is closed: if it is closed earlier, the client can lose the
 * answer.
 */
const LINGER_MILLISECONDS = 5_000;

function endWith({ status, headers, body }: HttpAnswer, socket: Socket): void {
  if (!socket.writable) return;
  const text = String(body);
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${text.length}`,
    "Connection: close",
  ];
  socket.end(`${lines.join("\r\n")}\r\n\r\n${text}`);
  const cut = setTimeout(() => socket.destroy(), LINGER_MILLISECONDS);
  socket.once("close", () => clearTimeout(cut));
}
