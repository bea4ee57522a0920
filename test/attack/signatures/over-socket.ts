import type { HeaderLine, RawRequest } from "#sigv4/request";
import type { Random } from "../../support/random";

/**
 * The bytes of a request whose framing can be told: a body is framed as its headers say, in chunks of any size.
 *
 * @returns undefined where a server would wait for a body that does not come
 */
export function bytesOnWire(
  { method, target, headers, body }: RawRequest,
  random: Random,
): Buffer | undefined {
  const lengths = valuesOf(headers, "content-length");
  const isChunked = valuesOf(headers, "transfer-encoding").length > 0;
  if (lengths.length === 1 && !isChunked && lengths[0] !== String(body.length)) return undefined;
  const framing: readonly HeaderLine[] =
    isChunked || lengths.length > 0 || body.length === 0 ? [] : [["Content-Length", String(body.length)]];
  const lines = [...headers, ...framing].map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([
    Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n`, "latin1"),
    isChunked ? inChunks(Buffer.from(body), random) : body,
  ]);
}

/** Whether HTTP, the front end and the routes take a request: nothing but its signature can be against it. */
export function isHttp({ target, headers }: RawRequest): boolean {
  const lengths = valuesOf(headers, "content-length").length;
  const encodings = valuesOf(headers, "transfer-encoding").length;
  return (
    /^(https?:\/\/[^/]+)?\/+dev\/+[!-.0->@-{}~][!-{}~]*$/i.test(target) &&
    valuesOf(headers, "host").length === 1 &&
    lengths + encodings < 2 &&
    // Answered by HTTP, before the signature is looked at.
    valuesOf(headers, "expect").length === 0 &&
    headers.every(([name, value]) => /^[\w-]+$/.test(name) && /^[\t -~\x80-\xff]*$/.test(value))
  );
}

// ---------------------------------------------------------------------------------------------------- internal

function valuesOf(headers: readonly HeaderLine[], lowerCaseName: string): readonly string[] {
  return headers.filter(([name]) => name.toLowerCase() === lowerCaseName).map(([, value]) => value);
}

function inChunks(body: Buffer, random: Random): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const chunk = body.subarray(at, at + random.integer(1, body.length));
    const extension = random.pick(["", ";a=b", ';a="b c"']);
    chunks.push(Buffer.from(`${chunk.length.toString(16)}${extension}\r\n`), chunk, Buffer.from("\r\n"));
    at += chunk.length;
  }
  return Buffer.concat([...chunks, Buffer.from(random.pick(["0\r\n\r\n", "000\r\nx-trailer: 1\r\n\r\n"]))]);
}
