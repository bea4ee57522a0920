import type { Credentials } from "#functions/lib/sigv4";
import { headerValue } from "#sigv4/request";
import { parseJson } from "#text/parse-json";
import { escapeControls } from "#text/printable";
import { type Exchange, exchange } from "./exchange";
import type { Answer } from "./send";
import type { Target } from "./target";

/** An API whose answers a command checks. */
export interface CheckedApi {
  /** The URL of the stage. */
  readonly baseUrl: string;
  readonly region: string;
  readonly isLocal: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A request that checks an answer. */
export interface ApiRequest {
  readonly method: string;
  /** Relative to the stage; it begins with a slash. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** @default the request is not signed */
  readonly credentials?: Credentials;
  /** @default none is sent */
  readonly apiKey?: string;
}

/** A target as an API whose answers are checked. */
export function checkedApi({ baseUrl, region, kind }: Target): CheckedApi {
  return { baseUrl, region, isLocal: kind === "local", now: Date.now };
}

/**
 * Sends a request to an API.
 * @throws UserError if there is no answer
 */
export function requestApi(api: CheckedApi, request: ApiRequest): Promise<Exchange> {
  const { method, path, headers, body, credentials, apiKey } = request;
  const { baseUrl, region, isLocal, now } = api;
  return exchange({
    method,
    url: baseUrl + path,
    headers: { ...headers, ...(apiKey !== undefined && { "x-api-key": apiKey }) },
    body,
    credentials,
    region,
    clockOffset: 0,
    isLocal,
    now,
  });
}

/** An answer in a few words, as a table shows it: `403 Forbidden`, `200 a page of products`. */
export function summarizeAnswer({
  status,
  headers,
  body,
}: Pick<Answer, "status" | "headers" | "body">): string {
  const type = headerValue(headers, "content-type") ?? "";
  const what = /^text\/html\b/.test(type) ? "an HTML page" : summarizeJson(body.toString());
  return `${status} ${what}`.trim().slice(0, LONGEST);
}

// ---------------------------------------------------------------------------------------------------- internal

/** In characters. The longest message of a gateway is shorter. */
const LONGEST = 500;

function summarizeJson(text: string): string {
  const json = parseJson(text);
  if (typeof json !== "object" || json === null) return "";
  const { message, Message = message, ...members } = json as Readonly<Record<string, unknown>>;
  if (typeof Message === "string") return firstLine(Message);
  const [listed] = Object.entries(members).find(([, value]) => Array.isArray(value)) ?? [];
  return listed === undefined ? "" : `a page of ${firstLine(listed)}`;
}

function firstLine(text: string): string {
  return escapeControls(text.split("\n", 1)[0] ?? "").trim();
}
