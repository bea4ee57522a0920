import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { HttpAnswer } from "#gateway/http/message";
import type { RestEvent } from "#gateway/integrate/event";
import type { HeaderLine } from "#sigv4/request";

/** A request and the answer that API Gateway gave to it; the fixture's `format` explains the members. */
export interface RecordedCase {
  readonly id: string;
  readonly area: string;
  readonly api: string;
  readonly request: {
    readonly method: string;
    readonly path?: string;
    readonly rawPathAndQuery?: string;
    readonly query?: Readonly<Record<string, string>>;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly bodyJson?: unknown;
    readonly bodyBytes?: number;
    /** Header lines in order, where names come again. */
    readonly headersList?: readonly HeaderLine[];
    readonly sign?: RecordedSigning;
    readonly repeat?: string;
  };
  readonly expect: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly headersUnverified?: Readonly<Record<string, string>>;
    readonly headersPresent?: readonly string[];
    readonly headersAbsent?: readonly string[];
    readonly rawHeaderName?: string;
    readonly bodyText?: string;
    readonly bodyJson?: unknown;
    readonly bodyContains?: string;
    readonly messageAnyOf?: readonly string[];
    readonly messageStartsWith?: string;
    readonly canonicalPathSuffix?: string;
    readonly lambdaEvent?: Readonly<Record<string, unknown>>;
    readonly lambdaEventKeys?: readonly string[];
    readonly requestContextKeys?: readonly string[];
    readonly identityKeys?: readonly string[];
    readonly identityAllNullExcept?: readonly string[];
    readonly headerCasingKept?: string;
  };
  readonly needs?: {
    readonly lambdaReturns?: unknown;
    readonly requestTemplate?: string;
    readonly responseTemplate?: string | null;
    readonly selectionPattern?: string;
    readonly passthroughBehavior?: string;
  };
}

/** What is wrong or special with a signature; nothing where it is empty. */
export interface RecordedSigning {
  readonly dropPart?: string;
  readonly dropHeader?: string;
  /** `now-6m` */
  readonly date?: string;
  readonly region?: "other";
  readonly service?: string;
  readonly accessKey?: string;
  readonly secret?: "wrong";
  readonly temporary?: boolean;
  readonly leaveUnsigned?: readonly string[];
  readonly extraUnrelatedToken?: boolean;
  readonly payloadLine?: string;
  readonly contentSha256Header?: string;
  readonly signAllHeaders?: boolean;
  readonly role?: string;
}

const FILE = join(__dirname, "../fixtures/api-gateway-recorded.json");

/** The recorded cases of an area, each with its id as the row's name. */
export function recordedCases(area: string): [id: string, recorded: RecordedCase][] {
  const rows = allRecordedCases().filter((recorded) => recorded.area === area);
  if (rows.length === 0) throw new Error(`no recorded cases of area '${area}' in ${FILE}`);
  return rows.map((recorded) => [recorded.id, recorded]);
}

export function allRecordedCases(): readonly RecordedCase[] {
  return (JSON.parse(readFileSync(FILE, "utf8")) as { cases: RecordedCase[] }).cases;
}

/** A recorded case with the values of this run in place of its `{{placeholders}}`. */
export function fillPlaceholders(
  recorded: RecordedCase,
  values: Readonly<Record<string, string>>,
): RecordedCase {
  const text = JSON.stringify(recorded).replace(/\{\{([^}]+)\}\}/g, (placeholder, name) =>
    name in values ? JSON.stringify(values[name]).slice(1, -1) : placeholder,
  );
  return JSON.parse(text) as RecordedCase;
}

/** Compares an answer with a recorded one: status, the headers that were recorded, and the body byte for byte. */
export function expectRecordedAnswer(answer: HttpAnswer, { expect: expected }: RecordedCase): void {
  const body = typeof answer.body === "string" ? answer.body : Buffer.from(answer.body).toString();
  expect(answer.status).toBe(expected.status);
  if (expected.bodyText !== undefined) expect(body).toBe(expected.bodyText);
  if (expected.bodyJson !== undefined) expect(JSON.parse(body)).toEqual(expected.bodyJson);
  if (expected.bodyContains !== undefined) expect(body).toContain(expected.bodyContains);
  if (expected.messageAnyOf) expect(expected.messageAnyOf).toContain(messageOf(body));
  if (expected.messageStartsWith !== undefined) {
    expect(String(messageOf(body)).slice(0, expected.messageStartsWith.length)).toBe(
      expected.messageStartsWith,
    );
  }

  const headers = joinedHeaders(answer.headers);
  expect(headers).toMatchObject({ ...expected.headersUnverified, ...expected.headers });
  for (const name of expected.headersPresent ?? []) expect(headers).toHaveProperty([name]);
  for (const name of expected.headersAbsent ?? []) expect(headers).not.toHaveProperty([name]);
  if (expected.rawHeaderName) {
    expect(answer.headers.map(([name]) => name)).toContain(expected.rawHeaderName);
  }
}

/** Compares the event that a function received with a recorded one. */
export function expectRecordedEvent(event: RestEvent, { expect: expected }: RecordedCase): void {
  const { identity } = event.requestContext;
  expect(event).toMatchObject(expected.lambdaEvent ?? {});
  if (expected.lambdaEventKeys) expect(Object.keys(event).sort()).toEqual(expected.lambdaEventKeys);
  if (expected.requestContextKeys)
    expect(Object.keys(event.requestContext).sort()).toEqual(expected.requestContextKeys);
  if (expected.identityKeys) expect(Object.keys(identity).sort()).toEqual(expected.identityKeys);
  if (expected.identityAllNullExcept) {
    const set = Object.entries(identity).filter(([, value]) => value !== null);
    expect(set.map(([name]) => name)).toEqual(expected.identityAllNullExcept);
  }
  if (expected.headerCasingKept) expect(event.headers).toHaveProperty([expected.headerCasingKept]);
}

/** The one member's value. */
function messageOf(body: string): unknown {
  const [message, ...more] = Object.values(JSON.parse(body) as object);
  expect(more).toEqual([]);
  return message;
}

/** Headers as a client sees them: names in lower case, the values of repeated lines joined. */
function joinedHeaders(lines: readonly HeaderLine[]): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, value] of lines) {
    const lower = name.toLowerCase();
    joined[lower] = joined[lower] === undefined ? value : `${joined[lower]}, ${value}`;
  }
  return joined;
}
