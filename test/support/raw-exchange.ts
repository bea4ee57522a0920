import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { HttpAnswer } from "#gateway/http/message";
import type { HeaderLine, RawRequest } from "#sigv4/request";

/** An answer as it came over the socket; its header lines keep their case and order. */
export interface RawAnswer extends HttpAnswer {
  readonly body: Buffer;
}

/**
 * Sends a request over a socket of its own, byte for byte as it is given, and reads the answer. What HTTP needs to tell
 * where a body ends is added where it is missing; nothing else is.
 */
export async function exchange(url: string, request: RawRequest): Promise<RawAnswer> {
  const socket = await open(url);
  try {
    socket.write(requestBytes(request));
    return await readAnswer(socket, request.method);
  } finally {
    socket.destroy();
  }
}

/**
 * Sends bytes over a socket of its own and reads whatever comes back, until the server ends the connection or as many
 * answers as were wanted have come.
 *
 * @param bytes - what is written, in pieces
 */
export async function sendBytes(
  url: string,
  bytes: readonly (string | Uint8Array)[],
  { answers = 1, method = "GET" } = {},
): Promise<readonly RawAnswer[]> {
  const socket = await open(url);
  try {
    for (const piece of bytes) socket.write(typeof piece === "string" ? Buffer.from(piece, "latin1") : piece);
    const read: RawAnswer[] = [];
    for (let rest: Buffer = Buffer.alloc(0); read.length < answers; ) {
      const { answer, behind } = await readOne(socket, method, rest);
      read.push(answer);
      rest = behind;
    }
    return read;
  } finally {
    socket.destroy();
  }
}

/** A connection to the server of a URL. What the server refuses to read is no error of the test. */
export async function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  socket.on("error", () => undefined);
  return socket;
}

export function bodyText({ body }: RawAnswer): string {
  return body.toString("utf8");
}

/** The value of an answer's header, its name given in lower case. */
export function answerHeader({ headers }: HttpAnswer, name: string): string | undefined {
  return headers.find(([candidate]) => candidate.toLowerCase() === name)?.[1];
}

// ---------------------------------------------------------------------------------------------------- internal

function requestBytes({ method, target, headers, body }: RawRequest): Buffer {
  const names = new Set(headers.map(([name]) => name.toLowerCase()));
  const framed = names.has("content-length") || names.has("transfer-encoding");
  const lines: readonly HeaderLine[] =
    framed || body.length === 0 ? headers : [...headers, ["Content-Length", String(body.length)]];
  const head = [`${method} ${target} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`)];
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`, "latin1"), body]);
}

async function readAnswer(socket: Socket, method: string): Promise<RawAnswer> {
  return (await readOne(socket, method, Buffer.alloc(0))).answer;
}

/** Reads one answer, interim ones (100 Continue) left out, and gives back the bytes behind it. */
async function readOne(
  socket: Socket,
  method: string,
  received: Buffer,
): Promise<{ answer: RawAnswer; behind: Buffer }> {
  let bytes = received;
  for (;;) {
    const parsed = parseAnswer(bytes, method);
    if (parsed !== undefined && parsed.answer.status >= 200) return parsed;
    if (parsed !== undefined) {
      bytes = parsed.behind;
      continue;
    }
    const chunk = await nextChunk(socket);
    if (chunk === undefined)
      throw new Error(`the connection ended behind ${JSON.stringify(bytes.toString())}`);
    bytes = Buffer.concat([bytes, chunk]);
  }
}

function parseAnswer(bytes: Buffer, method: string): { answer: RawAnswer; behind: Buffer } | undefined {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const [statusLine = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
  const headers = lines.map((line): HeaderLine => {
    const colon = line.indexOf(": ");
    return [line.slice(0, colon), line.slice(colon + 2)];
  });
  const length = headers.find(([name]) => name.toLowerCase() === "content-length")?.[1] ?? "0";
  const bodyEnd = end + 4 + (method === "HEAD" ? 0 : Number(length));
  if (bytes.length < bodyEnd) return undefined;
  const status = Number(statusLine.split(" ")[1]);
  const answer = { status, headers, body: bytes.subarray(end + 4, bodyEnd) };
  return { answer, behind: bytes.subarray(bodyEnd) };
}

function nextChunk(socket: Socket): Promise<Buffer | undefined> {
  if (socket.readableEnded || socket.destroyed) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const settle = (chunk?: Buffer): void => {
      socket.off("data", settle).off("end", end).off("close", end);
      socket.pause();
      resolve(chunk);
    };
    const end = (): void => settle();
    socket.on("data", settle).on("end", end).on("close", end);
    socket.resume();
  });
}
