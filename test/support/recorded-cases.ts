import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { HttpAnswer } from "../../scripts/local/http";
import type { HeaderLine } from "../../scripts/sigv4/request";

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
  };
}

const FILE = join(__dirname, "../fixtures/api-gateway-recorded.json");

/** The recorded cases of an area, each with its id as the row's name. */
export function recordedCases(area: string): [id: string, recorded: RecordedCase][] {
  const { cases } = JSON.parse(readFileSync(FILE, "utf8")) as { cases: RecordedCase[] };
  const rows = cases.filter((recorded) => recorded.area === area);
  if (rows.length === 0) throw new Error(`no recorded cases of area '${area}' in ${FILE}`);
  return rows.map((recorded) => [recorded.id, recorded]);
}

/** Compares an answer with a recorded one: status, the headers that were recorded, and the body byte for byte. */
export function expectRecordedAnswer(answer: HttpAnswer, { expect: expected }: RecordedCase): void {
  const body = typeof answer.body === "string" ? answer.body : Buffer.from(answer.body).toString();
  expect(answer.status).toBe(expected.status);
  if (expected.bodyText !== undefined) expect(body).toBe(expected.bodyText);
  if (expected.bodyJson !== undefined) expect(JSON.parse(body)).toEqual(expected.bodyJson);

  const headers = joinedHeaders(answer.headers);
  expect(headers).toMatchObject({ ...expected.headersUnverified, ...expected.headers });
  for (const name of expected.headersPresent ?? []) expect(headers).toHaveProperty([name]);
  for (const name of expected.headersAbsent ?? []) expect(headers).not.toHaveProperty([name]);
  if (expected.rawHeaderName) {
    expect(answer.headers.map(([name]) => name)).toContain(expected.rawHeaderName);
  }
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
