import type { HeaderLine, RawRequest } from "#sigv4/request";

/**
 * Reads an HTTP/1.1 request message, line ends LF or CRLF, without judging it: the target may hold spaces, a header may
 * be folded. What node's parser would refuse is read too, since AWS's vectors hold it.
 */
export function parseRawRequest(message: Buffer): RawRequest {
  const text = message.toString("latin1");
  const [head = "", body = ""] = splitAtEmptyLine(text);
  const [requestLine = "", ...headerLines] = head.split(/\r?\n(?![ \t])/);
  const [, method = "", target = ""] = /^(\S+) (.*) HTTP\/1\.1$/s.exec(requestLine) ?? [];
  return {
    method,
    target,
    headers: headerLines.filter((line) => line !== "").map(headerLine),
    body: Buffer.from(body, "latin1"),
  };
}

function splitAtEmptyLine(text: string): [head: string, body: string] {
  const empty = /\r?\n\r?\n/.exec(text);
  return empty ? [text.slice(0, empty.index), text.slice(empty.index + empty[0].length)] : [text, ""];
}

function headerLine(line: string): HeaderLine {
  const colon = line.indexOf(":");
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}
