import type { DiagnosedGate, Fault } from "#diagnosis/diagnosis";
import type { RawRequest } from "#sigv4/request";
import { allowInvoke } from "../../support/api-terraform";
import { NOW, RefusingGateway, type SignedSpec } from "./refusing-api";

/**
 * Every way in which API Gateway is known to refuse, provoked at the local gateway: the answer is AWS's, and the diagnosis
 * names gate and fault. The sections are those of the collected behaviour: routing (1.2), the Authorization header (1.3),
 * the signature (1.4), policies (1.5), API key and usage (1.6), validation (1.7), integration (1.8).
 */

const gateway = new RefusingGateway();

interface RefusalRow {
  readonly name: string;
  readonly request: () => RawRequest;
  /** Requests that come before it. */
  readonly before?: () => RawRequest;
  readonly status?: number;
  /** How the answer's body begins or goes. */
  readonly text: RegExp;
  readonly gate: DiagnosedGate;
  readonly fault: Fault;
  /** What the cause says, besides. */
  readonly told?: RegExp;
}

const plain = (method: string, target: string, headers?: Record<string, string>, body?: string) => () =>
  gateway.plain(method, target, headers, body);
const signed = (spec: SignedSpec) => () => gateway.sign(spec).request;
const authorized = (authorization: string, headers: Record<string, string> = {}) =>
  plain("GET", "/dev/signed", { Authorization: authorization, ...headers });
const keyed = (name: string) => () => gateway.plain("GET", "/dev/keyed", { "x-api-key": gateway.key(name) });
const presigned = (query: string) => plain("GET", `/dev/signed?${query}`);
/** A right Authorization header with one part changed. */
const reauthorized = (change: (value: string) => string, spec: SignedSpec = {}) =>
  signed({
    ...spec,
    sent: (request) => ({
      ...request,
      headers: request.headers.map(([name, value]) => [
        name,
        name === "Authorization" ? change(value) : value,
      ]),
    }),
  });
const scoped = (from: RegExp, to: string) => reauthorized((value) => value.replace(from, to));
const withToken = (token: string | undefined) =>
  signed({
    sent: (request) => ({
      ...request,
      headers: request.headers.flatMap(([name, value]) =>
        name !== "X-Amz-Security-Token" ? [[name, value]] : token === undefined ? [] : [[name, token]],
      ),
    }),
  });

const SECTIONS: Readonly<Record<string, readonly RefusalRow[]>> = {
  "1.2 routing and missing credentials": [
    {
      name: "an unknown path, unsigned",
      request: plain("GET", "/dev/singed"),
      text: /^\{"message":"Missing Authentication Token"\}$/,
      gate: "route",
      fault: "no-such-route",
      told: /^There is no GET \/singed in stage dev: nearest is GET \/signed \(AWS_IAM\)\.$/,
    },
    {
      name: "an unknown method",
      request: plain("DELETE", "/dev/signed"),
      text: /Missing Authentication Token/,
      gate: "route",
      fault: "no-such-route",
      told: /this path has GET \/signed \(AWS_IAM\)/,
    },
    {
      name: "an AWS_IAM method, unsigned",
      request: plain("GET", "/dev/signed"),
      text: /Missing Authentication Token/,
      gate: "signature",
      fault: "not-signed",
      told: /GET \/signed \(AWS_IAM\) exists and expects a signature/,
    },
    {
      name: "an AWS_IAM method, with an API key",
      request: plain("GET", "/dev/signed", { "x-api-key": "k" }),
      text: /Missing Authentication Token/,
      gate: "signature",
      fault: "not-signed",
      told: /the request has none\. The API key that it has takes no signature's place\.$/,
    },
    {
      name: "a path that has its stage twice",
      request: plain("GET", "/dev/dev/signed?a=1"),
      text: /Missing Authentication Token/,
      gate: "route",
      fault: "no-such-route",
      told: /^The stage stands twice in the path/,
    },
    {
      name: "an unknown path with a bearer token",
      request: plain("GET", "/dev/nowhere", { Authorization: "Bearer abc" }),
      text: /Invalid key=value pair/,
      gate: "signature",
      fault: "not-sigv4",
      told: /known or not/,
    },
    {
      name: "an unknown path, rightly signed",
      request: signed({ path: "/dev/nowhere" }),
      text: /Missing Authentication Token/,
      gate: "route",
      fault: "no-such-route",
    },
    {
      name: "another scheme that looks like a signature",
      request: authorized("Xeni-API Credential=a, SignedHeaders=host, Signature=b", { "X-Amz-Date": "x" }),
      text: /Missing Authentication Token/,
      gate: "signature",
      fault: "not-sigv4",
      told: /another scheme/,
    },
    {
      name: "a method override that is not signed",
      request: signed({
        sent: (request) => ({ ...request, headers: [...request.headers, ["X-HTTP-Method-Override", "GET"]] }),
      }),
      text: /Missing Authentication Token/,
      gate: "signature",
      fault: "not-signed",
      told: /X-HTTP-Method-Override/,
    },
    {
      name: "a method override by which there is no route",
      request: plain("GET", "/dev/signed", { "X-HTTP-Method-Override": "PUT" }),
      text: /Missing Authentication Token/,
      gate: "route",
      fault: "no-such-route",
      told: /^There is no PUT \/signed in stage dev/,
    },
    {
      name: "a path without a stage",
      request: plain("GET", "/signed"),
      text: /^\{"message":"Forbidden"\}$/,
      gate: "route",
      fault: "no-such-stage",
      told: /which are dev\.$/,
    },
  ],
  "1.3 an Authorization header that cannot be read": [
    {
      name: "parts are missing",
      request: authorized("AWS4-HMAC-SHA256 Credential=a/b/c/d/e"),
      text: /requires 'Signature' parameter\. .*'SignedHeaders'.*'X-Amz-Date'.*\(Hashed with SHA-256/,
      gate: "signature",
      fault: "authorization-incomplete",
      told: /lacks Signature, SignedHeaders, the header X-Amz-Date\.$/,
    },
    {
      name: "a bearer token",
      request: authorized("Bearer abc"),
      text: /Invalid key=value pair \(missing equal-sign\)/,
      gate: "signature",
      fault: "not-sigv4",
    },
    {
      name: "no algorithm",
      request: authorized("Credential=abc"),
      text: /must begin with the algorithm name/,
      gate: "signature",
      fault: "not-sigv4",
    },
    {
      name: "a raw token",
      request: authorized("abc"),
      text: /requires 'Credential' parameter/,
      gate: "signature",
      fault: "not-sigv4",
    },
    {
      name: "a credential that does not have five parts",
      request: scoped(/\/execute-api/, ""),
      text: /Credential must have exactly 5 slash-delimited elements/,
      gate: "signature",
      fault: "malformed-credential",
      told: /does not have 5 elements/,
    },
    {
      name: "a date in another format",
      request: signed({
        sent: (request) => ({
          ...request,
          headers: request.headers.map(([name, value]) => [
            name,
            name === "X-Amz-Date" ? "2026-11-22T10:15:30Z" : value,
          ]),
        }),
      }),
      text: /Date must be in ISO-8601/,
      gate: "signature",
      fault: "malformed-date",
      told: /'2026-11-22T10:15:30Z'/,
    },
    {
      name: "an algorithm that is not supported",
      request: scoped(/AWS4-HMAC-SHA256/, "AWS4-HMAC-SHA512"),
      text: /Unsupported AWS 'algorithm'/,
      gate: "signature",
      fault: "unsupported-algorithm",
      told: /'AWS4-HMAC-SHA512'/,
    },
    {
      name: "a presigned URL cut short",
      request: presigned("X-Amz-Algorithm=AWS4-HMAC-SHA256"),
      text: /must include 'X-Amz-Credential'/,
      gate: "signature",
      fault: "authorization-incomplete",
      told: /lacks X-Amz-Credential, X-Amz-Signature, X-Amz-SignedHeaders, X-Amz-Date,/,
    },
    {
      name: "both forms",
      request: signed({ path: "/dev/signed?X-Amz-Algorithm=AWS4-HMAC-SHA256" }),
      text: /Found both/,
      gate: "signature",
      fault: "both-forms",
    },
    {
      name: "an expiry that is no number",
      request: presigned(
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a&X-Amz-Signature=b&X-Amz-SignedHeaders=host&X-Amz-Date=20261122T101530Z&X-Amz-Expires=soon",
      ),
      text: /X-Amz-Expires should be a number/,
      gate: "signature",
      fault: "malformed-date",
    },
    {
      name: "several regions, and no region set",
      request: scoped(/AWS4-HMAC-SHA256(.*)\/eu-west-1/, "AWS4-ECDSA-P256-SHA256$1"),
      text: /x-amz-region-set/,
      gate: "signature",
      fault: "region-set",
    },
  ],
  "1.4 a signature that is refused": [
    {
      name: "the host is not signed",
      request: scoped(/SignedHeaders=host;/, "SignedHeaders="),
      text: /'Host' or ':authority' must be a 'SignedHeader'/,
      gate: "signature",
      fault: "host-not-signed",
    },
    {
      name: "older than 5 minutes",
      request: signed({ date: NOW - 301_000 }),
      text: /Signature expired: 20261122T101029Z/,
      gate: "signature",
      fault: "signature-expired",
      told: /the signature was 5 min 1 s old, and signatures are good for 5 min\./,
    },
    {
      name: "more than 5 minutes ahead",
      request: signed({ date: NOW + 3_725_000 }),
      text: /Signature not yet current/,
      gate: "signature",
      fault: "signature-not-yet-current",
      told: /the signature was 1 h 2 min ahead, and 5 min ahead are allowed\. .*ahead by that much/,
    },
    {
      name: "for another region",
      request: signed({ region: "us-east-1" }),
      text: /^\{"message":"Credential should be scoped to a valid region\. "\}$/,
      gate: "signature",
      fault: "wrong-scope",
      told: /another region than this API's\. The request's scope is 20261122\/us-east-1\/execute-api\/aws4_request\./,
    },
    {
      name: "for another service and region",
      request: signed({ region: "us-east-1", service: "lambda" }),
      text: /region\. Credential should be scoped to correct service: 'execute-api'\. "/,
      gate: "signature",
      fault: "wrong-scope",
      told: /another region and service/,
    },
    {
      name: "with another terminator",
      request: scoped(/aws4_request/, "aws4"),
      text: /valid terminator/,
      gate: "signature",
      fault: "wrong-scope",
      told: /another terminator/,
    },
    {
      name: "with another date in its scope",
      request: scoped(/20261122/, "20261121"),
      text: /Date in Credential scope/,
      gate: "signature",
      fault: "wrong-scope",
      told: /another date/,
    },
    {
      name: "of an unknown key",
      request: signed({ credentials: { accessKeyId: "AKIAUNKNOWN", secretAccessKey: "x" } }),
      text: /^\{"message":"The security token included in the request is invalid\."\}$/,
      gate: "signature",
      fault: "unknown-access-key",
      told: /does not know the access key AKIAUNKNOWN/,
    },
    {
      name: "of a key that was never set",
      request: signed({ credentials: { accessKeyId: "undefined", secretAccessKey: "undefined" } }),
      text: /token included in the request is invalid\./,
      gate: "signature",
      fault: "unknown-access-key",
      told: /does not know the access key:/,
    },
    {
      name: "of temporary credentials without a token",
      request: withToken(undefined),
      text: /token included in the request is invalid\./,
      gate: "signature",
      fault: "session-token-missing",
    },
    {
      name: "of temporary credentials with a token that was never set",
      request: withToken("undefined"),
      text: /token included in the request is invalid\./,
      gate: "signature",
      fault: "session-token-missing",
    },
    {
      name: "with another token, signed",
      request: () => {
        const { accessKeyId, secretAccessKey } = gateway.gateway.credentials("reader");
        return gateway.sign({ credentials: { accessKeyId, secretAccessKey, sessionToken: "another" } })
          .request;
      },
      text: /^\{"message":"The security token included in the request is invalid"\}$/,
      gate: "signature",
      fault: "session-token-wrong",
    },
    {
      name: "with a token beside a long-term key",
      request: () => {
        const { accessKeyId, secretAccessKey } = gateway.gateway.credentials("longterm");
        return gateway.sign({ credentials: { accessKeyId, secretAccessKey, sessionToken: "left" } }).request;
      },
      text: /token included in the request is invalid"/,
      gate: "signature",
      fault: "session-token-not-needed",
    },
    {
      name: "that does not match",
      request: signed({
        sent: (request) => ({ ...request, target: "/dev/signed?more" }),
      }),
      text: /^\{"message":"The request signature we calculated does not match/,
      gate: "signature",
      fault: "signed-otherwise",
    },
  ],
  "1.5 policies": [
    {
      name: "nothing allows",
      request: signed({ profile: "stranger" }),
      text: /because no identity-based policy allows the execute-api:Invoke action"\}$/,
      gate: "iam",
      fault: "not-allowed",
      told: /^arn:aws:sts::123456789012:assumed-role\/stranger\/local is known, and no identity-based policy allows/,
    },
    {
      name: "an explicit deny",
      request: signed({ path: "/dev/denied" }),
      text: /with an explicit deny in an identity-based policy"\}$/,
      gate: "iam",
      fault: "explicitly-denied",
      told: /a statement with Effect Deny in an identity-based policy says so/,
    },
  ],
  "1.6 API key, throttle, quota, size": [
    {
      name: "no key",
      request: plain("GET", "/dev/keyed"),
      text: /^\{"message":"Forbidden"\}$/,
      gate: "api-key",
      fault: "key-missing",
      told: /no x-api-key header/,
    },
    {
      name: "an empty key",
      request: plain("GET", "/dev/keyed", { "x-api-key": "" }),
      text: /Forbidden/,
      gate: "api-key",
      fault: "key-missing",
      told: /an empty x-api-key header/,
    },
    {
      name: "a signature and no key",
      request: signed({ path: "/dev/both" }),
      text: /Forbidden/,
      gate: "api-key",
      fault: "key-missing",
    },
    {
      name: "an unknown key",
      request: plain("GET", "/dev/keyed", { "x-api-key": "0123456789012345678901234" }),
      text: /Forbidden/,
      gate: "api-key",
      fault: "key-unknown",
    },
    {
      name: "a disabled key",
      request: keyed("disabled"),
      text: /Forbidden/,
      gate: "api-key",
      fault: "key-disabled",
      told: /'disabled' is disabled/,
    },
    {
      name: "a key in no plan",
      request: keyed("planless"),
      text: /Forbidden/,
      gate: "api-key",
      fault: "key-in-no-plan",
    },
    {
      name: "a key whose plan does not hold the stage",
      request: keyed("elsewhere"),
      text: /Forbidden/,
      gate: "api-key",
      fault: "key-not-for-stage",
      told: /is in elsewhere, which does not hold stage dev/,
    },
    {
      name: "too fast",
      before: keyed("throttled"),
      request: keyed("throttled"),
      status: 429,
      text: /^\{"message":"Too Many Requests"\}$/,
      gate: "throttle",
      fault: "throttled",
      told: /plan slow allows 1 requests a second and bursts of 1/,
    },
    {
      name: "the quota used up",
      before: keyed("spent"),
      request: keyed("spent"),
      status: 429,
      text: /^\{"message":"Limit Exceeded"\}$/,
      gate: "quota",
      fault: "quota-used-up",
      told: /Plan small allows 1 a day\./,
    },
    {
      name: "a body that is too large",
      request: plain("POST", "/dev/media", {}, "x".repeat(10_485_761)),
      status: 413,
      text: /^HTTP content length exceeded 10485760 bytes\.$/,
      gate: "front-end",
      fault: "body-too-large",
      told: /larger than the 10485760 bytes/,
    },
    {
      name: "a URL that is too long",
      request: plain("GET", `/dev/open?${"x".repeat(10_240)}`),
      status: 414,
      text: /Request URI too long/,
      gate: "front-end",
      fault: "uri-too-long",
    },
    {
      name: "a path that makes the method's ARN too long",
      request: signed({ path: `/dev/signed/${"x".repeat(1_600)}` }),
      status: 414,
      text: /^\{"message":"Request URI too long"\}$/,
      gate: "front-end",
      fault: "uri-too-long",
      told: /1,600 bytes of method ARN/,
    },
    {
      name: "headers that are too large",
      request: plain("GET", "/dev/open", { "X-Long": "x".repeat(21_000) }),
      status: 431,
      text: /^HTTP header is larger than 10240 bytes\.$/,
      gate: "front-end",
      fault: "headers-too-large",
    },
    {
      name: "a bare | in the query",
      request: plain("GET", "/dev/open?a|b"),
      status: 400,
      text: /Bad Request/,
      gate: "front-end",
      fault: "bad-request",
    },
  ],
  "1.7 validation": [
    {
      name: "a parameter is missing",
      request: plain("POST", "/dev/validated", {}, '{"code":"a"}'),
      status: 400,
      text: /^\{"message": "Missing required request parameters: \[limit\]"\}$/,
      gate: "validation",
      fault: "parameters-missing",
      told: /wants limit\./,
    },
    {
      name: "the body does not fit",
      request: plain("POST", "/dev/validated?limit=1", {}, "{}"),
      status: 400,
      text: /^\{"message": "Invalid request body"\}$/,
      gate: "validation",
      fault: "body-invalid",
    },
    {
      name: "no template for the content type",
      request: plain("POST", "/dev/media", { "Content-Type": "text/plain" }, "x"),
      status: 415,
      text: /Unsupported Media Type/,
      gate: "validation",
      fault: "media-type",
    },
  ],
  "1.8 integration": [
    {
      name: "the function threw",
      request: plain("GET", "/dev/throws"),
      status: 502,
      text: /^\{"message": "Internal server error"\}$/,
      gate: "integration",
      fault: "integration-failed",
    },
    {
      name: "a body that is too large for a function",
      request: plain("GET", "/dev/throws", {}, "x".repeat(6 * 1024 * 1024)),
      status: 413,
      text: /^\{"message": "Request Too Long"\}$/,
      gate: "integration",
      fault: "event-too-large",
    },
    {
      name: "the function may not be invoked",
      request: plain("GET", "/dev/unpermitted"),
      status: 500,
      text: /Internal server error/,
      gate: "integration",
      fault: "integration-failed",
    },
    {
      name: "the function is slow",
      request: plain("GET", "/dev/slow"),
      status: 504,
      text: /Endpoint request timed out/,
      gate: "integration",
      fault: "integration-slow",
    },
  ],
};

describe.each(Object.entries(SECTIONS))("%s", (_section, rows) => {
  test.each(rows)("$name: $fault", async ({ request, before, status = 403, text, gate, fault, told }) => {
    if (before) await gateway.exchange(before());
    const refused = await gateway.diagnose({ request: request() });
    expect([refused.status, refused.text]).toEqual([status, expect.stringMatching(text)]);
    expect([refused.diagnosis.gate, refused.diagnosis.fault]).toEqual([gate, fault]);
    if (told) expect(refused.diagnosis.cause).toMatch(told);
    expect(refused.diagnosis.advice).toMatch(/\S\.$/);
  });
});

describe("1.5 resource policies", () => {
  const restricted = new RefusingGateway({
    routes: [
      { route: "GET /open" },
      { route: "GET /signed", authorization: "AWS_IAM" },
      { route: "GET /forbidden" },
    ],
    policy: [
      { ...allowInvoke("dev/GET/forbidden"), Principal: "*" },
      { ...allowInvoke("dev/GET/forbidden"), Effect: "Deny", Principal: "*" },
    ],
    roles: { reader: [allowInvoke("*")] },
  });

  test("an unsigned caller whom nothing allows", async () => {
    const { status, text, diagnosis } = await restricted.diagnose({
      request: restricted.plain("GET", "/dev/open"),
    });
    expect([status, text]).toEqual([
      403,
      expect.stringMatching(/^\{"Message":"User: anonymous .* because no resource-based policy allows/),
    ]);
    expect(diagnosis).toMatchObject({
      gate: "iam",
      fault: "not-allowed",
      advice: expect.stringMatching(/^Add this statement to the API's resource policy/),
      policyStatement: { Effect: "Allow", Principal: "*", Action: "execute-api:Invoke" },
    });
  });

  test("an explicit deny", async () => {
    const { text, diagnosis } = await restricted.diagnose({
      request: restricted.plain("GET", "/dev/forbidden"),
    });
    expect(text).toMatch(/with an explicit deny in a resource-based policy"\}$/);
    expect(diagnosis).toMatchObject({ gate: "iam", fault: "explicitly-denied" });
    expect(diagnosis.cause).toMatch(/^An unsigned caller may not .* in a resource-based policy says so/);
    expect(diagnosis.policyStatement).toBeUndefined();
  });

  test("the twin that is allowed", async () => {
    expect(await restricted.exchange(restricted.sign().request)).toMatchObject({ status: 200 });
  });
});

test("a policy statement that would allow the request is ready to paste", async () => {
  const { request } = gateway.sign({ profile: "stranger", path: "/dev/signed/a1" });
  const { diagnosis } = await gateway.diagnose({ request });
  expect(diagnosis.policyStatement).toEqual({
    Effect: "Allow",
    Action: "execute-api:Invoke",
    Resource: `arn:aws:execute-api:eu-west-1:123456789012:${gateway.model.api.id}/dev/GET/signed/a1`,
  });
});

test("an answer of the API itself is none of the gateway's", async () => {
  const { diagnosis } = await gateway.diagnose({ request: gateway.plain("GET", "/dev/open") });
  expect(diagnosis).toMatchObject({ gate: "none", fault: "own-answer" });
});
