import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { AwsClient } from "aws4fetch";
import fc from "fast-check";
import { type RequestToSign, signedFetch, signRequest } from "#functions/lib/sigv4";
import { recomputeAuthorization } from "../../support/aws4";
import { character } from "../../support/character";

const region = "us-east-1";
const date = new Date("2026-11-22T06:25:10.123Z");
const longTerm = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};
const temporary = {
  ...longTerm,
  accessKeyId: "ASIAIOSFODNN7EXAMPLE",
  sessionToken: "IQoJb3JpZ2luX2VjE//+token==",
};
const stage = "https://abc123.execute-api.us-east-1.amazonaws.com/dev";

/** Signs, and lets aws4 sign what a server would then receive. */
async function signBoth(request: RequestToSign, credentials = longTerm) {
  const signed = await signRequest(request, { credentials, region, date });
  const { host, pathname, search } = new URL(signed.url);
  const received = {
    method: signed.method,
    path: pathname + search,
    headers: { host, ...signed.headers },
    body: signed.body,
  };
  return { signed, expected: recomputeAuthorization(received, credentials) };
}

describe("a signature is the one that aws4 computes for", () => {
  test.each<[name: string, request: RequestToSign]>([
    ["a plain path", { method: "GET", url: `${stage}/products` }],
    ["the root of the host", { method: "GET", url: "https://example.com" }],
    ["a trailing slash", { method: "GET", url: `${stage}/products/` }],
    ["repeated slashes", { method: "GET", url: `${stage}//products` }],
    ["dot segments, which a URL has none of", { method: "GET", url: `${stage}/a/./b/../products` }],
    ["an encoded space in the path", { method: "GET", url: `${stage}/products/a%20b` }],
    ["a raw space in the path", { method: "GET", url: `${stage}/products/a b` }],
    ["an encoded slash in the path", { method: "GET", url: `${stage}/products/a%2Fb` }],
    ["lower-case percent-encoding", { method: "GET", url: `${stage}/products/a%2fb` }],
    ["an encoded percent sign", { method: "GET", url: `${stage}/products/100%25` }],
    ["encoded UTF-8 in the path", { method: "GET", url: `${stage}/products/K%C3%A4se` }],
    ["raw UTF-8 in the path", { method: "GET", url: `${stage}/products/Käse-奶酪` }],
    ["sub-delimiters in the path", { method: "GET", url: `${stage}/products/:@$&+,;=!'()*~` }],
    ["a query", { method: "GET", url: `${stage}/products?limit=5&nextToken=abc` }],
    ["a query out of order", { method: "GET", url: `${stage}/products?b=1&a=2&B=3&a-b=4&aa=5` }],
    ["repeated parameters out of order", { method: "GET", url: `${stage}/products?a=2&b=1&a=10&a=1&a=` }],
    ["an empty value", { method: "GET", url: `${stage}/products?a=` }],
    ["a parameter without =", { method: "GET", url: `${stage}/products?a` }],
    ["a plus sign in the query", { method: "GET", url: `${stage}/products?q=a+b` }],
    ["an encoded space in the query", { method: "GET", url: `${stage}/products?q=a%20b` }],
    ["an encoded plus sign in the query", { method: "GET", url: `${stage}/products?q=a%2Bb` }],
    ["a value that holds = and /", { method: "GET", url: `${stage}/products?nextToken=YWI/Yw==` }],
    ["sub-delimiters in the query", { method: "GET", url: `${stage}/products?q=:@$,;!'()*~` }],
    ["UTF-8 in the query", { method: "GET", url: `${stage}/products?name=Käse&%E5%A5%B6=1` }],
    ["a fragment, which is not sent", { method: "GET", url: `${stage}/products?a=1#top` }],
    ["a port", { method: "GET", url: "http://127.0.0.1:3000/dev/products" }],
    ["the default port, which Host leaves out", { method: "GET", url: "https://example.com:443/dev" }],
    ["an IPv6 host", { method: "GET", url: "http://[::1]:3000/dev/products" }],
    ["a URL object", { method: "GET", url: new URL(`${stage}/products?a=1`) }],
    ["a method in lower case", { method: "put", url: `${stage}/products/a`, body: "{}" }],
    ["a string body", { method: "PUT", url: `${stage}/products/a`, body: '{"name":"Käse"}' }],
    ["a body of bytes", { method: "PUT", url: `${stage}/products/a`, body: Uint8Array.of(0, 255, 128) }],
    [
      "a body that is a part of a larger buffer",
      { method: "PUT", url: `${stage}/products/a`, body: new Uint8Array([1, 2, 3, 4]).subarray(1, 3) },
    ],
    ["an empty body", { method: "DELETE", url: `${stage}/products/a`, body: "" }],
    [
      "signed and unsigned headers",
      {
        method: "PUT",
        url: `${stage}/products/a`,
        body: "{}",
        headers: {
          "Content-Type": "application/json",
          "X-Api-Key": "key-value",
          "X-Amz-Meta": "  two   spaces ",
          Accept: "*/*",
          Connection: "keep-alive",
          "X-Amzn-Trace-Id": "Root=1-2-3",
        },
      },
    ],
    [
      "a header in two spellings",
      { method: "GET", url: `${stage}/products`, headers: { "X-Amz-Meta": "a", "x-amz-meta": "b" } },
    ],
    [
      "a Host of the caller's",
      { method: "GET", url: "http://127.0.0.1:3000/dev", headers: { Host: "example.com" } },
    ],
  ])("%s", async (_name, request) => {
    const { signed, expected } = await signBoth(request);
    expect(signed.headers["authorization"]).toBe(expected);
  });

  test("any path, query and body", async () => {
    const text = fc.string({ unit: character });
    const parameters = fc.array(fc.tuple(fc.stringMatching(/^[\w .+%&=/äß-]+$/), text)).filter(
      (pairs) => pairs.every(([name]) => name !== "__proto__"), // refused, see below
    );
    await fc.assert(
      fc.asyncProperty(fc.array(text), parameters, fc.uint8Array(), async (segments, query, body) => {
        const path = segments.map(encodeURIComponent).join("/");
        const url = `https://example.com/dev/${path}?${new URLSearchParams(query)}`;
        const { signed, expected } = await signBoth({ method: "POST", url, body });
        expect(signed.headers["authorization"]).toBe(expected);
      }),
    );
  });
});

describe("a signature is another one", () => {
  const request = {
    method: "PUT",
    url: `${stage}/products/a?x=1`,
    headers: { "content-type": "application/json", "x-api-key": "k", "x-amz-meta": "m" },
    body: "{}",
  };
  const options = { credentials: longTerm, region, date };
  const signature = async (change: Partial<RequestToSign>, changedOptions = {}) =>
    (await signRequest({ ...request, ...change }, { ...options, ...changedOptions })).headers[
      "authorization"
    ]?.split("Signature=")[1];

  test.each<[name: string, change: Partial<RequestToSign>, options: object]>([
    ["for another method", { method: "POST" }, {}],
    ["for another path", { url: `${stage}/products/b?x=1` }, {}],
    ["for another query", { url: `${stage}/products/a?x=2` }, {}],
    ["for another host", { url: "https://example.com/dev/products/a?x=1" }, {}],
    ["for another body", { body: "{ }" }, {}],
    ["for another content type", { headers: { ...request.headers, "content-type": "text/plain" } }, {}],
    ["for another API key", { headers: { ...request.headers, "x-api-key": "l" } }, {}],
    ["for another x-amz header", { headers: { ...request.headers, "x-amz-meta": "n" } }, {}],
    ["at another time", {}, { date: new Date("2026-11-22T06:25:11Z") }],
    ["in another region", {}, { region: "eu-west-1" }],
    ["for another service", {}, { service: "lambda" }],
    ["with another session token", {}, { credentials: temporary }],
  ])("%s", async (_name, change, changedOptions) => {
    expect(await signature(change, changedOptions)).not.toBe(await signature({}));
  });

  test("but not for an unsigned header that a proxy may change", async () => {
    const changed = await signature({ headers: { ...request.headers, accept: "*/*", via: "1.1 proxy" } });
    expect(changed).toBe(await signature({}));
  });
});

test("the headers that are added, and which are signed", async () => {
  const signed = await signRequest(
    { method: "GET", url: `${stage}/products`, headers: { Accept: "text/html", "X-API-Key": "k" } },
    { credentials: temporary, region, date },
  );
  expect(signed).toEqual({
    method: "GET",
    url: `${stage}/products`,
    headers: {
      accept: "text/html",
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=ASIAIOSFODNN7EXAMPLE\/20261122\/us-east-1\/execute-api\/aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token;x-api-key, Signature=[0-9a-f]{64}$/,
      ),
      "x-amz-date": "20261122T062510Z",
      "x-amz-security-token": temporary.sessionToken,
      "x-api-key": "k",
    },
    body: undefined,
  });
});

test("a method goes over the wire as it is signed: in upper case", async () => {
  const signed = await signRequest({ method: "patch", url: stage }, { credentials: longTerm, region });
  expect(signed.method).toBe("PATCH");
});

test("credentials are asked for at every signature", async () => {
  const provided = [longTerm, temporary];
  const options = { credentials: async () => provided.shift() ?? longTerm, region, date };
  const request = { method: "GET", url: `${stage}/products` };
  expect((await signRequest(request, options)).headers["authorization"]).toContain("AKIA");
  expect((await signRequest(request, options)).headers["x-amz-security-token"]).toBe(temporary.sessionToken);
});

test("signing again leaves nothing of the first signature", async () => {
  const request = { method: "PUT", url: `${stage}/products/a`, body: "{}" };
  const fresh = await signRequest(request, { credentials: longTerm, region, date });
  const stale = await signRequest(request, { credentials: temporary, region });
  const headers = { ...stale.headers, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
  expect(await signRequest({ ...stale, headers }, { credentials: longTerm, region, date })).toEqual(fresh);
});

test.each([
  ["a=b+c", "a=b%20c"],
  ["a", "a="],
  ["b=2&a=1&b=1", "b=2&a=1&b=1"],
  ["q=it's(*)!", "q=it%27s%28%2A%29%21"],
  ["a=1#top", "a=1"],
  ["t=YWI/Yw==", "t=YWI%2FYw%3D%3D"],
])("the query ?%s goes over the wire as ?%s", async (query, wire) => {
  const signed = await signRequest(
    { method: "GET", url: `${stage}?${query}` },
    { credentials: longTerm, region },
  );
  expect(signed.url).toBe(`${stage}?${wire}`);
});

test.each([
  ["a URL without a host", { method: "GET", url: "/dev/products" }],
  ["a header value with a line break", { method: "GET", url: stage, headers: { "x-amz-meta": "a\r\nb" } }],
  ["a query parameter that the signer would lose", { method: "GET", url: `${stage}?__proto__=1` }],
  ["a query parameter that it would leave unsigned", { method: "GET", url: `${stage}?x-amz-signature=1` }],
  ["a header name that HTTP forbids", { method: "GET", url: stage, headers: { "x amz": "a" } }],
])("%s is refused", async (_name, request) => {
  await expect(signRequest(request, { credentials: longTerm, region })).rejects.toMatchObject({
    name: "TypeError",
  });
});

test("aws4fetch signs the same", async () => {
  const client = new AwsClient({ ...temporary, region, service: "execute-api" });
  const url = `${stage}/products/a%20b?limit=5&q=%C3%A4`;
  const other = await client.sign(url, { aws: { datetime: "20261122T062510Z" } });
  const signed = await signRequest({ method: "GET", url }, { credentials: temporary, region, date });
  expect(signed.headers["authorization"]).toBe(other.headers.get("authorization"));
});

describe("signedFetch", () => {
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const authorized = request.headers["authorization"] === authorizationOf(request, body);
    if (request.url === "/redirect") response.setHeader("location", "/elsewhere");
    response.statusCode = request.url === "/redirect" ? 302 : authorized ? 200 : 403;
    response.end(body);
  });
  let url: string;

  beforeAll(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  function authorizationOf(request: IncomingMessage, body: Uint8Array): string {
    const headers = request.headers as Record<string, string>;
    return recomputeAuthorization(
      { method: request.method ?? "", path: request.url ?? "", headers, body },
      temporary,
    );
  }

  const fetchSigned = signedFetch(fetch, { credentials: temporary, region });

  test.each<[name: string, path: string, init: RequestInit]>([
    ["a GET with an awkward path and query", "/dev/products/a%2Fb c/K%C3%A4se?q=a+b&q=a&e=", {}],
    ["a string body", "/dev/products/a", { method: "PUT", body: '{"name":"Käse"}' }],
    ["bytes", "/dev", { method: "POST", body: Uint8Array.of(0, 255) }],
    ["a form", "/dev", { method: "POST", body: new URLSearchParams({ a: "1 2" }) }],
    ["an API key", "/dev", { headers: { "X-Api-Key": "k" } }],
  ])("what arrives is signed: %s", async (_name, path, init) => {
    expect((await fetchSigned(url + path, init)).status).toBe(200);
  });

  test("a Request is taken whole", async () => {
    const response = await fetchSigned(new Request(`${url}/dev`, { method: "POST", body: "text" }));
    expect([response.status, await response.text()]).toEqual([200, "text"]);
  });

  test("an unsigned fetch, and one with another secret, do not pass the same server", async () => {
    const other = signedFetch(fetch, { credentials: { ...temporary, secretAccessKey: "other" }, region });
    expect((await fetch(`${url}/dev`)).status).toBe(403);
    expect((await other(`${url}/dev`)).status).toBe(403);
  });

  test("a redirect is an answer, so that the token does not travel", async () => {
    const response = await fetchSigned(`${url}/redirect`);
    expect([response.status, response.headers.get("location")]).toEqual([302, "/elsewhere"]);
  });

  test("an abort reaches the request", async () => {
    await expect(fetchSigned(`${url}/dev`, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
  });
});
