import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RawRequest } from "#sigv4/request";

/** A request as a signer from another hand sent it; the notes beside the fixtures say which, and how it was recorded. */
export interface RecordedRequest extends Omit<RawRequest, "body"> {
  readonly form: "header" | "query";
  readonly body: string;
}

/** @param fixture - the name of a file in `test/fixtures` */
export function readRecorded<Recorded extends RecordedRequest>(fixture: string): readonly Recorded[] {
  return JSON.parse(readFileSync(join(__dirname, "../../fixtures", fixture), "utf8"));
}

export function received({ method, target, headers, body }: RecordedRequest): RawRequest {
  return { method, target, headers, body: Buffer.from(body) };
}

/** The same request with one part changed that every signature covers, by the part's name. */
export function changedTwins(request: RawRequest): Readonly<Record<string, RawRequest>> {
  const { target, headers, body } = request;
  const withHeader = (changed: string, change: (value: string) => string): RawRequest["headers"] =>
    headers.map(([name, value]) => [name, name.toLowerCase() === changed ? change(value) : value]);
  return {
    method: { ...request, method: "PATCH" },
    path: { ...request, target: target.replace(/[^?]*/, "$&x") },
    query: { ...request, target: `${target}${target.includes("?") ? "&" : "?"}x` },
    host: { ...request, headers: withHeader("host", (host) => `${host}0`) },
    body: { ...request, body: Buffer.concat([body, Buffer.from("x")]) },
    signature: {
      ...request,
      target: withOtherDigit(target),
      headers: withHeader("authorization", withOtherDigit),
    },
  };
}

/** The text with the last digit of the signature changed, if it has one. */
function withOtherDigit(text: string): string {
  return text.replace(
    /(Signature=\w+)(\w)/,
    (_, start: string, digit: string) => start + (digit === "0" ? "1" : "0"),
  );
}
