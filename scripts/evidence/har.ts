import type { ObservedResponse } from "#diagnosis/observed";
import type { HeaderLine } from "#sigv4/request";
import { parseJson } from "#text/parse-json";
import type { SeenRequest } from "./seen-request";

/**
 * The exchange of a HAR file that was refused: the last one with a status of 400 or more, else the last one.
 * Source: http://www.softwareishard.com/blog/har-12-spec/
 */
export function exchangeOfHar(
  text: string,
): { readonly request: SeenRequest; readonly response: ObservedResponse } | undefined {
  if (!/^\s*\{\s*"log"/.test(text)) return undefined;
  const entries = list(member(member(parseJson(text), "log"), "entries"));
  const entry =
    entries.findLast((each) => Number(member(member(each, "response"), "status")) >= 400) ?? entries.at(-1);
  if (entry === undefined) return undefined;
  const request = member(entry, "request");
  const response = member(entry, "response");
  const content = member(response, "content");
  const body = string(member(content, "text")) ?? "";
  return {
    request: {
      method: string(member(request, "method")),
      url: string(member(request, "url")),
      headers: headersOf(request).filter(([name]) => !/^:(method|path|scheme)$/.test(name)),
      body: string(member(member(request, "postData"), "text")),
    },
    response: {
      status: Number(member(response, "status")) || undefined,
      headers: headersOf(response),
      body: member(content, "encoding") === "base64" ? Buffer.from(body, "base64").toString() : body,
    },
  };
}

// ---------------------------------------------------------------------------------------------------- internal

function headersOf(message: unknown): HeaderLine[] {
  return list(member(message, "headers")).map((each) => [
    string(member(each, "name")) ?? "",
    string(member(each, "value")) ?? "",
  ]);
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function string(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
