import type { HeaderLine } from "#sigv4/request";
import { parseJson } from "#text/parse-json";
import type { HttpAnswer } from "../http/message";
import type { AnswerIds } from "../http/response-headers";
import { idHeaders, isSendable, sentHeaderName } from "../http/response-headers";
import { firstType, isBinaryType } from "../media-type";
import type { Refusal } from "../refusal";
import { configurationFailure, functionFailure } from "./integration-failures";

/** What the answer to a function's result depends on, in addition to the result. */
export interface ProxyResultContext {
  readonly ids: AnswerIds;
  /** The whole `X-Amzn-Trace-Id` header. */
  readonly trace: string;
  /** The request's `Accept` header: with the binary media types it decides whether base64 is decoded. */
  readonly accept: string | undefined;
  readonly binaryMediaTypes: readonly string[];
}

/**
 * Turns a function's payload (JSON text, empty if there is none) into the answer of a Lambda proxy integration.
 *
 * No member is required, and only the five known ones are allowed; anything else answers 502, except text that should
 * be base64 and is not, which answers 500. Not recorded, and therefore our choice: header values may be numbers; `null`
 * counts as absent for a member and as malformed for a header's value; a status below 200 or above 599, and a header
 * that HTTP cannot carry, are malformed.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format
 */
export function buildProxyAnswer(payload: string, context: ProxyResultContext): HttpAnswer | Refusal {
  const value = parseJson(payload);
  const fault = faultOf(value);
  if (fault !== undefined) return malformed(fault);
  const result = value as ProxyResult;

  const headers = headersOf(result);
  const unsendable = headers.find((header) => !isSendable(header));
  if (unsendable) return malformed(`HTTP cannot carry the header ${JSON.stringify(unsendable[0])}`);
  const body = bodyOf(result, context);
  if (body === undefined) {
    return configurationFailure("the function sets isBase64Encoded, and its body is not base64");
  }
  return {
    status: Number(result.statusCode ?? 200),
    headers: [...idHeaders(context.ids), ...headers, ["X-Amzn-Trace-Id", context.trace]],
    body,
  };
}

// ---------------------------------------------------------------------------------------------------- internal

type HeaderScalar = string | number | boolean;

interface ProxyResult {
  readonly statusCode?: number | string | null;
  readonly headers?: Readonly<Record<string, HeaderScalar>> | null;
  readonly multiValueHeaders?: Readonly<Record<string, readonly HeaderScalar[]>> | null;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean | null;
}

/** What each member must be, in words for the log and as a test; all may be `null` or absent. */
const MEMBERS: ReadonlyMap<string, readonly [expected: string, fits: (value: unknown) => boolean]> = new Map([
  ["statusCode", ["a whole number from 200 to 599", isStatusCode]],
  ["headers", ["an object of strings", (value) => isRecordOf(value, isHeaderScalar)]],
  ["multiValueHeaders", ["an object of lists of strings", (value) => isRecordOf(value, isHeaderList)]],
  ["body", ["a string", (value) => typeof value === "string"]],
  ["isBase64Encoded", ["true or false", (value) => typeof value === "boolean"]],
]);

function malformed(fault: string): Refusal {
  return functionFailure(`malformed Lambda proxy response: ${fault}`);
}

/**
 * What keeps a function's result from being a {@link ProxyResult}. It does not contain the values, because it goes to a
 * log.
 */
function faultOf(value: unknown): string | undefined {
  if (!isRecord(value)) return "an object with statusCode, headers and body was expected";
  if ("errorMessage" in value) return "the function failed";
  for (const [name, member] of Object.entries(value)) {
    const rule = MEMBERS.get(name);
    if (!rule) return `'${name}' is not one of ${[...MEMBERS.keys()].join(", ")}`;
    const [expected, fits] = rule;
    if (member !== null && !fits(member)) return `'${name}' must be ${expected}`;
  }
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isRecordOf(value: unknown, fits: (member: unknown) => boolean): boolean {
  return isRecord(value) && Object.values(value).every(fits);
}

function isHeaderScalar(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function isHeaderList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isHeaderScalar);
}

function isStatusCode(value: unknown): boolean {
  return typeof value === "number"
    ? Number.isInteger(value) && value >= 200 && value <= 599
    : typeof value === "string" && /^[2-5]\d\d$/.test(value);
}

/**
 * A line for each value: those of `multiValueHeaders`, whose spelling of a name wins, then those of `headers` that are
 * not among them: a pair that is in both counts once. `Content-Type` is `application/json` unless the function says
 * otherwise.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format
 */
function headersOf({ headers, multiValueHeaders }: ProxyResult): HeaderLine[] {
  const byName = new Map<string, { readonly name: string; readonly values: string[] }>();
  const add = (name: string, values: readonly string[]): void => {
    const present = byName.get(name.toLowerCase());
    if (present) present.values.push(...values);
    else byName.set(name.toLowerCase(), { name, values: [...values] });
  };
  for (const [name, values] of Object.entries(multiValueHeaders ?? {})) add(name, values.map(String));
  const lists = new Map([...byName].map(([name, { values }]) => [name, new Set(values)]));
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (!lists.get(name.toLowerCase())?.has(String(value))) add(name, [String(value)]);
  }
  const contentType: HeaderLine[] = byName.has("content-type") ? [] : [["Content-Type", "application/json"]];
  const sent = [...byName.values()].flatMap(({ name, values }) => {
    const sentName = sentHeaderName(name, "proxy");
    return sentName === undefined ? [] : values.map((value): HeaderLine => [sentName, value]);
  });
  return [...contentType, ...sent];
}

/** The body to send; undefined if it should be base64 and is not. */
function bodyOf(
  { body, isBase64Encoded }: ProxyResult,
  { accept, binaryMediaTypes }: ProxyResultContext,
): Uint8Array | string | undefined {
  const text = body ?? "";
  if (!isBase64Encoded || !isBinaryType(firstType(accept), binaryMediaTypes)) return text;
  return isBase64(text) ? Buffer.from(text, "base64") : undefined;
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}
