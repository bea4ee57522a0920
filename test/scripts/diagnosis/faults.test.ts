import { agrees } from "#diagnosis/compare-canonical";
import { diagnose } from "#diagnosis/diagnose";
import type { Fault } from "#diagnosis/diagnosis";
import { headerValue, type RawRequest } from "#sigv4/request";
import { RefusingGateway, type SignedSpec } from "./refusing-api";

/**
 * Requests that aws4 signs with one deliberate fault, sent to the gateway: the diagnosis has to name that fault, from the
 * answer and the client's own canonical request.
 */

const gateway = new RefusingGateway();

interface FaultRow extends SignedSpec {
  readonly name: string;
  readonly fault: Fault;
  /** What the cause says. */
  readonly told: RegExp;
  /** The first line that differs. */
  readonly first?: string;
}

const AWKWARD = "/dev/signed/a%20b";
const BODY = '{"name":"x"}\n';
const PUT = {
  method: "PUT",
  path: "/dev/signed/a",
  headers: { "Content-Type": "application/json" },
  body: BODY,
};
const otherBody = (body: string) => (request: RawRequest) => ({
  ...withHeader(request, "Content-Length", String(body.length)),
  body: Buffer.from(body),
});
const payload = (hash: string) => (canonical: string) => canonical.replace(/[^\n]*$/, hash);
const secondLine = (change: (path: string) => string) => (canonical: string) =>
  canonical.replace(/(?<=^[^\n]*\n)[^\n]*/, change);
const thirdLine = (change: (query: string) => string) => (canonical: string) =>
  canonical.replace(/(?<=^[^\n]*\n[^\n]*\n)[^\n]*/, change);

/** aws4 would send %20 for a plus. */
const asWritten = (target: string) => (request: RawRequest) => ({ ...request, target });

function withHeader(request: RawRequest, name: string, value: string | undefined): RawRequest {
  const others = request.headers.filter(([other]) => other.toLowerCase() !== name.toLowerCase());
  return { ...request, headers: value === undefined ? others : [...others, [name, value]] };
}

const rows: readonly FaultRow[] = [
  {
    name: "the body changed behind the signer",
    ...PUT,
    sent: otherBody('{"name":"y"}\n'),
    fault: "body-changed",
    told: /serialized again/,
    first: "HashedPayload",
  },
  {
    name: "the line break at the body's end was stripped, as curl --data does",
    ...PUT,
    sent: otherBody('{"name":"x"}'),
    fault: "body-changed",
    told: /they differ by a line break at its end/,
  },
  {
    name: "a body that was not hashed",
    ...PUT,
    canonical: payload("UNSIGNED-PAYLOAD"),
    fault: "body-not-hashed",
    told: /the payload hash that was signed is 'UNSIGNED-PAYLOAD', which execute-api does not honour/i,
    first: "HashedPayload",
  },
  {
    name: "a body that the signer was not given",
    ...PUT,
    canonical: payload("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    fault: "body-not-hashed",
    told: /signed as one without a body/,
  },
  {
    name: "a body that was signed and not sent",
    ...PUT,
    sent: otherBody(""),
    fault: "body-lost",
    told: /none arrived/,
  },
  {
    name: "a hash in upper case",
    ...PUT,
    canonical: (text) => text.replace(/[^\n]*$/, (hash) => hash.toUpperCase()),
    fault: "body-not-hashed",
    told: /upper-case hex/,
  },
  {
    name: "a header that a proxy changed",
    headers: { "Content-Type": "application/json" },
    sent: (request) => withHeader(request, "Content-Type", "application/json; charset=utf-8"),
    fault: "header-changed",
    told: /content-type was signed as 'application\/json' and arrived as .* charset/i,
    first: "content-type",
  },
  {
    name: "a header that proxies like to change",
    headers: { "X-Forwarded-For": "10.0.0.1" },
    sent: (request) => withHeader(request, "X-Forwarded-For", "10.0.0.1, 10.0.0.2"),
    fault: "header-changed",
    told: /'x-forwarded-for' was signed, and API Gateway changes or removes it/,
    first: "x-forwarded-for",
  },
  {
    name: "a header that a proxy took out",
    headers: { "X-Custom": "1" },
    sent: (request) => withHeader(request, "X-Custom", undefined),
    fault: "header-not-sent",
    told: /'x-custom' was signed and did not arrive/,
    first: "x-custom",
  },
  {
    name: "a header without a line in the canonical request",
    headers: { "X-Custom": "1" },
    canonical: (text) => text.replace("x-custom:1\n", ""),
    fault: "signed-headers-changed",
    told: /'x-custom' is listed in SignedHeaders/,
    first: "x-custom",
  },
  {
    name: "a path encoded once",
    path: AWKWARD,
    canonical: secondLine((path) => path.replace("%2520", "%20")),
    fault: "path-encoded-once",
    told: /encoded once: execute-api encodes it once more/,
    first: "CanonicalURI",
  },
  {
    name: "a path not encoded at all",
    path: AWKWARD,
    canonical: secondLine((path) => path.replace("%2520", " ")),
    fault: "path-not-encoded",
    told: /signed unencoded/,
  },
  {
    name: "a path encoded thrice",
    path: AWKWARD,
    canonical: secondLine((path) => path.replace("%2520", "%252520")),
    fault: "path-encoded-thrice",
    told: /one encoding more/,
    first: "CanonicalURI",
  },
  {
    name: "a path that a proxy decoded",
    path: "/dev/signed/a%3Ab",
    sent: (request) => ({ ...request, target: "/dev/signed/a:b" }),
    fault: "path-encoded-thrice",
    told: /a proxy decoded it/,
  },
  {
    name: "a path that was not normalized",
    path: "/dev/signed/b",
    canonical: secondLine(() => "/dev//signed/./b"),
    fault: "path-not-normalized",
    told: /dot segments or repeated slashes/,
  },
  {
    name: "a path that was signed normalized and sent as it was",
    path: "/dev/signed/./b",
    fault: "path-not-normalized",
    told: /which path AWS would call is not known/,
  },
  {
    name: "a raw ; in the query",
    path: "/dev/signed/b?a=1%3Bb=2",
    sent: asWritten("/dev/signed/b?a=1;b=2"),
    fault: "query-changed",
    told: /raw ;, which API Gateway reads as the start of another parameter/,
    first: "CanonicalQueryString",
  },
  {
    name: "a path without its stage",
    canonical: secondLine(() => "/signed"),
    fault: "stage-not-signed",
    told: /the stage is missing in the path that was signed: '\/dev'/i,
  },
  {
    name: "a slash at the end that a proxy took off",
    path: "/dev/signed/",
    sent: (request) => ({ ...request, target: "/dev/signed" }),
    fault: "path-changed",
    told: /slash at the end/,
  },
  {
    name: "another path",
    sent: (request) => ({ ...request, target: "/dev/both" }),
    fault: "path-changed",
    told: /a proxy rewrites it/,
  },
  {
    name: "the query in another order",
    path: "/dev/signed?b=2&a=1",
    canonical: thirdLine(() => "b=2&a=1"),
    fault: "query-order",
    told: /another order/,
    first: "CanonicalQueryString",
  },
  {
    name: "a + in the query that was signed as it is",
    path: "/dev/signed?q=a+b",
    canonical: thirdLine(() => "q=a+b"),
    sent: asWritten("/dev/signed?q=a+b"),
    fault: "query-plus",
    told: /\+ .*arrives as a space \(%20\)/,
    first: "CanonicalQueryString",
  },
  {
    name: "a + in the query that was signed as a plus",
    path: "/dev/signed?q=a+b",
    canonical: thirdLine(() => "q=a%2Bb"),
    sent: asWritten("/dev/signed?q=a+b"),
    fault: "query-plus",
    told: /\+ .*arrives as a space \(%20\)/,
  },
  {
    name: "a query that was encoded twice",
    path: "/dev/signed?q=a%2Fb",
    canonical: thirdLine(() => "q=a%252Fb"),
    fault: "query-encoded-twice",
    told: /encoded twice/,
  },
  {
    name: "a name without = in the query",
    path: "/dev/signed?flag=&q=1",
    canonical: thirdLine(() => "flag&q=1"),
    fault: "query-encoding",
    told: /another spelling/,
  },
  {
    name: "a parameter added behind the signer",
    path: "/dev/signed?a=1",
    sent: (request) => ({ ...request, target: `${request.target}&cache=0` }),
    fault: "query-changed",
    told: /\(only arrived: cache\)/,
  },
  {
    name: "another host: a custom domain or tunnel",
    headers: { Host: "api.example.com" },
    sent: (request) => withHeader(request, "Host", gateway.gateway.host),
    fault: "host-changed",
    told: /signed as 'api\.example\.com' and arrived as '127\.0\.0\.1:\d+': a custom domain, .* a tunnel/,
    first: "host",
  },
  {
    name: "the host without its port",
    canonical: (text) => text.replace(/^(host:127\.0\.0\.1):\d+$/m, "$1"),
    fault: "port-not-signed",
    told: /the port is missing in the host/i,
    first: "host",
  },
  {
    name: "a session token that was signed and not sent, of credentials that the gateway takes for long-term ones",
    profile: "longterm",
    headers: { "X-Amz-Security-Token": "left over" },
    sent: (request) => withHeader(request, "X-Amz-Security-Token", undefined),
    fault: "session-token-missing",
    told: /token was signed and did not arrive/,
    first: "x-amz-security-token",
  },
  {
    name: "another session token behind the signer",
    sent: (request) => withHeader(request, "X-Amz-Security-Token", "another"),
    fault: "session-token-missing",
    told: /Another session token/,
    first: "x-amz-security-token",
  },
  {
    name: "another method, as behind a redirect",
    method: "GET",
    path: "/dev/signed/a",
    sent: (request) => ({ ...request, method: "PUT" }),
    fault: "method-changed",
    told: /signed as 'GET' and arrived as 'PUT'/,
    first: "HTTPMethod",
  },
  {
    name: "headers in another order",
    headers: { "X-Custom": "1" },
    canonical: (text) => text.replace(/^(host:.*\n)(.*\n)/m, "$2$1"),
    fault: "canonical-form",
    told: /not in their order/,
  },
  {
    name: "no empty line behind the headers",
    canonical: (text) => text.replace(/\n\n(?=host;)/, "\n"),
    fault: "canonical-form",
    told: /does not have the form/,
  },
];

describe("aws4, with one deliberate fault", () => {
  test.each(rows)("$name: $fault", async ({ fault, told, first, ...spec }) => {
    const signed = gateway.sign(spec);
    const { status, diagnosis } = await gateway.diagnose(signed);
    expect([status, diagnosis.gate, diagnosis.fault]).toEqual([403, "signature", fault]);
    expect(diagnosis.cause).toMatch(told);
    expect(diagnosis.advice).toMatch(/\.$/);
    if (first === undefined) return;
    const different = diagnosis.canonicalRequests?.find((line) => !agrees(line));
    expect(different?.header ?? different?.part).toBe(first);
  });

  test("the twin without a fault is let in", async () => {
    const answers = [gateway.sign(), gateway.sign(PUT), gateway.sign({ path: AWKWARD })];
    for (const { request } of answers) expect(await gateway.exchange(request)).toMatchObject({ status: 200 });
  });

  test("another secret: everything else agrees", async () => {
    const { accessKeyId, sessionToken } = gateway.gateway.credentials("reader");
    const signed = gateway.sign({ credentials: { accessKeyId, secretAccessKey: "another", sessionToken } });
    const { diagnosis } = await gateway.diagnose(signed);
    expect(diagnosis).toMatchObject({
      fault: "wrong-secret",
      cause: expect.stringContaining(`is not the one of ${accessKeyId}`),
    });
    expect(diagnosis.canonicalRequests?.every(agrees)).toBe(true);
  });

  test("temporary credentials without their token", async () => {
    const { accessKeyId, secretAccessKey } = gateway.gateway.credentials("reader");
    const { text, diagnosis } = await gateway.diagnose(
      gateway.sign({ credentials: { accessKeyId, secretAccessKey } }),
    );
    expect(text).toBe('{"message":"The security token included in the request is invalid."}');
    expect(diagnosis).toMatchObject({ gate: "signature", fault: "session-token-missing" });
  });
});

describe("without the client's canonical request", () => {
  const unseen = async (spec: SignedSpec) => {
    const { request } = gateway.sign(spec);
    return (await gateway.diagnose({ request })).diagnosis;
  };

  test("the request as it was sent shows what changed on the way", async () => {
    const { request } = gateway.sign({ headers: { "Content-Type": "text/plain" } });
    const changed = withHeader(request, "Content-Type", "text/html");
    const { status, headers, body } = await gateway.exchange(changed);
    const response = { status, headers, body: body.toString() };
    expect(diagnose({ response, request })).toMatchObject({ fault: "header-changed" });
  });

  test("a payload hash that the client sends shows what it signed", async () => {
    const headers = { ...PUT.headers, "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD" };
    expect(await unseen({ ...PUT, headers, canonical: payload("UNSIGNED-PAYLOAD") })).toMatchObject({
      fault: "body-not-hashed",
    });
  });

  test.each([
    {
      name: "an encoded path",
      path: AWKWARD,
      canonical: secondLine((p) => p.replace("%2520", "%20")),
      told: /encoded once/,
    },
    {
      name: "a plus",
      path: "/dev/signed?q=a+b",
      canonical: thirdLine(() => "q=a%2Bb"),
      sent: asWritten("/dev/signed?q=a+b"),
      told: /the \+ in the query/,
    },
    { name: "a body", ...PUT, canonical: payload("x"), told: /the body may not have been hashed/ },
    {
      name: "a query",
      path: "/dev/signed?a=1",
      canonical: thirdLine(() => ""),
      told: /the query may have been left out/,
    },
    {
      name: "a port",
      canonical: (text: string) => text.replace(/^(host:[^\n]*):\d+$/m, "$1"),
      told: /the host may have been signed without its port/,
    },
    { name: "nothing awkward", canonical: payload("x"), told: /the secret is the first suspect/ },
  ])("with $name, it says what is easily signed wrongly", async ({ told, ...spec }) => {
    const diagnosis = await unseen(spec);
    expect(diagnosis.fault).toBe("signed-otherwise");
    expect(diagnosis.cause).toMatch(told);
  });
});

test("a signed header that did not arrive is found by the answer alone", async () => {
  const { request } = gateway.sign({ headers: { "X-Custom": "1" } });
  const { status, headers, body } = await gateway.exchange(withHeader(request, "X-Custom", undefined));
  const response = { status, headers, body: body.toString() };
  const sent = withHeader(request, "X-Custom", undefined);
  for (const diagnosis of [diagnose({ response }), diagnose({ response, request: sent })]) {
    expect(diagnosis).toMatchObject({ gate: "signature", fault: "header-not-sent" });
    expect(diagnosis.cause).toMatch(/^The header 'x-custom' is listed as signed and arrived empty/);
  }
});

describe("a change of the body that can be recognized is named", () => {
  test.each([
    { name: "line breaks stripped", signed: "a\nb\n", sent: "ab", told: /they differ by line breaks/ },
    {
      name: "a line break at the end stripped",
      signed: "ab\n",
      sent: "ab",
      told: /they differ by the line break at its end/,
    },
    { name: "a line break added", signed: "ab", sent: "ab\n", told: /a line break at its end/ },
    { name: "CRLF made of LF", signed: "a\nb", sent: "a\r\nb", told: /CRLF line ends/ },
    { name: "another text", signed: "ab", sent: "ba", told: /serialized again/ },
  ])("$name", async ({ signed, sent, told }) => {
    // What the client has is what it signed; it was changed behind the signer.
    const mine = gateway.sign({ ...PUT, body: signed });
    const { status, headers, body } = await gateway.exchange(otherBody(sent)(mine.request));
    const { cause } = diagnose({ response: { status, headers, body: body.toString() }, ...mine });
    expect(cause).toMatch(told);
  });
});

test("of several lines that differ, the first is explained and the others are named", async () => {
  const signed = gateway.sign({
    headers: { "X-Custom": "1" },
    sent: (request) => ({ ...withHeader(request, "X-Custom", "2"), method: "PUT", target: "/dev/signed/a" }),
  });
  const { diagnosis } = await gateway.diagnose(signed);
  expect(diagnosis.fault).toBe("method-changed");
  expect(diagnosis.cause).toMatch(/ Of the lines behind it, CanonicalURI, x-custom differ too\.$/);
  expect(headerValue(signed.request.headers, "x-custom")).toBe("2");
});
