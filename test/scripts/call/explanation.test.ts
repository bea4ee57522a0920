import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { readArguments } from "#call/arguments";
import { call } from "#call/call";
import { explainSignature } from "#call/explanation";
import { signRequestMultiRegion } from "#call/sigv4a";
import { signRequest } from "#functions/lib/sigv4";
import { textOf } from "#sigv4/bytes";
import { captureIo } from "../../support/captured-io";
import { toRawRequest } from "../../support/raw-request";
import { Vector, vectorNames } from "../../support/sigv4-vectors";
import { NO_AWS_SETTINGS } from "../../support/stage-outputs";
import { CallableApi } from "./callable-api";

describe("AWS's vectors, as they are signed", () => {
  test.each(vectorNames("v4"))("%s: every step", (name) => {
    const vector = new Vector("v4", name);
    const pathRules = { encodePath: "twice", normalizePath: vector.context.normalize } as const;
    const steps = explainSignature(vector.signedRequest("header"), vector.credentials, pathRules);
    expect(steps).toMatchObject({
      canonicalRequest: vector.expected("header", "canonical-request"),
      stringToSign: vector.expected("header", "string-to-sign"),
      signature: vector.expected("header", "signature"),
      credentialScope: "20150830/us-east-1/service/aws4_request",
    });
  });

  test.each(vectorNames("v4a"))("SigV4A, %s: every step", (name) => {
    const vector = new Vector("v4a", name);
    const pathRules = { encodePath: "twice", normalizePath: vector.context.normalize } as const;
    expect(explainSignature(vector.signedRequest("header"), vector.credentials, pathRules)).toMatchObject({
      canonicalRequest: vector.expected("header", "canonical-request"),
      stringToSign: vector.expected("header", "string-to-sign"),
      credentialScope: "20150830/service/aws4_request",
      region: "us-east-1",
    });
  });

  test("steps that do not lead to the signature explain nothing, and neither does a request without one", () => {
    const vector = new Vector("v4", "get-vanilla");
    const request = vector.signedRequest("header");
    expect(explainSignature({ ...request, method: "PUT" }, vector.credentials)).toBeUndefined();
    expect(explainSignature({ ...request, headers: [] }, vector.credentials)).toBeUndefined();
  });
});

/** Those of the vectors that a client can send, and that sign no more headers than this one does. */
const SENDABLE = vectorNames("v4").filter((name) => {
  const vector = new Vector("v4", name);
  const { target, headers } = vector.signedRequest("header");
  const authorization = headers.find(([header]) => header === "Authorization")?.[1] ?? "";
  const signed = /SignedHeaders=([^,]*)/.exec(authorization)?.[1] ?? "";
  const hasPlainPath = /^[\x21-\x7e]*(\?|$)/.test(target);
  const isOurs = /^host;x-amz-date(;x-amz-security-token)?$/.test(signed) && headers.length <= 4;
  return hasPlainPath && isOurs && vector.context.normalize && !("omit_session_token" in vector.context);
});

describe("AWS's vectors, called", () => {
  const server = createServer((_request, response) => response.end("{}"));
  beforeAll(() => once(server.listen(0, "127.0.0.1"), "listening"));
  afterAll(() => server.close());

  test("there are some", () => {
    expect(SENDABLE.length).toBeGreaterThanOrEqual(8);
  });

  test.each(SENDABLE)("%s: --explain shows its canonical request and string to sign", async (name) => {
    const vector = new Vector("v4", name);
    const { accessKeyId, secretAccessKey, sessionToken = "" } = vector.credentials;
    Object.assign(process.env, {
      ...NO_AWS_SETTINGS,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    });
    const { method, target } = vector.signedRequest("header");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const argv = [
      method,
      textOf(target),
      "--url",
      url,
      "--region",
      "us-east-1",
      "--header",
      "Host: example.amazonaws.com",
    ];
    const io = captureIo();
    const world = { env: {}, io, localFolder: "", now: () => vector.date.getTime(), service: "service" };

    await call(readArguments([...argv, "--explain", "--json"]), world);
    const { explanation } = JSON.parse(io.written().out);
    const shown = (text: string) =>
      text.replace(/(?<=x-amz-security-token:)(\w{4}).*/, `$1…(${sessionToken.length} characters)`);
    expect(explanation.canonicalRequest).toBe(shown(vector.expected("header", "canonical-request")));
    expect(explanation.stringToSign).toBe(vector.expected("header", "string-to-sign"));
    expect(explanation.signature).toBe(vector.expected("header", "signature"));
  });
});

test("whatever is signed can be explained", async () => {
  const credentials = fc.record({
    accessKeyId: fc.constant("ASIAIOSFODNN7EXAMPLE"),
    secretAccessKey: fc.string({ minLength: 1 }),
    sessionToken: fc.option(fc.base64String({ minLength: 4 }), { nil: undefined }),
  });
  const request = fc.record({
    method: fc.constantFrom("GET", "PUT", "DELETE"),
    url: fc.webUrl({ withQueryParameters: true, validSchemes: ["https"] }),
    headers: fc.record({ "content-type": fc.constantFrom("text/plain", "a  b"), accept: fc.constant("*/*") }),
    body: fc.option(fc.string(), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(request, credentials, async (unsigned, signer) => {
      fc.pre(!unsigned.url.includes("__proto__")); // which the signer refuses
      const signed = await signRequest(unsigned, { credentials: signer, region: "eu-west-1" });
      const steps = explainSignature(toRawRequest(signed), signer);
      expect(signed.headers.authorization).toContain(`Signature=${steps?.signature}`);
    }),
    { numRuns: 100 },
  );
});

test("a signature for several regions is explained as one", async () => {
  const credentials = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "secret" };
  const url = "https://api.example.com/dev/products";
  const signed = await signRequestMultiRegion(
    { method: "GET", url },
    { credentials, regionSet: ["us-*", "eu-west-1"] },
  );
  expect(explainSignature(toRawRequest(signed), credentials)).toMatchObject({
    region: "us-*,eu-west-1",
    stringToSign: expect.stringMatching(/^AWS4-ECDSA-P256-SHA256\n/),
  });
});

describe("on the screen", () => {
  const api = new CallableApi();

  test("every step under its name, and where each input comes from", async () => {
    const { status, out } = await api.call(["GET", "/signed/a%20b?q=1", "--explain"]);
    const { accessKeyId } = api.gateway.credentials("reader");
    expect(status).toBe(0);
    const lines = [
      /^1\. Create a canonical request$/m,
      /^ {2}HTTPMethod {14}GET$/m,
      /^ {2}CanonicalURI {12}\/dev\/signed\/a%2520b$/m,
      /^ {2}CanonicalQueryString {4}q=1$/m,
      /^ {2}CanonicalHeaders {8}host:127\.0\.0\.1:\d+$/m,
      /^ {26}x-amz-date:\d{8}T\d{6}Z$/m,
      /^ {26}x-amz-security-token:\w{4}…\(200 characters\)$/m,
      /^ {26}\(empty line\)$/m,
      /^ {2}SignedHeaders {11}host;x-amz-date;x-amz-security-token$/m,
      /^ {2}HashedPayload\n {4}e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855$/m,
      /^2\. Create a hash of the canonical request$/m,
      /^3\. Create a string to sign$/m,
      /^ {2}Algorithm {15}AWS4-HMAC-SHA256$/m,
      /^ {2}CredentialScope {9}\d{8}\/eu-west-1\/execute-api\/aws4_request$/m,
      /^4\. Derive a signing key$/m,
      /^ {2}DateKey {17}HMAC-SHA256\("AWS4" \+ SecretAccessKey, "\d{8}"\)$/m,
      /^5\. Calculate the signature$/m,
      /^ {2}Signature\n {4}[0-9a-f]{64}\n {4}Hex\(HMAC-SHA256\(SigningKey, StringToSign\)\)$/m,
      /^6\. Add the signature to the request$/m,
      /^ {2}Authorization\n {4}AWS4-HMAC-SHA256\n {4}Credential=.*\n {4}SignedHeaders=.*\n {4}Signature=[0-9a-f]{64}$/m,
      /^From configuration {2}cannot be derived from the request$/m,
      new RegExp(`^  access key id {11}${accessKeyId}(  |\\n {26})profile reader\\s+of\\s`, "m"),
      /^ {2}region {18}eu-west-1\s+\S+outputs\.json$/m,
      /^From the request$/m,
    ];
    for (const line of lines) expect(out).toMatch(line);
    // The name of the test's folder is longer than `.local`.
    expect(
      out
        .split("\n")
        .filter((line) => line.length > 80 && !line.includes(api.folder.split("/").at(-1) ?? "")),
    ).toEqual([]);
  });

  test("several regions", async () => {
    const { status, out } = await api.call(["GET", "/signed", "--explain", "--region-set", "eu-*,us-east-1"]);
    expect(status).toBe(0);
    expect(out).toMatch(/^ {2}Algorithm {15}AWS4-ECDSA-P256-SHA256$/m);
    expect(out).toMatch(/^ {2}region {18}eu-\*,us-east-1 {2}--region-set$/m);
  });

  test("several regions, not this one", async () => {
    const { status, out } = await api.call(["GET", "/signed", "--region-set", "us-*"]);
    expect(status).toBe(1);
    expect(out).toMatch(/wrong scope\n[\s\S]*for the\s+regions us-\*\./);
  });

  test("a request without a signature has none to explain", async () => {
    const { out } = await api.call(["GET", "/open", "--explain", "--unsigned"]);
    expect(out).toMatch(/not signed, so there is no signature to explain/);
  });
});
