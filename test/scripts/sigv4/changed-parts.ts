import type { RawRequest } from "#sigv4/request";

/** Replaces one character, chosen by its position from 0 to 1, by another. */
export function replaceAt(whole: string, position: number, replacement: string): string {
  const index = Math.min(Math.floor(position * whole.length), whole.length - 1);
  return whole.slice(0, index) + replacement + whole.slice(index + 1);
}

function inHeader(request: RawRequest, name: string, change: (value: string) => string): RawRequest {
  const isNamed = (other: string): boolean => other.toLowerCase() === name;
  return { ...request, headers: request.headers.map(([n, v]) => [n, isNamed(n) ? change(v) : v]) };
}

type Change = (request: RawRequest, change: (text: string) => string) => RawRequest;

/** Every part that a signature covers, and how a byte of it is changed. Each is something else where it is absent. */
export const PARTS: Readonly<Record<string, Change>> = {
  method: (request, change) => ({ ...request, method: change(request.method) }),
  path: (request, change) => ({ ...request, target: request.target.replace(/[^?]+/, change) }),
  query: (request, change) => ({ ...request, target: request.target.replace(/(?<=\?).+/s, change) }),
  host: (request, change) => inHeader(request, "host", change),
  header: (request, change) => inHeader(request, "x-note", change),
  token: (request, change) => inHeader(request, "x-amz-security-token", change),
  date: (request, change) => inHeader(request, "x-amz-date", change),
  "region set": (request, change) => inHeader(request, "x-amz-region-set", change),
  credential: (request, change) =>
    inHeader(request, "authorization", (v) => v.replace(/(?<==)[^,]*/, change)),
  signature: (request, change) =>
    inHeader(request, "authorization", (v) => v.replace(/(?<=Signature=).*/, change)),
  body: (request, change) => ({
    ...request,
    body: Buffer.from(change(Buffer.from(request.body).toString("latin1")), "latin1"),
  }),
};

/**
 * Whether a change is none to a signature: nothing is other than before, the parameters differ in their order and
 * escapes alone, or the target `?` has the same empty path as `/`.
 */
export function isUnchanged(part: string, before: RawRequest, after: RawRequest): boolean {
  if (part === "query") return parameters(before) === parameters(after);
  return JSON.stringify(before) === JSON.stringify(after) || after.target === "?";
}

function parameters({ target }: RawRequest): string {
  const raw = target.includes("?") ? target.slice(target.indexOf("?") + 1) : "";
  const pairs = raw.split("&").filter((pair) => pair !== "");
  return JSON.stringify(pairs.map((pair) => [...new URLSearchParams(pair)]).sort());
}
