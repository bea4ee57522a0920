import { AwsClient } from "aws4fetch";
import fc from "fast-check";
import { signRequestMultiRegion } from "#call/sigv4a";
import { presignRequest, type RequestToSign, signRequest } from "#functions/lib/sigv4";
import { verify } from "#sigv4/verify";
import { recomputePresigned } from "../../support/aws4";
import { character } from "../../support/character";
import { toRawRequest } from "../../support/raw-request";

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
const minute = { credentials: longTerm, region, date, expiresInSeconds: 60 };

function signatureOf(url: string): string | null {
  return new URL(url).searchParams.get("X-Amz-Signature");
}

/** Presigns, and lets aws4 presign what a server would then receive. */
async function presignBoth(request: RequestToSign, credentials = longTerm) {
  const signed = await presignRequest(request, { ...minute, credentials });
  const { host, pathname, search } = new URL(signed.url);
  const received = { ...signed, path: pathname + search, headers: { host, ...signed.headers } };
  return { signature: signatureOf(signed.url), expected: recomputePresigned(received, credentials) };
}

describe.each([
  ["long-term", longTerm],
  ["temporary", temporary],
])("with %s credentials, a signature is the one that aws4 computes for", (_kind, credentials) => {
  test.each<[name: string, request: RequestToSign]>([
    ["a plain path", { method: "GET", url: `${stage}/index` }],
    ["the root of the host", { method: "GET", url: "https://example.com" }],
    ["repeated slashes and dot segments", { method: "GET", url: `${stage}//a/./b/../c/` }],
    ["an encoded space in the path", { method: "GET", url: `${stage}/products/a%20b` }],
    ["an encoded slash in the path", { method: "GET", url: `${stage}/products/a%2Fb` }],
    ["UTF-8 in the path", { method: "GET", url: `${stage}/products/Käse-奶酪` }],
    ["sub-delimiters in the path", { method: "GET", url: `${stage}/products/:@$&+,;=!'()*~` }],
    ["a query out of order", { method: "GET", url: `${stage}/products?b=1&a=2&Z=3&x=4&X-B=5` }],
    ["repeated parameters", { method: "GET", url: `${stage}/products?a=2&b=1&a=10&a=1&a=` }],
    ["spaces and plus signs in the query", { method: "GET", url: `${stage}/products?q=a+b%20c%2Bd` }],
    ["a port", { method: "GET", url: "http://127.0.0.1:3000/dev/products" }],
    ["a body", { method: "PUT", url: `${stage}/products/a`, body: '{"name":"Käse"}' }],
    ["a body of bytes", { method: "PUT", url: `${stage}/products/a`, body: Uint8Array.of(0, 255) }],
    [
      "headers",
      { method: "PUT", url: stage, headers: { "X-Api-Key": "k", Accept: "*/*", "X-Amz-Meta": " a  b " } },
    ],
    ["a method in lower case", { method: "delete", url: `${stage}/products/a` }],
  ])("%s", async (_name, request) => {
    const { signature, expected } = await presignBoth(request, credentials);
    expect(signature).toBe(expected);
  });
});

test("any path, query, body and expiry", async () => {
  const text = fc.string({ unit: character });
  const parameters = fc.array(fc.tuple(fc.stringMatching(/^[\w .+%&=/äß-]+$/), text)).filter(
    (pairs) => pairs.every(([name]) => name !== "__proto__"), // refused, see below
  );
  await fc.assert(
    fc.asyncProperty(fc.array(text), parameters, fc.uint8Array(), async (segments, query, body) => {
      const path = segments.map(encodeURIComponent).join("/");
      const url = `https://example.com/dev/${path}?${new URLSearchParams(query)}`;
      const { signature, expected } = await presignBoth({ method: "POST", url, body });
      expect(signature).toBe(expected);
    }),
  );
});

test("what is added to the URL, and nothing to the headers", async () => {
  const signed = await presignRequest(
    { method: "get", url: `${stage}/products?limit=5#top`, headers: { "X-Amz-Meta": "m" } },
    { ...minute, credentials: temporary },
  );
  expect(signed).toEqual({
    method: "GET",
    url: expect.stringMatching(
      new RegExp(
        `^${stage}/products\\?limit=5&X-Amz-Algorithm=AWS4-HMAC-SHA256` +
          "&X-Amz-Credential=ASIAIOSFODNN7EXAMPLE%2F20261122%2Fus-east-1%2Fexecute-api%2Faws4_request" +
          "&X-Amz-Date=20261122T062510Z&X-Amz-Expires=60" +
          "&X-Amz-Security-Token=IQoJb3JpZ2luX2VjE%2F%2F%2Btoken%3D%3D" +
          "&X-Amz-SignedHeaders=host%3Bx-amz-meta&X-Amz-Signature=[0-9a-f]{64}$",
      ),
    ),
    headers: { "x-amz-meta": "m" },
    body: undefined,
  });
});

test("aws4fetch presigns the same", async () => {
  const client = new AwsClient({ ...temporary, region, service: "execute-api" });
  const url = `${stage}/products/a%20b?limit=5&q=%C3%A4`;
  const signed = await presignRequest({ method: "GET", url }, { ...minute, credentials: temporary });
  const other = await client.sign(`${url}&X-Amz-Expires=60`, {
    aws: { datetime: "20261122T062510Z", signQuery: true },
  });
  expect(signatureOf(signed.url)).toBe(signatureOf(other.url));
});

describe("the gateway's verifier", () => {
  const options = { region, service: "execute-api", now: date, findCredentials: () => temporary };
  const request = {
    method: "PUT",
    url: `${stage}/products/a?x=1`,
    headers: { "x-api-key": "k" },
    body: "{}",
  };
  const presign = () => presignRequest(request, { ...minute, credentials: temporary });

  test("accepts a presigned request until it expires", async () => {
    const received = toRawRequest(await presign());
    const isAccepted = (seconds: number) =>
      verify(received, { ...options, now: new Date(date.getTime() + seconds * 1000) }).accepted;
    expect([0, 59, 61].map(isAccepted)).toEqual([true, true, false]);
  });

  test.each([
    ["without its header", { headers: {} }],
    ["with another header", { headers: { "x-api-key": "l" } }],
    ["with another body", { body: "{ }" }],
    ["without its body", { body: undefined }],
    ["with another method", { method: "POST" }],
  ])("refuses it %s", async (_name, change) => {
    expect(verify(toRawRequest({ ...(await presign()), ...change }), options).accepted).toBe(false);
  });
});

test.each([1, 60, 604_800])("an expiry of %d seconds is taken", async (expiresInSeconds) => {
  const { url } = await presignRequest({ method: "GET", url: stage }, { ...minute, expiresInSeconds });
  expect(new URL(url).searchParams.get("X-Amz-Expires")).toBe(String(expiresInSeconds));
});

test.each([0, -1, 0.5, 604_801, Number.NaN, Number.POSITIVE_INFINITY])(
  "an expiry of %d seconds is refused",
  async (expiresInSeconds) => {
    await expect(
      presignRequest({ method: "GET", url: stage }, { ...minute, expiresInSeconds }),
    ).rejects.toThrow(
      new RangeError(
        `expiresInSeconds is ${expiresInSeconds}, expected a whole number from 1 to 604800 (a week).`,
      ),
    );
  },
);

test.each<[name: string, request: RequestToSign, message: RegExp]>([
  [
    "a payload that is not hashed",
    { method: "PUT", url: stage, headers: { "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD" } },
    /^x-amz-content-sha256: UNSIGNED-PAYLOAD cannot be presigned, since API Gateway hashes the body/,
  ],
  [
    "a body that is a stream",
    { method: "PUT", url: stage, body: new ReadableStream() as unknown as Uint8Array },
    /^Only a body that is a string or a Uint8Array can be signed/,
  ],
  [
    "a body that is a form",
    { method: "PUT", url: stage, body: new FormData() as unknown as string },
    /^Only a body that is a string or a Uint8Array can be signed/,
  ],
  [
    "headers that signatures leave out",
    { method: "GET", url: stage, headers: { "User-Agent": "a", Connection: "close", Accept: "*/*" } },
    /^Signatures leave out these headers, so they cannot be presigned: connection, user-agent\. /,
  ],
  ["a URL without a host", { method: "GET", url: "/dev/products" }, /Invalid URL/],
  ["a parameter that the signer would lose", { method: "GET", url: `${stage}?__proto__=1` }, /__proto__/],
  [
    "one that it would leave unsigned",
    { method: "GET", url: `${stage}?X-AMZ-Signature=1` },
    /X-AMZ-Signature/,
  ],
])("%s is refused", async (_name, request, message) => {
  await expect(presignRequest(request, minute)).rejects.toMatchObject({
    name: "TypeError",
    message: expect.stringMatching(message),
  });
});

describe("signing again leaves nothing of the first signature:", () => {
  const request = {
    method: "PUT",
    url: `${stage}/products/a?x=1`,
    headers: { "x-api-key": "k" },
    body: "{}",
  };
  const stale = { credentials: temporary, region, date: new Date("2026-11-21T00:00:00Z") };
  const firsts = [
    ["signed", () => signRequest(request, stale)],
    ["presigned", () => presignRequest(request, { ...stale, expiresInSeconds: 300 })],
    ["signed for several regions", () => signRequestMultiRegion(request, { ...stale, regionSet: ["*"] })],
  ] as const;

  test.each(firsts)("%s before, now presigned", async (_name, first) => {
    expect(await presignRequest(await first(), minute)).toEqual(await presignRequest(request, minute));
  });

  test.each(firsts)("%s before, now signed", async (_name, first) => {
    const options = { credentials: longTerm, region, date };
    expect(await signRequest(await first(), options)).toEqual(await signRequest(request, options));
  });
});
