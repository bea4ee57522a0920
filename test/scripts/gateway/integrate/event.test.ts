import fc from "fast-check";
import type { GatewayCall } from "#gateway/call";
import type { HttpRequest } from "#gateway/http/message";
import { buildRestEvent } from "#gateway/integrate/event";
import type { RestApi } from "#model/rest-api";
import {
  anApi,
  anApiKey,
  aRequest,
  aRoute,
  aSigner,
  aStage,
  aUsagePlan,
  IDS,
  LAMBDA_INTEGRATION,
  matchOf,
} from "../../../support/gateway-model";
import { expectRecordedEvent, fillPlaceholders, recordedCases } from "../../../support/recorded-cases";

const GREEDY = anApi(["ANY /{proxy+}", "ANY /hardcoded"]);

function buildEvent(request: HttpRequest, over: Partial<GatewayCall> = {}, api: RestApi = GREEDY) {
  return buildRestEvent({
    request,
    match: matchOf(api, request),
    api,
    accountId: "111122223333",
    ids: IDS,
    receivedAt: Date.parse("2026-11-02T06:05:09.123Z"),
    trace: "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0",
    ...over,
  });
}

const headersOf = (lines: HttpRequest["headers"], over: Partial<GatewayCall> = {}) =>
  buildEvent(aRequest({ target: "/dev/x", headers: lines }), over).headers;

/** What API Gateway adds. */
const ADDED = {
  "X-Amzn-Trace-Id": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0",
  "X-Forwarded-For": "127.0.0.1",
  "X-Forwarded-Port": "443",
  "X-Forwarded-Proto": "https",
};

test("the whole event of an unsigned request", () => {
  const event = buildEvent(
    aRequest({
      target: "/dev/a/b?q=1",
      headers: [
        ["Host", "abc123.execute-api.us-east-1.amazonaws.com"],
        ["User-Agent", "curl/8"],
      ],
      sourceIp: "192.0.2.1",
    }),
  );
  const headers = {
    Host: "abc123.execute-api.us-east-1.amazonaws.com",
    "User-Agent": "curl/8",
    ...ADDED,
    "X-Forwarded-For": "192.0.2.1",
  };
  expect(event).toEqual({
    resource: "/{proxy+}",
    path: "/a/b",
    httpMethod: "GET",
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    queryStringParameters: { q: "1" },
    multiValueQueryStringParameters: { q: ["1"] },
    pathParameters: { proxy: "a/b" },
    stageVariables: null,
    requestContext: {
      resourceId: "id-/{proxy+}",
      resourcePath: "/{proxy+}",
      httpMethod: "GET",
      extendedRequestId: IDS.extendedRequestId,
      requestTime: "02/Nov/2026:06:05:09 +0000",
      path: "/dev/a/b",
      accountId: "111122223333",
      protocol: "HTTP/1.1",
      stage: "dev",
      domainPrefix: "abc123",
      requestTimeEpoch: 1793599509123,
      requestId: IDS.requestId,
      identity: {
        cognitoIdentityPoolId: null,
        accountId: null,
        cognitoIdentityId: null,
        caller: null,
        sourceIp: "192.0.2.1",
        principalOrgId: null,
        accessKey: null,
        cognitoAuthenticationType: null,
        cognitoAuthenticationProvider: null,
        userArn: null,
        userAgent: "curl/8",
        user: null,
      },
      domainName: "abc123.execute-api.us-east-1.amazonaws.com",
      deploymentId: "dep123",
      apiId: "abc123",
    },
    body: null,
    isBase64Encoded: false,
  });
});

test("the time in whole milliseconds, though the clock has fractions of them", () => {
  const { requestContext } = buildEvent(aRequest({ target: "/dev/x" }), { receivedAt: 1793599509123.75 });
  expect(requestContext.requestTimeEpoch).toBe(1793599509123);
});

test("the name of the operation, where the method has one", () => {
  const named = anApi([aRoute("GET /x", { operationName: "getX" })]);
  const { requestContext } = buildEvent(aRequest({ target: "/dev/x" }), {}, named);
  expect(requestContext.operationName).toBe("getX");
  expect(buildEvent(aRequest({ target: "/dev/x" })).requestContext).not.toHaveProperty("operationName");
});

describe("identity", () => {
  const request = aRequest({ target: "/dev/x" });
  const identityOf = (over: Partial<GatewayCall>) => buildEvent(request, over).requestContext.identity;

  test("of a user", () => {
    const arn = "arn:aws:iam::111122223333:user/ann";
    const signer = aSigner({ kind: "user", name: "ann", arn, uniqueId: "AIDAEXAMPLE" }, "AKIAEXAMPLE");
    expect(identityOf({ signer })).toMatchObject({
      accessKey: "AKIAEXAMPLE",
      accountId: "111122223333",
      caller: "AIDAEXAMPLE",
      user: "AIDAEXAMPLE",
      userArn: arn,
      principalOrgId: null,
      cognitoIdentityId: null,
    });
  });

  test("of a role's session", () => {
    const arn = "arn:aws:iam::111122223333:role/reader";
    const signer = aSigner({ kind: "role", name: "reader", arn, uniqueId: "AROAEXAMPLE" }, "ASIAEXAMPLE");
    expect(identityOf({ signer })).toMatchObject({
      accessKey: "ASIAEXAMPLE",
      caller: "AROAEXAMPLE:local",
      user: "AROAEXAMPLE:local",
      userArn: "arn:aws:sts::111122223333:assumed-role/reader/local",
    });
  });

  test("has the API key where one was needed, and else not even its names", () => {
    const member = { key: anApiKey({ value: "v".repeat(20) }), plan: aUsagePlan() };
    expect(identityOf({ member })).toMatchObject({
      apiKey: "v".repeat(20),
      apiKeyId: "key1",
    });
    expect(Object.keys(identityOf({}))).not.toEqual(expect.arrayContaining(["apiKey"]));
  });
});

describe("headers", () => {
  test.each<[string, HttpRequest["headers"], Record<string, string>]>([
    ["keep the client's case", [["tEsT-HEADeR", "aValUE"]], { "tEsT-HEADeR": "aValUE" }],
    [
      "have User-Agent, Authorization and Host in one spelling",
      [
        ["user-agent", "a"],
        ["aUTHORIZATION", "Bearer b"],
        ["host", "c"],
      ],
      { "User-Agent": "a", Authorization: "Bearer b", Host: "c" },
    ],
    [
      "lose what is the connection's",
      [
        ["Connection", "close"],
        ["content-length", "1"],
        ["TE", "x"],
        ["X-A", "1"],
      ],
      { "X-A": "1" },
    ],
    [
      "lose a signature",
      [
        ["Authorization", "AWS4-HMAC-SHA256 Credential=…"],
        ["X-Amz-Date", "20261102T060509Z"],
      ],
      { "X-Amz-Date": "20261102T060509Z" },
    ],
    [
      "show the last of repeated ones",
      [
        ["X-A", "1"],
        ["x-a", "2"],
      ],
      { "X-A": "2" },
    ],
    [
      "put the caller's address behind those that proxies noted",
      [["x-forwarded-for", "198.51.100.7"]],
      { "X-Forwarded-For": "198.51.100.7, 127.0.0.1" },
    ],
    [
      "do not take the client's word for the protocol",
      [
        ["x-forwarded-proto", "http"],
        ["x-amzn-trace-id", "Root=x"],
      ],
      {},
    ],
    [
      "may have names that JavaScript objects have",
      [
        ["__proto__", "1"],
        ["constructor", "2"],
      ],
      Object.fromEntries([
        ["__proto__", "1"],
        ["constructor", "2"],
      ]),
    ],
  ])("%s", (_, lines, expected) => {
    expect(headersOf(lines)).toEqual({ ...ADDED, ...expected });
  });

  test("show all of repeated ones as a list", () => {
    const { multiValueHeaders } = buildEvent(
      aRequest({
        target: "/dev/x",
        headers: [
          ["X-A", "1"],
          ["x-a", "2"],
        ],
      }),
    );
    expect(multiValueHeaders).toMatchObject({ "X-A": ["1", "2"] });
  });

  test("lose any Authorization on a method with AWS_IAM", () => {
    const api = anApi([aRoute("GET /x", { authorization: "AWS_IAM", integration: LAMBDA_INTEGRATION })]);
    const request = aRequest({ target: "/dev/x", headers: [["Authorization", "anything"]] });
    expect(buildEvent(request, {}, api).headers).toEqual(ADDED);
  });
});

describe("query", () => {
  test.each<[string, string, Record<string, string[]> | null]>([
    ["nothing", "", null],
    ["a lone question mark", "?", null],
    ["a name alone", "?a", { a: [""] }],
    ["empty parts", "?&a=1&&", { a: ["1"] }],
    ["repeated names", "?a=1&b=2&a=", { a: ["1", ""], b: ["2"] }],
    ["a value with equals signs", "?a=b=c=", { a: ["b=c="] }],
    ["plus as a space, %2B as plus", "?a+b=c+d%2Be", { "a b": ["c d+e"] }],
    ["UTF-8, percent-encoded and raw", "?a=%C3%A4\u00c3\u00a4", { a: ["ää"] }],
    ["no UTF-8", "?a=%FF", { a: ["\ufffd"] }],
    ["a malformed percent", "?a=%zz%4", { a: ["%zz%4"] }],
    ["a semicolon, which splits", "?a=1;b=2", { a: ["1"], b: ["2"] }],
    ["a second question mark", "?a=?b", { a: ["?b"] }],
    ["a name that JavaScript objects have", "?__proto__=1", Object.fromEntries([["__proto__", ["1"]]])],
  ])("%s", (_, query, expected) => {
    const event = buildEvent(aRequest({ target: `/dev/x${query}` }));
    expect(event.multiValueQueryStringParameters).toEqual(expected);
    const last =
      expected && Object.fromEntries(Object.entries(expected).map(([name, values]) => [name, values.at(-1)]));
    expect(event.queryStringParameters).toEqual(last);
  });
});

describe("body", () => {
  const post = (body: string, contentType: string | undefined, binaryMediaTypes: string[]) => {
    const headers: HttpRequest["headers"] = contentType === undefined ? [] : [["content-type", contentType]];
    const api = { ...GREEDY, binaryMediaTypes };
    const { body: text, isBase64Encoded } = buildEvent(
      aRequest({ method: "POST", target: "/dev/x", headers, body }),
      {},
      api,
    );
    return [text, isBase64Encoded];
  };

  test.each([
    ["is text as it is", post('{"a": "ä"}', "application/json", []), '{"a": "ä"}', false],
    ["is null when empty", post("", "image/png", ["image/png"]), null, false],
    ["is base64 when its type is binary", post("ab", "image/png; x=y", ["image/png"]), "YWI=", true],
    ["is base64 when a wildcard holds its type", post("ab", "Image/PNG", ["image/*"]), "YWI=", true],
    ["is base64 when every type is binary, also none", post("ab", undefined, ["*/*"]), "YWI=", true],
    ["is text when its type is not binary", post("ab", "text/plain", ["image/*"]), "ab", false],
    ["is text without a type", post("ab", undefined, ["image/*"]), "ab", false],
  ])("%s", (_, actual, text, isBase64Encoded) => {
    expect(actual).toEqual([text, isBase64Encoded]);
  });

  test("that is no UTF-8 has replacement characters", () => {
    const request = { ...aRequest({ method: "POST", target: "/dev/x" }), body: Uint8Array.of(0x61, 0xff) };
    expect(buildEvent(request).body).toBe("a\ufffd");
  });
});

test("stage variables and an overridden method are shown", () => {
  const api = anApi(["ANY /{proxy+}"], { stages: [aStage({ variables: { team: "stock" } })] });
  const request = aRequest({ target: "/dev/x", headers: [["X-HTTP-Method-Override", "PUT"]] });
  expect(buildEvent(request, {}, api)).toMatchObject({
    stageVariables: { team: "stock" },
    httpMethod: "PUT",
    requestContext: { httpMethod: "PUT" },
  });
});

test("no request makes the builder throw, and every event survives JSON", () => {
  const line = fc.tuple(fc.string(), fc.string());
  fc.assert(
    fc.property(fc.string(), fc.array(line), fc.uint8Array(), (rest, headers, body) => {
      const request = { ...aRequest({ target: `/dev/x${rest}`, headers }), body };
      fc.pre(!headers.some(([name]) => name.toLowerCase() === "x-http-method-override"));
      const event = buildEvent(request);
      expect(JSON.parse(JSON.stringify(event))).toEqual(event);
    }),
  );
});

const RECORDED_APIS: Record<string, RestApi> = {
  "greedy-event": GREEDY,
  "lambda-proxy-with-mappings": anApi(["ANY /{pathVariable}"]),
};

test.each(recordedCases("proxy-event"))("recorded: %s", (_, row) => {
  const recorded = fillPlaceholders(row, { stage: "dev" });
  const { api, request } = recorded;
  const headers = { "User-Agent": "test", ...request.headers };
  const event = buildEvent(
    aRequest({
      method: request.method,
      target: request.rawPathAndQuery,
      headers: Object.entries(headers),
      body: request.body,
    }),
    {},
    RECORDED_APIS[api],
  );
  expectRecordedEvent(event, recorded);
});
