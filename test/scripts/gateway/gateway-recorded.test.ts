import { createHash } from "node:crypto";
import { RequestSigner } from "aws4";
import type { Model } from "#model/model";
import { formatAmzDate } from "#sigv4/amz-date";
import type { HeaderLine, RawRequest } from "#sigv4/request";
import { loadApi, REGION, STAGE } from "../../support/api-terraform";
import { type LocalGateway, startGateway } from "../../support/local-gateway";
import { exchange, type RawAnswer } from "../../support/raw-exchange";
import { recordedApi } from "../../support/recorded-apis";
import {
  allRecordedCases,
  expectRecordedAnswer,
  expectRecordedEvent,
  fillPlaceholders,
  type RecordedCase,
} from "../../support/recorded-cases";
import { temporaryFolder } from "../../support/temporary-folder";

/**
 * What API Gateway was seen to answer, asked of a started gateway: each row's API is loaded from Terraform JSON, its
 * request is signed by aws4 and goes over a socket as it is written.
 */

const ROWS = allRecordedCases();
const folder = temporaryFolder();
let time = Date.parse("2026-11-22T10:15:30Z");
let gateway: LocalGateway;
let model: Model;
let served = "";

beforeAll(async () => {
  model = loadApi({ routes: [{ route: "GET /" }] });
  gateway = await startGateway(model, { now: () => time });
});
afterAll(() => gateway.api.close());

async function serveApiOf(row: RecordedCase): Promise<void> {
  const spec = recordedApi(row);
  if (served === JSON.stringify(spec)) return;
  model = loadApi(spec, folder);
  await gateway.api.replace(model);
  served = JSON.stringify(spec);
}

test("every row is here", () => {
  expect(ROWS).toHaveLength(67);
});

describe("recorded", () => {
  const rows = ROWS.map((row) => [row.id, row] as const);

  test.each(rows)("%s", async (_, recorded) => {
    await serveApiOf(recorded);
    const row = fillPlaceholders(recorded, { stage: STAGE, ...apiKeys(recorded) });
    const signed = toRequest(row);
    const answer = row.request.repeat
      ? await repeat(row, signed.request)
      : await exchange(gateway.url, signed.request);

    const expected = fillPlaceholders(row, answerValues(signed));
    expectRecordedAnswer(answer, expected);
    if (row.area === "proxy-event") expectRecordedEvent(JSON.parse(answer.body.toString()), expected);
    const suffix = row.expect.canonicalPathSuffix;
    if (suffix !== undefined) expect(await canonicalPath(row)).toBe(`/${STAGE}${suffix}`);
  });
});

/** A request, and what aws4 signed it as. */
interface SignedRow {
  readonly request: RawRequest;
  readonly canonicalRequest: string;
  readonly stringToSign: string;
  readonly callerArn: string;
}

function toRequest(row: RecordedCase): SignedRow {
  const {
    method,
    path = "",
    rawPathAndQuery,
    query = {},
    headers = {},
    headersList = [],
    sign,
  } = row.request;
  const search = new URLSearchParams(query).toString();
  const target = rawPathAndQuery ?? `/${STAGE}${path}${search && `?${search}`}`;
  const body = Buffer.from(bodyOf(row));
  const returns = row.needs?.lambdaReturns;
  const lines: HeaderLine[] = [
    ["Host", gateway.host],
    ["User-Agent", "recorded"],
    ...Object.entries(headers),
    ...headersList,
    ...(returns === undefined ? [] : [["x-returns", JSON.stringify(returns)] as const]),
  ];
  const unsigned = { method, target, headers: lines, body };
  return sign
    ? signRow(row, unsigned)
    : { request: unsigned, canonicalRequest: "", stringToSign: "", callerArn: "" };
}

function bodyOf({ request }: RecordedCase): string {
  if (request.bodyBytes) return "x".repeat(request.bodyBytes);
  return request.bodyJson ? JSON.stringify(request.bodyJson) : (request.body ?? "");
}

function signRow(row: RecordedCase, request: RawRequest): SignedRow {
  const { sign = {} } = row.request;
  const { principal, sessionName, ...credentials } = gateway.credentials(
    sign.role ?? (sign.temporary ? "role" : "caller"),
  );
  const signer = new RequestSigner(
    {
      method: request.method,
      path: request.target,
      headers: {
        ...joined(request.headers),
        ...(sign.extraUnrelatedToken && { "X-Amz-Security-Token": "unrelated" }),
        ...(sign.contentSha256Header && { "X-Amz-Content-Sha256": sign.contentSha256Header }),
      },
      body: Buffer.from(request.body),
      region: sign.region ? "us-west-2" : REGION,
      service: sign.service ?? "execute-api",
      extraHeadersToIgnore: Object.fromEntries((sign.leaveUnsigned ?? []).map((name) => [name, true])),
    },
    {
      ...credentials,
      ...(sign.accessKey && { accessKeyId: sign.accessKey }),
      ...(sign.secret && { secretAccessKey: sign.secret }),
    },
  );
  signer.datetime = amzDate(sign.date);
  const signed = signer.sign();
  const added = Object.entries(signed.headers)
    .filter(([name]) => !request.headers.some(([sent]) => sent === name))
    .filter(([name]) => name.toLowerCase() !== sign.dropHeader)
    .map(([name, value]): HeaderLine => [name, withoutPart(String(value), sign.dropPart)]);
  return {
    request: { ...request, headers: [...request.headers, ...added] },
    canonicalRequest: signer.canonicalString(),
    stringToSign: signer.stringToSign(),
    callerArn: principal.arn
      .replace(":iam:", ":sts:")
      .replace(":role/", ":assumed-role/")
      .concat(`/${sessionName}`),
  };
}

/** Header lines as aws4 takes them: one for each name, the values of repeated ones joined. */
function joined(lines: readonly HeaderLine[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of lines) headers[name] = name in headers ? `${headers[name]},${value}` : value;
  return headers;
}

function withoutPart(authorization: string, part: string | undefined): string {
  return part ? authorization.replace(new RegExp(`,? ?${part}=[^,]*`), "").replace(" ,", " ") : authorization;
}

/** `now-6m` as a signing date. */
function amzDate(offset = "now"): string {
  const minutes = Number(/^now([+-]\d+)m$/.exec(offset)?.[1] ?? 0);
  return formatAmzDate(Math.floor(time / 1000) + minutes * 60);
}

/** What the placeholders in the row's expected answer stand for. */
function answerValues(signed: SignedRow): Record<string, string> {
  const headers = joined(signed.request.headers);
  const authorization = headers["Authorization"] ?? headers["authorization"] ?? "";
  return {
    now: amzDate(),
    "now-5m": amzDate("now-5m"),
    "now+5m": amzDate("now+5m"),
    amzDate: headers["X-Amz-Date"] ?? "",
    "b64sha256:authorization": createHash("sha256").update(authorization).digest("base64"),
    canonicalRequest: signed.canonicalRequest,
    stringToSign: signed.stringToSign,
    callerArn: signed.callerArn,
    region: REGION,
    accountMasked: `********${model.accountId.slice(-4)}`,
    apiId: model.api.id,
    stage: STAGE,
  };
}

function apiKeys({ id }: RecordedCase): Record<string, string> {
  const valueNamed = (name: string) => model.apiKeys.find((key) => key.name === name)?.value ?? "";
  return { apiKey: valueNamed(id), disabledApiKey: valueNamed("disabled") };
}

/** Sends a request as often as it is answered, and gives back the refusal: at once, or at the rate that is allowed. */
async function repeat({ id }: RecordedCase, request: RawRequest): Promise<RawAnswer> {
  const allowed = id === "key-throttled" ? 1 : 10;
  for (let sent = 0; sent < allowed; sent++) {
    expect((await exchange(gateway.url, request)).status).toBe(200);
    if (id !== "key-throttled") time += 1000;
  }
  return exchange(gateway.url, request);
}

/** The path in the canonical request that the gateway shows to who signs the same with another secret. */
async function canonicalPath(row: RecordedCase): Promise<string | undefined> {
  const sign = { ...row.request.sign, secret: "wrong" as const };
  const { request } = toRequest({ ...row, request: { ...row.request, sign } });
  const { message } = JSON.parse((await exchange(gateway.url, request)).body.toString());
  return /should have been\n'GET\n(.*)\n/.exec(message)?.[1];
}
