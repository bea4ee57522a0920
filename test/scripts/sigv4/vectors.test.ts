import { parseAmzDate } from "#sigv4/amz-date";
import { canonicalRequest } from "#sigv4/canonical-request";
import { publicKey } from "#sigv4/key-pair";
import { type Authorization, parseAuthorization } from "#sigv4/parse-authorization";
import type { RawRequest } from "#sigv4/request";
import { isEcdsaSignature, signature, signingKey } from "#sigv4/signature";
import { ALGORITHM, ALGORITHM_V4A, stringToSign } from "#sigv4/string-to-sign";
import { type VerifyOptions, verify } from "#sigv4/verify";
import { Vector, vectorNames } from "../../support/sigv4-vectors";

const KINDS = ["v4", "v4a"] as const;
const FORMS = ["header", "query"] as const;
const CASES = KINDS.flatMap((kind) =>
  vectorNames(kind).flatMap((name) => FORMS.map((form) => ({ kind, name, form }))),
);

test("there are 19 vectors for each algorithm, in two forms", () => {
  expect(CASES).toHaveLength(2 * 19 * 2);
});

describe.each(CASES)("$kind $name, $form form", ({ kind, name, form }) => {
  const vector = new Vector(kind, name);
  const { context, credentials } = vector;
  const request = vector.signedRequest(form);
  const pathRules = { encodePath: "twice", normalizePath: context.normalize } as const;
  const options: VerifyOptions<Vector["credentials"]> = {
    region: context.region,
    service: context.service,
    now: vector.date,
    pathRules,
    findCredentials: (id) => (id === credentials.accessKeyId ? credentials : undefined),
  };
  const authorization = parseAuthorization(request) as Authorization;
  const { algorithm, date } = authorization;
  const { region, service } = context;
  const scope = { date: date.slice(0, 8), service, ...(kind === "v4" && { region }) };
  const canonical = canonicalRequest(request, { ...authorization, pathRules });
  const toSign = stringToSign(date, scope, canonical, algorithm);

  test("canonical request and string to sign", () => {
    expect(algorithm).toBe(kind === "v4" ? ALGORITHM : ALGORITHM_V4A);
    expect(canonical).toBe(vector.expected(form, "canonical-request"));
    expect(toSign).toBe(vector.expected(form, "string-to-sign"));
    expect(parseAmzDate(date)).toBe(vector.date.getTime() / 1000);
  });

  if (kind === "v4") {
    test("signature", () => {
      const key = signingKey(credentials.secretAccessKey, { ...scope, region });
      expect(signature(key, toSign)).toBe(vector.expected(form, "signature"));
      expect(authorization.signature).toBe(vector.expected(form, "signature"));
    });
  } else {
    test("public key, and the two signatures that are given", () => {
      const { x = "", y = "" } = publicKey(credentials.accessKeyId, credentials.secretAccessKey).export({
        format: "jwk",
      });
      const coordinates = [x, y].map((coordinate) => Buffer.from(coordinate, "base64url").toString("hex"));
      expect(coordinates).toEqual([vector.publicKey.X, vector.publicKey.Y]);
      for (const given of [vector.expected(form, "signature"), authorization.signature]) {
        expect(isEcdsaSignature(given, toSign, credentials)).toBe(true);
        expect(isEcdsaSignature(given, `${toSign}0`, credentials)).toBe(false);
      }
    });
  }

  test("is accepted", () => {
    const { accessKeyId } = credentials;
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
    expect(verify(twin, { ...options, namesMistakes: false })).toMatchObject({
      accepted: false,
      errorType: "InvalidSignatureException",
      message: expect.stringMatching(/^The request signature we calculated does not match/),
    });
  });
});

test("a path that was signed unnormalized is named as the cause", () => {
  const vector = new Vector("v4", "get-slashes-unnormalized");
  expect(
    verify(vector.signedRequest("header"), {
      region: "us-east-1",
      service: "service",
      now: vector.date,
      findCredentials: () => vector.credentials,
    }),
  ).toMatchObject({ accepted: false, reason: expect.stringMatching(/the path was not normalized/) });
});

/** The text with the last hex digit of the signature changed. */
function flipLastDigit(text: string, hex: string): string {
  return text.replace(hex, hex.slice(0, -1) + (hex.endsWith("0") ? "1" : "0"));
}
