import { createHash } from "node:crypto";
import type { SigningCredentials } from "#sigv4/credential-checks";
import type { RawRequest } from "#sigv4/request";
import { type VerifyOptions, verify } from "#sigv4/verify";
import {
  AMZ_DATE,
  LONG_TERM,
  NOW,
  OPTIONS,
  type Signing,
  signWithAws4,
  TEMPORARY,
  type Unsigned,
  verdict,
  withHeader,
} from "./signed-requests";

const MISMATCH =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";
const INVALID = "InvalidSignatureException";
const REGION = "Credential should be scoped to a valid region. ";
const SERVICE = "Credential should be scoped to correct service: 'execute-api'. ";
const TERMINATOR = "Credential should be scoped with a valid terminator: 'aws4_request'. ";
const SCOPE_DATE =
  "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.";
const UNKNOWN_KEY = "UnrecognizedClientException: The security token included in the request is invalid.";
const WRONG_TOKEN = "UnrecognizedClientException: The security token included in the request is invalid";
const EXPIRED_TOKEN = "ExpiredTokenException: The security token included in the request is expired";

function inAuthorization(request: RawRequest, from: string | RegExp, to: string): RawRequest {
  const replace = (text: string): string => text.replace(from, to);
  return {
    ...request,
    target: replace(request.target),
    headers: request.headers.map(([name, value]) => [
      name,
      name === "Authorization" ? replace(value) : value,
    ]),
  };
}

function reasonOf(request: RawRequest, options: Partial<VerifyOptions<SigningCredentials>> = {}): string {
  const result = verify(request, { ...OPTIONS, ...options });
  return result.accepted ? "accepted" : result.reason;
}

test("an accepted request says who signed, how, and what the signature covers", () => {
  const request = signWithAws4({ headers: { "X-Api-Key": "k", Accept: "*/*" } }, { unsigned: ["x-api-key"] });
  expect(verify(request, OPTIONS)).toEqual({
    accepted: true,
    credentials: LONG_TERM,
    form: "header",
    signedHeaders: ["accept", "host", "x-amz-date"],
  });
  const { target, headers } = signWithAws4({}, { form: "query", credentials: TEMPORARY });
  const presigned = {
    method: "GET",
    target,
    headers: [...headers, ["Accept", "*/*"] as const],
    body: Buffer.alloc(0),
  };
  expect(verify(presigned, OPTIONS)).toEqual({
    accepted: true,
    credentials: TEMPORARY,
    form: "query",
    signedHeaders: ["host"],
  });
});

describe.each(["header", "query"] as const)("the time, %s form", (form) => {
  const expired = (date: string): string =>
    `${INVALID}: Signature expired: ${date} is now earlier than 20261122T101030Z (${AMZ_DATE} - 5 min.)`;
  const early = (date: string): string =>
    `${INVALID}: Signature not yet current: ${date} is still later than 20261122T102030Z (${AMZ_DATE} + 5 min.)`;

  test.each([
    { name: "now", date: AMZ_DATE, expected: "accepted" },
    { name: "5 minutes old", date: "20261122T101030Z", expected: "accepted" },
    { name: "5 minutes and a second old", date: "20261122T101029Z", expected: expired("20261122T101029Z") },
    { name: "sig-expired", date: "20261122T100930Z", expected: expired("20261122T100930Z") },
    { name: "5 minutes ahead", date: "20261122T102030Z", expected: "accepted" },
    { name: "5 minutes and a second ahead", date: "20261122T102031Z", expected: early("20261122T102031Z") },
    { name: "sig-future", date: "20261122T102130Z", expected: early("20261122T102130Z") },
    {
      name: "not in the basic format",
      date: "2026-11-22T10:15:30Z",
      expected:
        "IncompleteSignatureException: Date must be in ISO-8601 'basic format'. Got '2026-11-22T10:15:30Z'. See http://en.wikipedia.org/wiki/ISO_8601",
    },
  ])("$name", ({ date, expected }) => {
    expect(verdict(signWithAws4({}, { date, form }))).toBe(expected);
  });
});

test("a request without X-Amz-Date is verified by its Date", () => {
  const dated = signWithAws4({ headers: { Date: AMZ_DATE } }, { unsigned: ["x-amz-date"] });
  expect(verdict(withHeader(dated, "X-Amz-Date", undefined))).toBe("accepted");
  expect(verdict(withHeader(withHeader(dated, "X-Amz-Date", undefined), "Date", "20261122T101531Z"))).toMatch(
    MISMATCH,
  );
  expect(verdict(withHeader(withHeader(dated, "X-Amz-Date", undefined), "Date", NOW.toUTCString()))).toBe(
    "IncompleteSignatureException: Date must be in ISO-8601 'basic format'. Got 'Sun, 22 Nov 2026 10:15:30 GMT'. See http://en.wikipedia.org/wiki/ISO_8601",
  );
});

describe("X-Amz-Expires shortens the window and does not lengthen it", () => {
  const FIVE_OLD = "20261122T101030Z";
  const NO_NUMBER = "IncompleteSignatureException: X-Amz-Expires should be a number";
  test.each([
    { expires: "300", date: FIVE_OLD, expected: "accepted" },
    { expires: "86400", date: FIVE_OLD, expected: "accepted" },
    { expires: "9".repeat(400), date: FIVE_OLD, expected: "accepted" },
    {
      expires: "86400",
      date: "20261122T101029Z",
      expected: `${INVALID}: Signature expired: 20261122T101029Z is now earlier than ${FIVE_OLD} (${AMZ_DATE} - 5 min.)`,
    },
    { expires: "60", date: "20261122T101430Z", expected: "accepted" },
    {
      expires: "60",
      date: "20261122T101429Z",
      expected: `${INVALID}: Signature expired: 20261122T101429Z is now earlier than 20261122T101430Z (${AMZ_DATE} - 1 min.)`,
    },
    {
      expires: "45",
      date: FIVE_OLD,
      expected: `${INVALID}: Signature expired: ${FIVE_OLD} is now earlier than 20261122T101445Z (${AMZ_DATE} - 45 sec.)`,
    },
    { expires: "0", date: AMZ_DATE, expected: "accepted" },
    { expires: "", date: AMZ_DATE, expected: NO_NUMBER },
    { expires: "-1", date: AMZ_DATE, expected: NO_NUMBER },
    { expires: "1e9", date: AMZ_DATE, expected: NO_NUMBER },
    { expires: "60 ", date: AMZ_DATE, expected: NO_NUMBER },
  ])("$expires seconds, signed at $date", ({ expires, date, expected }) => {
    const path = `/dev/products?X-Amz-Expires=${encodeURIComponent(expires)}`;
    expect(verdict(signWithAws4({ path }, { form: "query", date }))).toBe(expected);
  });

  test("in the header form it is a parameter like any other", () => {
    expect(verdict(signWithAws4({ path: "/dev/products?X-Amz-Expires=x" }))).toBe("accepted");
  });
});

describe("the credential scope", () => {
  test.each([
    { name: "sig-wrong-region", signing: { region: "eu-west-1" }, expected: REGION },
    { name: "the region in upper case", signing: { region: "US-EAST-1" }, expected: REGION },
    { name: "no region", signing: { region: "*" }, expected: REGION },
    { name: "wrong service", signing: { service: "lambda" }, expected: SERVICE },
    {
      name: "sig-wrong-region-and-service",
      signing: { region: "eu-west-1", service: "lambda" },
      expected: REGION + SERVICE,
    },
  ])("$name", ({ signing, expected }) => {
    expect(verdict(signWithAws4({}, signing))).toBe(`${INVALID}: ${expected}`);
  });

  test.each([
    { name: "wrong terminator", from: "aws4_request", to: "aws4", expected: TERMINATOR },
    { name: "wrong date", from: "/20261122/", to: "/20261121/", expected: SCOPE_DATE },
    {
      name: "everything wrong",
      from: /\/20261122.*aws4_request/,
      to: "/d/r/s/t",
      expected: REGION + SERVICE + TERMINATOR + SCOPE_DATE,
    },
  ])("$name", ({ from, to, expected }) => {
    expect(verdict(inAuthorization(signWithAws4(), from, to))).toBe(`${INVALID}: ${expected}`);
  });
});

describe("access keys and session tokens", () => {
  const { sessionToken = "", ...WITHOUT_TOKEN } = TEMPORARY;
  const tokenOf = (token: string | undefined): Signing => ({
    credentials: { ...WITHOUT_TOKEN, sessionToken: token },
  });

  test.each<{ name: string; signing: Signing; expected: string }>([
    {
      name: "sig-unknown-key",
      signing: { credentials: { ...LONG_TERM, accessKeyId: "AKIAUNKNOWNUNKNOWN00" } },
      expected: UNKNOWN_KEY,
    },
    {
      name: "the key 'undefined'",
      signing: { credentials: { ...LONG_TERM, accessKeyId: "undefined" } },
      expected: UNKNOWN_KEY,
    },
    {
      name: "the key '__proto__'",
      signing: { credentials: { ...LONG_TERM, accessKeyId: "__proto__" } },
      expected: UNKNOWN_KEY,
    },
    { name: "a temporary key with its token", signing: tokenOf(sessionToken), expected: "accepted" },
    {
      name: "sig-token-unsigned",
      signing: { ...tokenOf(sessionToken), unsigned: ["x-amz-security-token"] },
      expected: "accepted",
    },
    { name: "a temporary key without a token", signing: tokenOf(undefined), expected: UNKNOWN_KEY },
    {
      name: "a temporary key with the token 'undefined'",
      signing: tokenOf("undefined"),
      expected: UNKNOWN_KEY,
    },
    { name: "another token", signing: tokenOf(sessionToken.replace("E", "e")), expected: WRONG_TOKEN },
    { name: "a token that goes on", signing: tokenOf(`${sessionToken}=`), expected: WRONG_TOKEN },
    {
      name: "sig-token-with-long-term-key",
      signing: { credentials: { ...LONG_TERM, sessionToken } },
      expected: WRONG_TOKEN,
    },
  ])("$name", ({ signing, expected }) => {
    expect(verdict(signWithAws4({}, signing))).toBe(expected);
    if (signing.unsigned === undefined) {
      expect(verdict(signWithAws4({}, { ...signing, form: "query" }))).toBe(expected);
    }
  });

  test("an empty token is none", () => {
    const request = signWithAws4({}, tokenOf(undefined));
    expect(verdict(withHeader(request, "X-Amz-Security-Token", ""))).toBe(UNKNOWN_KEY);
    expect(verdict(withHeader(signWithAws4(), "X-Amz-Security-Token", ""))).toBe("accepted");
  });

  test("a token counts only in the form of the signature", () => {
    const header = signWithAws4(
      { path: `/dev/x?X-Amz-Security-Token=${encodeURIComponent(sessionToken)}` },
      tokenOf(undefined),
    );
    const query = signWithAws4(
      { headers: { "X-Amz-Security-Token": sessionToken } },
      { ...tokenOf(undefined), form: "query" },
    );
    expect([verdict(header), verdict(query)]).toEqual([UNKNOWN_KEY, UNKNOWN_KEY]);
  });

  test("a presigned URL's token is covered by its signature", () => {
    const presigned = signWithAws4({}, { ...tokenOf(undefined), form: "query" });
    const target = `${presigned.target}&X-Amz-Security-Token=${encodeURIComponent(sessionToken)}`;
    expect(verdict({ ...presigned, target })).toMatch(MISMATCH);
  });

  test("a token ends with its expiration", () => {
    const expiring = (expiration: Date): Partial<VerifyOptions<SigningCredentials>> => ({
      findCredentials: () => ({ ...TEMPORARY, expiration }),
    });
    const request = signWithAws4({}, { credentials: TEMPORARY });
    expect(verdict(request, expiring(new Date(NOW.getTime() + 1)))).toBe("accepted");
    expect(verdict(request, expiring(NOW))).toBe(EXPIRED_TOKEN);
  });
});

describe("the signature", () => {
  test("sig-mismatch shows the canonical request and the string to sign", () => {
    const request = signWithAws4(
      { path: "/dev/a%20b?b=2&a", headers: { "X-Note": "\xc3\xa4" } },
      { credentials: { ...LONG_TERM, secretAccessKey: "wrong" } },
    );
    const canonicalRequest = `GET
/dev/a%2520b
a=&b=2
host:127.0.0.1:3000
x-amz-date:20261122T101530Z
x-note:\xc3\xa4

host;x-amz-date;x-note
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855`;
    const stringToSign = `AWS4-HMAC-SHA256
20261122T101530Z
20261122/us-east-1/execute-api/aws4_request
${createHash("sha256").update(canonicalRequest, "latin1").digest("hex")}`;
    const message = `${MISMATCH}

The Canonical String for this request should have been
'${canonicalRequest.replace("\xc3\xa4", "ä")}'

The String-to-Sign should have been
'${stringToSign}'
`;
    expect(verify(request, OPTIONS)).toEqual({
      accepted: false,
      errorType: INVALID,
      message,
      reason: expect.any(String),
      canonicalRequest,
      stringToSign,
    });
  });

  test.each<{ name: string; request: Unsigned; signing?: Signing; expected: RegExp | string }>([
    { name: "sig-path-1", request: { path: "/dev/path/%C3%A4" }, expected: "accepted" },
    { name: "sig-path-3", request: { path: "/dev/a%40b" }, expected: "accepted" },
    { name: "sig-path-4", request: { path: "/dev/a%3Db" }, expected: "accepted" },
    { name: "a body", request: { method: "PUT", body: '{"name":"é"}' }, expected: "accepted" },
    {
      name: "sig-unsigned-payload",
      request: { method: "POST", body: "{}", headers: { "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD" } },
      expected:
        /x-amz-content-sha256:UNSIGNED-PAYLOAD\n[^']*\n44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'/,
    },
  ])("$name", ({ request, signing, expected }) => {
    expect(verdict(signWithAws4(request, signing))).toMatch(expected);
  });

  test("sig-duplicate-header: repeated lines are signed joined, in their order", () => {
    const request = signWithAws4({ headers: { "x-amz-meta-dup": "first,second" } });
    const lines = (...values: string[]): RawRequest => ({
      ...request,
      headers: request.headers.flatMap(([name, value]) =>
        name === "x-amz-meta-dup" ? values.map((one) => [name, one] as const) : [[name, value] as const],
      ),
    });
    expect(verdict(lines("first", "second"))).toBe("accepted");
    expect(verdict(lines("second", "first"))).toMatch(MISMATCH);
  });

  test("upper-case hex is another signature", () => {
    const request = signWithAws4();
    const signature = /Signature=(.*)/.exec(JSON.stringify(request.headers))?.[1]?.slice(0, 64) ?? "";
    expect(verdict(inAuthorization(request, signature, signature.toUpperCase()))).toMatch(MISMATCH);
  });

  test("a signing key of one secret, date, region or service serves no other", () => {
    const day = 86_400_000;
    const at = (now: Date, date: string, options: Partial<VerifyOptions<SigningCredentials>> = {}) =>
      verdict(signWithAws4({}, { date }), { now, ...options });
    expect(at(NOW, AMZ_DATE)).toBe("accepted");
    expect(at(new Date(NOW.getTime() + day), "20261123T101530Z")).toBe("accepted");
    expect(verdict(signWithAws4({}, { region: "eu-west-1" }), { region: "eu-west-1" })).toBe("accepted");
    expect(verdict(signWithAws4({}, { service: "lambda" }), { service: "lambda" })).toBe("accepted");
    expect(
      at(NOW, AMZ_DATE, { findCredentials: () => ({ ...LONG_TERM, secretAccessKey: "another" }) }),
    ).toMatch(MISMATCH);
  });
});

test("a header that is listed twice is refused, and repeated nowhere", () => {
  const signed = signWithAws4();
  const twice = inAuthorization(signed, "host;", "host;host;");
  expect(verdict(signed)).toBe("accepted");
  expect(verify(twice, OPTIONS)).toEqual({
    accepted: false,
    errorType: "InvalidSignatureException",
    message:
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
    reason: "'host' is listed twice among the signed headers: list each once",
  });
});

/**
 * Each fault, in the order in which AWS looks for them: where two are made, the earlier one answers. The faults before
 * these, of the form and of its parts, are in parse-authorization.test.ts.
 */
describe("the order of checks", () => {
  const FAULTS: readonly { name: string; make: (request: RawRequest) => RawRequest; answer: string }[] = [
    {
      name: "host not signed",
      make: (r) => inAuthorization(r, "host;", ""),
      answer: `${INVALID}: 'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.`,
    },
    {
      name: "date format",
      make: (r) => withHeader(r, "X-Amz-Date", "x"),
      answer:
        "IncompleteSignatureException: Date must be in ISO-8601 'basic format'. Got 'x'. See http://en.wikipedia.org/wiki/ISO_8601",
    },
    {
      name: "expired",
      make: (r) => withHeader(r, "X-Amz-Date", "20261122T000000Z"),
      answer: `${INVALID}: Signature expired: 20261122T000000Z is now earlier than 20261122T101030Z (${AMZ_DATE} - 5 min.)`,
    },
    {
      name: "algorithm",
      make: (r) => inAuthorization(r, "HMAC", "FOO"),
      answer:
        "IncompleteSignatureException: Unsupported AWS 'algorithm': 'AWS4-FOO-SHA256' (only AWS4-HMAC-SHA256 for now). ",
    },
    {
      name: "credential parts",
      make: (r) => inAuthorization(r, "/us-east-1", ""),
      answer: "IncompleteSignatureException: Credential must have exactly 5 slash-delimited elements",
    },
    { name: "scope", make: (r) => inAuthorization(r, "execute-api", "s3"), answer: `${INVALID}: ${SERVICE}` },
    {
      name: "access key",
      make: (r) => inAuthorization(r, "Credential=ASIA", "Credential=AAAA"),
      answer: UNKNOWN_KEY,
    },
    {
      name: "signature",
      make: (r) => inAuthorization(r, "Signature=", "Signature=0"),
      answer: `${INVALID}: ${MISMATCH}`,
    },
    {
      name: "session token",
      make: (r) => withHeader(r, "X-Amz-Security-Token", "another"),
      answer: WRONG_TOKEN,
    },
  ];
  const PAIRS = FAULTS.flatMap((first, index) => FAULTS.slice(index + 1).map((second) => ({ first, second })))
    .filter(({ first, second }) => !(first.name === "date format" && second.name === "expired"))
    .filter(({ first, second }) => !(first.name === "credential parts" && second.name === "scope"));
  const request = signWithAws4({}, { credentials: TEMPORARY, unsigned: ["x-amz-security-token"] });
  const answerOf = (faulty: RawRequest, answer: string): string => verdict(faulty).slice(0, answer.length);

  test("nothing wrong", () => {
    expect(verdict(request)).toBe("accepted");
  });

  test.each(FAULTS)("$name alone", ({ make, answer }) => {
    expect(answerOf(make(request), answer)).toBe(answer);
  });

  test.each(PAIRS)("$first.name before $second.name", ({ first, second }) => {
    expect(answerOf(first.make(second.make(request)), first.answer)).toBe(first.answer);
  });

  test("an unsupported algorithm in the query form", () => {
    const presigned = signWithAws4({}, { form: "query" });
    expect(verdict(inAuthorization(presigned, "HMAC", "FOO"))).toBe(
      "IncompleteSignatureException: Unsupported AWS 'algorithm': 'AWS4-FOO-SHA256' (only AWS4-HMAC-SHA256 for now). ",
    );
  });

  test("a Credential in the query form that does not parse", () => {
    const presigned = signWithAws4({}, { form: "query" });
    expect(verdict(inAuthorization(presigned, "%2Fus-east-1", ""))).toBe(
      "IncompleteSignatureException: Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKIAIOSFODNN7EXAMPLE/20261122/execute-api/aws4_request'",
    );
  });
});

describe("the reason for the log", () => {
  test.each<{ name: string; request: RawRequest; reason: string }>([
    {
      name: "not signed",
      request: withHeader(signWithAws4(), "Authorization", undefined),
      reason:
        "the request is not signed: neither an Authorization header nor X-Amz-Algorithm in the query; sign it with SigV4",
    },
    {
      name: "the clock is behind",
      request: signWithAws4({}, { date: "20261122T100930Z" }),
      reason: "signed 360 seconds before this clock, 300 are allowed: set the client's clock or sign again",
    },
    {
      name: "the clock is ahead",
      request: signWithAws4({}, { date: "20261122T102130Z" }),
      reason: "signed 360 seconds ahead of this clock, 300 are allowed: set the client's clock",
    },
    {
      name: "another region",
      request: signWithAws4({}, { region: "eu-west-1" }),
      reason:
        "the credential scope is '20261122/eu-west-1/execute-api/aws4_request', expected '20261122/us-east-1/execute-api/aws4_request': sign for this region and service",
    },
    {
      name: "an unknown key",
      request: signWithAws4({}, { credentials: { ...LONG_TERM, accessKeyId: "AKIAUNKNOWNUNKNOWN00" } }),
      reason:
        "the access key AKIAUNKNOWNUNKNOWN00 is not known here: check which credentials the client loads",
    },
    {
      name: "a secret in the place of the id",
      request: signWithAws4(
        {},
        { credentials: { ...LONG_TERM, accessKeyId: "wJalrXUtnFEMI-K7MDENG-bPxRfiCYEXAMPLEKEY" } },
      ),
      reason:
        "an access key of 40 characters that does not look like an id is not known here: check which credentials the client loads",
    },
    {
      name: "a secret in the place of the scheme",
      request: withHeader(signWithAws4(), "Authorization", `${LONG_TERM.secretAccessKey} x`),
      reason:
        "an Authorization header of an unknown scheme that is not a list of key=value: sign with SigV4 instead",
    },
    {
      name: "a token missing",
      request: signWithAws4({}, { credentials: { ...TEMPORARY, sessionToken: undefined } }),
      reason:
        "the access key ASIAIOSFODNN7EXAMPLE is temporary and came without a session token: send it in the header X-Amz-Security-Token",
    },
    {
      name: "text that a terminal would act on",
      request: signWithAws4({}, { date: `\x1b[2J\x9b\n${"x".repeat(100)}` }),
      reason: `the request's time is '\\x1b[2J\\x9b\\x0a${"x".repeat(74)}'...: send X-Amz-Date as YYYYMMDDTHHMMSSZ`,
    },
  ])("$name", ({ request, reason }) => {
    expect(reasonOf(request)).toBe(reason);
  });

  test("a body that does not fit, with what was and was not signed", () => {
    const request = signWithAws4(
      { method: "PUT", body: "xyz", headers: { Accept: "*/*" } },
      { unsigned: ["accept"] },
    );
    expect(reasonOf({ ...request, body: Buffer.from("zyx") })).toBe(
      "the secret is not the one of the access key AKIAIOSFODNN7EXAMPLE, or what was signed is not what arrived: none of the usual mistakes gives this signature; signed headers 'content-length;content-type;host;x-amz-date', not signed 'accept'",
    );
  });

  /** Requests that a client signed as something else than it sent: what it signed, and what arrived. */
  test.each<{ cause: RegExp; signed: Unsigned; sent: Partial<RawRequest>; host?: string }>([
    { cause: /^the path was encoded once/, signed: { path: "/dev/a@b" }, sent: { target: "/dev/a%40b" } },
    {
      cause: /the stage is missing/,
      signed: { path: "/products?a=1" },
      sent: { target: "/dev/products?a=1" },
    },
    {
      cause: /signed as %2B/,
      signed: { path: "/dev/products?a=x%2By" },
      sent: { target: "/dev/products?a=x+y" },
    },
    { cause: /signed as one without a body/, signed: { method: "PUT" }, sent: { body: Buffer.from("{}") } },
    {
      cause: /payload hash that was signed/,
      signed: { headers: { "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD" } },
      sent: {},
    },
    {
      cause: /port is missing/,
      signed: { headers: { Host: "127.0.0.1" } },
      sent: {},
      host: "127.0.0.1:3000",
    },
    {
      cause: /^host was signed as 'localhost:3000' and arrived as '127\.0\.0\.1:3000'/,
      signed: { headers: { Host: "localhost:3000" } },
      sent: {},
      host: "127.0.0.1:3000",
    },
    {
      cause: /^host was signed as 'api\.example\.com' and arrived as '10\.0\.0\.7'/,
      signed: { headers: { Host: "api.example.com", "X-Forwarded-Host": "api.example.com" } },
      sent: {},
      host: "10.0.0.7",
    },
    {
      cause: /^the request was signed as 'POST' and arrived as 'GET'/,
      signed: { method: "POST" },
      sent: { method: "GET" },
    },
    {
      cause: /^the request was signed as 'get' and arrived as 'GET'/,
      signed: { method: "get" },
      sent: { method: "GET" },
    },
    {
      cause: /^a slash at the end of the path was not signed/,
      signed: { path: "/dev/products" },
      sent: { target: "/dev/products/" },
    },
    {
      cause: /^a slash at the end of the path was signed and did not arrive/,
      signed: { path: "/dev/products/?a=1" },
      sent: { target: "/dev/products?a=1" },
    },
    {
      cause: /^the path was signed with one encoding more than it arrived with: .* a proxy decoded it/,
      signed: { path: "/dev/a%2520b" },
      sent: { target: "/dev/a%20b" },
    },
    { cause: /^the query was not signed/, signed: {}, sent: { target: "/dev/products?limit=2" } },
    {
      cause: /^the body that arrived is not .* a line break at its end, which was signed and did not arrive/,
      signed: { method: "PUT", body: '{"a":1}\n' },
      sent: { body: Buffer.from('{"a":1}'), headers: [["Content-Length", "7"]] },
    },
    {
      cause: /^the body that arrived is not .* the line break at its end, which was not signed/,
      signed: { method: "PUT", body: "text" },
      sent: { body: Buffer.from("text\r\n"), headers: [["Content-Length", "6"]] },
    },
    {
      cause: /^the body that arrived is not .* its JSON was serialized again after signing/,
      signed: { method: "PUT", body: '{"a": 1, "b": [1, {"c": null}]}' },
      sent: { body: Buffer.from('{"a":1,"b":[1,{"c":null}]}'), headers: [["Content-Length", "26"]] },
    },
  ])("$cause", ({ cause, signed, sent: { headers: changed = [], ...sent }, host }) => {
    const request = changed.reduce(
      (all, [name, value]) => withHeader(all, name, value),
      signWithAws4(signed),
    );
    const arrived = { ...request, ...sent };
    const reason = reasonOf(host === undefined ? arrived : withHeader(arrived, "Host", host));
    expect(reason).toMatch(cause);
    expect(reason).toMatch(/ \(signed with the access key AKIAIOSFODNN7EXAMPLE\)$/);
  });

  test.each([
    {
      name: "a charset that was added",
      signed: "application/json",
      arrived: "application/json; charset=utf-8",
    },
    { name: "a charset that was taken away", signed: "text/plain; charset=UTF-8", arrived: "text/plain" },
  ])("$name", ({ signed, arrived }) => {
    const request = signWithAws4({ headers: { "Content-Type": signed } });
    expect(reasonOf(withHeader(request, "Content-Type", arrived))).toMatch(
      `content-type was signed as '${signed}' and arrived as '${arrived}': HTTP clients like to add a charset`,
    );
  });

  test("a signed header that did not arrive", () => {
    const request = signWithAws4({ headers: { "X-Trace": "1" } });
    expect(reasonOf(withHeader(request, "X-Trace", undefined))).toMatch(
      /^'x-trace' did not arrive and is among the signed headers/,
    );
  });

  test("a signature in upper case", () => {
    const request = signWithAws4();
    const upper = (value: string) => value.replace(/[0-9a-f]{64}$/, (hex) => hex.toUpperCase());
    const authorization = request.headers.find(([name]) => name === "Authorization")?.[1] ?? "";
    expect(reasonOf(withHeader(request, "Authorization", upper(authorization)))).toMatch(
      /^the signature is in upper-case hex/,
    );
  });

  test.each(["\n", "\r\n", " "])("a secret with %j behind it, or in front of it", (space) => {
    for (const secretAccessKey of [LONG_TERM.secretAccessKey + space, space + LONG_TERM.secretAccessKey]) {
      const request = signWithAws4({}, { credentials: { ...LONG_TERM, secretAccessKey } });
      expect(reasonOf(request)).toMatch(/^white space around the secret access key was used with it/);
    }
  });

  test("another secret, for which no usual mistake is reported", () => {
    const { secretAccessKey } = TEMPORARY;
    const request = signWithAws4(
      { method: "PUT", path: "/dev/a%20b/?b=1&a=+", headers: { "Content-Type": "a/b" }, body: "{}\n" },
      { credentials: { ...LONG_TERM, secretAccessKey } },
    );
    expect(reasonOf(request)).toMatch(
      /^the secret is not the one of the access key AKIAIOSFODNN7EXAMPLE, or /,
    );
  });
});
