import type { HeaderLine, RawRequest } from "#sigv4/request";
import type { ObservedResponse } from "./observed";

/**
 * Reads a request in HTTP's own form, as a log, a proxy or `curl -v` shows it: request line, headers, an empty line, the
 * body. Line ends may be LF. Without a `Content-Length`, a line break at the end is the file's and not the body's.
 *
 * @returns undefined for what does not begin with a request line
 */
export function parseRequestMessage(bytes: Buffer): RawRequest | undefined {
  const { start, headers, body } = splitMessage(bytes.toString("latin1"), ">");
  const [, method, target] = /^([A-Za-z]+) ((?:\/|https?:\/\/).*?)(?: HTTP\/[\d.]+)?$/.exec(start) ?? [];
  if (method === undefined || target === undefined) return undefined;
  const length = headers.find(([name]) => name.toLowerCase() === "content-length")?.[1];
  const text = length === undefined ? body.replace(/\r?\n$/, "") : body.slice(0, Number(length));
  return { method, target, headers, body: Buffer.from(text, "latin1") };
}

/** Reads an answer that was kept: its body alone, or with status line and headers in front, as `curl -i` shows it. */
export function parseResponseMessage(text: string): ObservedResponse {
  const { start, headers, body } = splitMessage(text, "<");
  const status = /^HTTP\/[\d.]+ (\d{3})\b/.exec(start)?.[1];
  return status === undefined ? { headers: [], body: text } : { status: Number(status), headers, body };
}

// ---------------------------------------------------------------------------------------------------- internal

interface Message {
  readonly start: string;
  readonly headers: readonly HeaderLine[];
  readonly body: string;
}

/** @param mark - what `curl -v` puts in front of each line of the head */
function splitMessage(text: string, mark: string): Message {
  const empty = new RegExp(`\\r?\\n(?:${mark} ?)?\\r?\\n`).exec(text);
  const head = empty ? text.slice(0, empty.index) : text;
  const [start = "", ...lines] = head
    .split(/\r?\n/)
    .map((line) => line.replace(new RegExp(`^${mark} ?`), ""));
  return {
    start: start.trim(),
    headers: lines.flatMap((line): HeaderLine[] => {
      const colon = line.indexOf(":");
      return colon < 1 ? [] : [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()]];
    }),
    body: empty ? text.slice(empty.index + empty[0].length) : "",
  };
}
