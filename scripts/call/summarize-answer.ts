import { headerValue } from "#sigv4/request";
import { escapeControls } from "#text/one-line";
import { parseJson } from "#text/parse-json";
import type { Answer } from "./send";

/** An answer in a few words, as a table shows it: `403 Forbidden`, `200 a page of products`. */
export function tellAnswer({ status, headers, body }: Pick<Answer, "status" | "headers" | "body">): string {
  const type = headerValue(headers, "content-type") ?? "";
  const what = /^text\/html\b/.test(type) ? "an HTML page" : tellJson(body.toString());
  return `${status} ${what}`.trim().slice(0, LONGEST);
}

/** In characters: the longest message of a gateway is shorter. */
const LONGEST = 500;

function tellJson(text: string): string {
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
