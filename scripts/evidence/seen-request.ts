import type { HeaderLine, RawRequest } from "#sigv4/request";

/** A request as a text shows it: each part may be missing. */
export interface SeenRequest {
  readonly method?: string;
  /** With scheme and host, or the target alone. */
  readonly url?: string;
  readonly headers: readonly HeaderLine[];
  readonly body?: string;
  /** The client signs it by itself when it sends it, so that no signature is seen. */
  readonly signsItself?: boolean;
}

/** The request that a text shows; undefined if it does not show which URL was called. */
export function toRawRequest({ method, url, headers, body }: SeenRequest): RawRequest | undefined {
  if (url === undefined) return undefined;
  const [, host, rest = url] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)([\s\S]*)$/i.exec(url) ?? [];
  const target = /^[/?]/.test(rest) || rest === "" ? rest.replace(/#.*$/s, "").replace(/^(?!\/)/, "/") : rest;
  const hasHost = headers.some(([name]) => name.toLowerCase() === "host" || name === ":authority");
  return {
    method: (method ?? (body === undefined ? "GET" : "POST")).toUpperCase(),
    target,
    headers: [
      ...(hasHost || host === undefined ? [] : [["Host", host] as const]),
      ...headers.map(([name, value]): HeaderLine => [name === ":authority" ? "Host" : name, value]),
    ],
    body: Buffer.from(body ?? ""),
  };
}

/** Lines of headers, as far as they are such: `Name: value`. */
export function headersIn(lines: readonly string[]): HeaderLine[] {
  return lines.flatMap((line): HeaderLine[] => {
    const found = /^\s*(:?[A-Za-z0-9][A-Za-z0-9_-]*)\s*:\s?(.*)$/.exec(line);
    return found ? [[found[1] ?? "", (found[2] ?? "").trim()]] : [];
  });
}
