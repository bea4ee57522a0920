import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAmzDate } from "../../../scripts/sigv4/amz-date";
import { canonicalRequest } from "../../../scripts/sigv4/canonical-request";
import { type Authorization, parseAuthorization } from "../../../scripts/sigv4/parse-authorization";
import type { RawRequest } from "../../../scripts/sigv4/request";
import { signature, signingKey } from "../../../scripts/sigv4/signature";
import { stringToSign } from "../../../scripts/sigv4/string-to-sign";
import { type VerifyOptions, verify } from "../../../scripts/sigv4/verify";
import { parseRawRequest } from "./raw-http";

/** What a vector's `context.json` says; see fixtures/sigv4-vectors/README.md. */
interface Context {
  readonly credentials: {
    readonly access_key_id: string;
    readonly secret_access_key: string;
    readonly token?: string;
  };
  readonly normalize: boolean;
  readonly region: string;
  readonly service: string;
  readonly timestamp: string;
}

const VECTORS = join(__dirname, "../../fixtures/sigv4-vectors/v4");
const FORMS = ["header", "query"] as const;
const CASES = readdirSync(VECTORS).flatMap((name) => FORMS.map((form) => ({ name, form })));

test("there are 19 vectors in two forms", () => {
  expect(CASES).toHaveLength(38);
});

describe.each(CASES)("$name, $form form", ({ name, form }) => {
  const read = (file: string): Buffer => readFileSync(join(VECTORS, name, file));
  const expected = (file: string): string => read(`${form}-${file}.txt`).toString("latin1").trimEnd();
  const context: Context = JSON.parse(read("context.json").toString());
  const request = parseRawRequest(read(`${form}-signed-request.txt`));
  const pathRules = { encodePath: "twice", normalizePath: context.normalize } as const;
  const { access_key_id: accessKeyId, secret_access_key: secretAccessKey, token } = context.credentials;
  const options: VerifyOptions<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }> = {
    region: context.region,
    service: context.service,
    now: new Date(context.timestamp),
    pathRules,
    findCredentials: (id) =>
      id === accessKeyId ? { accessKeyId, secretAccessKey, sessionToken: token } : undefined,
  };
  const authorization = parseAuthorization(request) as Authorization;

  test("canonical request, string to sign and signature", () => {
    const { region, service } = context;
    const scope = { date: authorization.date.slice(0, 8), region, service };
    const canonical = canonicalRequest(request, { ...authorization, pathRules });
    const toSign = stringToSign(authorization.date, scope, canonical);
    expect(canonical).toBe(expected("canonical-request"));
    expect(toSign).toBe(expected("string-to-sign"));
    expect(signature(signingKey(secretAccessKey, scope), toSign)).toBe(expected("signature"));
    expect(authorization.signature).toBe(expected("signature"));
    expect(parseAmzDate(authorization.date)).toBe(Date.parse(context.timestamp) / 1000);
  });

  test("is accepted", () => {
    expect(verify(request, options)).toMatchObject({ accepted: true, form, credentials: { accessKeyId } });
  });

  const twins: readonly (readonly [what: string, twin: RawRequest])[] = [
    ["method", { ...request, method: "PUT" }],
    ["path", { ...request, target: request.target.replace(/^[^?]*/, (path) => `${path}x`) }],
    ["query", { ...request, target: `${request.target}${request.target.includes("?") ? "&" : "?"}x` }],
    ["host", { ...request, headers: request.headers.map(([n, v]) => [n, n === "Host" ? `${v}x` : v]) }],
    ["body", { ...request, body: Buffer.concat([request.body, Buffer.from("x")]) }],
    [
      "signature",
      {
        ...request,
        target: flipLastDigit(request.target, authorization.signature),
        headers: request.headers.map(([n, v]) => [n, flipLastDigit(v, authorization.signature)]),
      },
    ],
  ];

  test.each(twins)("is refused with another %s", (_what, twin) => {
    expect(verify(twin, options)).toMatchObject({
      accepted: false,
      errorType: "InvalidSignatureException",
      message: expect.stringMatching(/^The request signature we calculated does not match/),
    });
  });
});

test("a path that was signed unnormalized is named as the cause", () => {
  const request = parseRawRequest(
    readFileSync(join(VECTORS, "get-slashes-unnormalized/header-signed-request.txt")),
  );
  const secretAccessKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  expect(
    verify(request, {
      region: "us-east-1",
      service: "service",
      now: new Date("2015-08-30T12:36:00Z"),
      findCredentials: (accessKeyId) => ({ accessKeyId, secretAccessKey }),
    }),
  ).toMatchObject({ accepted: false, reason: expect.stringMatching(/the path was not normalized/) });
});

/** The text with the last hex digit of the signature changed. */
function flipLastDigit(text: string, hex: string): string {
  return text.replace(hex, hex.slice(0, -1) + (hex.endsWith("0") ? "1" : "0"));
}
