import fc from "fast-check";
import { toGatewayAnswer } from "#gateway/gateway-response";
import { buildProxyAnswer } from "#gateway/integrate/proxy-answer";
import { isRefusal } from "#gateway/refusal";
import { IDS } from "../../../support/gateway-model";
import { expectRecordedAnswer, recordedCases } from "../../../support/recorded-cases";

const TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0";

interface Request {
  readonly accept?: string;
  readonly binaryMediaTypes?: readonly string[];
}

function build(payload: string, { accept, binaryMediaTypes = [] }: Request = {}) {
  return buildProxyAnswer(payload, { ids: IDS, trace: TRACE, accept, binaryMediaTypes });
}

/** The answer to a result that must be a valid one. */
function answerTo(result: unknown, request?: Request) {
  const outcome = build(JSON.stringify(result), request);
  if (isRefusal(outcome)) throw new Error(`expected an answer: ${outcome.reason}`);
  return outcome;
}

/** Its header lines but for the two ids and the trace. */
function headersOf(result: unknown) {
  return answerTo(result).headers.slice(2, -1);
}

const JSON_TYPE = ["Content-Type", "application/json"];

test("an answer has the ids, the function's headers and the trace", () => {
  expect(answerTo({ statusCode: 201, headers: { Location: "/x" }, body: "text" })).toEqual({
    status: 201,
    headers: [
      ["x-amzn-RequestId", IDS.requestId],
      ["x-amz-apigw-id", IDS.extendedRequestId],
      JSON_TYPE,
      ["Location", "/x"],
      ["X-Amzn-Trace-Id", TRACE],
    ],
    body: "text",
  });
});

describe("a valid result", () => {
  test.each<[string, unknown, object]>([
    ["nothing at all", {}, { status: 200, body: "" }],
    [
      "null members",
      { statusCode: null, headers: null, multiValueHeaders: null, body: null, isBase64Encoded: null },
      { status: 200, body: "" },
    ],
    ["a status as text", { statusCode: "404" }, { status: 404 }],
    ["a body", { body: "ä" }, { status: 200, body: "ä" }],
  ])("%s", (_, result, expected) => {
    expect(answerTo(result)).toMatchObject(expected);
  });

  test.each<[string, object, unknown[]]>([
    [
      "booleans and numbers as text",
      { headers: { a: true, b: 1.5 } },
      [JSON_TYPE, ["a", "true"], ["b", "1.5"]],
    ],
    ["its own content type", { headers: { "content-TYPE": "text/html" } }, [["content-TYPE", "text/html"]]],
    [
      "a line for each value",
      { multiValueHeaders: { "Set-Cookie": ["a=1", "b=2"] } },
      [JSON_TYPE, ["Set-Cookie", "a=1"], ["Set-Cookie", "b=2"]],
    ],
    [
      "lists first, in their spelling",
      { headers: { "x-a": "3" }, multiValueHeaders: { "X-A": ["1", 2] } },
      [JSON_TYPE, ["X-A", "1"], ["X-A", "2"], ["X-A", "3"]],
    ],
    [
      "a pair that is in both once, and its other values",
      { headers: { "x-a": "1", "x-b": "1" }, multiValueHeaders: { "X-A": [1, "2"], "X-B": ["2", "2"] } },
      [JSON_TYPE, ["X-A", "1"], ["X-A", "2"], ["X-B", "2"], ["X-B", "2"], ["X-B", "1"]],
    ],
    ["an empty list as no header", { multiValueHeaders: { "X-A": [] } }, [JSON_TYPE]],
    [
      "reserved names renamed",
      {
        headers: {
          authorization: "Bearer x",
          connection: "close",
          "Content-Length": "1",
          "content-md5": "m",
          date: "d",
          "MAX-FORWARDS": "5",
          Server: "s",
          "user-agent": "u",
          "www-authenticate": "w",
          "x-amzn-requestid": "r",
        },
      },
      [
        JSON_TYPE,
        ["x-amzn-Remapped-Authorization", "Bearer x"],
        ["x-amzn-Remapped-Connection", "close"],
        ["x-amzn-Remapped-Content-Length", "1"],
        ["x-amzn-Remapped-Content-MD5", "m"],
        ["x-amzn-Remapped-Date", "d"],
        ["x-amzn-Remapped-Max-Forwards", "5"],
        ["x-amzn-Remapped-Server", "s"],
        ["x-amzn-Remapped-User-Agent", "u"],
        ["x-amzn-Remapped-WWW-Authenticate", "w"],
        ["x-amzn-Remapped-x-amzn-RequestId", "r"],
      ],
    ],
    [
      "the other names of AWS's table as they are",
      { headers: { Accept: "a", Age: "1", "content-encoding": "br", Pragma: "p", range: "r", Warn: "w" } },
      [
        JSON_TYPE,
        ["Accept", "a"],
        ["Age", "1"],
        ["content-encoding", "br"],
        ["Pragma", "p"],
        ["range", "r"],
        ["Warn", "w"],
      ],
    ],
    ...["Expect", "host", "Proxy-Authenticate", "TE", "trailer", "Transfer-Encoding", "UPGRADE", "Via"].map(
      (name): [string, object, unknown[]] => [`no ${name}`, { headers: { [name]: "x" } }, [JSON_TYPE]],
    ),
    ["no list of a name that is dropped", { multiValueHeaders: { via: ["a", "b"] } }, [JSON_TYPE]],
  ])("has %s", (_, result, expected) => {
    expect(headersOf(result)).toEqual(expected);
  });
});

describe("what is no valid result is a 502 and says why", () => {
  test.each<[string, string]>([
    ["", "an object with statusCode, headers and body was expected"],
    ["null", "an object with statusCode, headers and body was expected"],
    ['"text"', "an object with statusCode, headers and body was expected"],
    ["[]", "an object with statusCode, headers and body was expected"],
    ["7", "an object with statusCode, headers and body was expected"],
    ['{"errorMessage":"secret","errorType":"Error"}', "the function failed"],
    [
      '{"wrongValue":"secret"}',
      "'wrongValue' is not one of statusCode, headers, multiValueHeaders, body, isBase64Encoded",
    ],
    [
      '{"__proto__":{}}',
      "'__proto__' is not one of statusCode, headers, multiValueHeaders, body, isBase64Encoded",
    ],
    ['{"statusCode":"test"}', "'statusCode' must be a whole number from 200 to 599"],
    ['{"statusCode":200.5}', "'statusCode' must be a whole number from 200 to 599"],
    ['{"statusCode":100}', "'statusCode' must be a whole number from 200 to 599"],
    ['{"statusCode":"0200"}', "'statusCode' must be a whole number from 200 to 599"],
    ['{"statusCode":true}', "'statusCode' must be a whole number from 200 to 599"],
    ['{"headers":[]}', "'headers' must be an object of strings"],
    ['{"headers":{"a":["b"]}}', "'headers' must be an object of strings"],
    ['{"headers":{"a":null}}', "'headers' must be an object of strings"],
    ['{"multiValueHeaders":{"a":"b"}}', "'multiValueHeaders' must be an object of lists of strings"],
    ['{"multiValueHeaders":{"a":[{}]}}', "'multiValueHeaders' must be an object of lists of strings"],
    ['{"body":{"a":1}}', "'body' must be a string"],
    ['{"isBase64Encoded":"true"}', "'isBase64Encoded' must be true or false"],
    ['{"headers":{"a b":"c"}}', 'HTTP cannot carry the header "a b"'],
    ['{"headers":{"a":"b\\r\\nc: d"}}', 'HTTP cannot carry the header "a"'],
    ['{"headers":{"a":"\\u2603"}}', 'HTTP cannot carry the header "a"'],
  ])("%s", (payload, fault) => {
    expect(build(payload)).toEqual({
      gate: "integration",
      response: "INTEGRATION_FAILURE",
      status: 502,
      errorType: "InternalServerErrorException",
      message: "Internal server error",
      reason: `malformed Lambda proxy response: ${fault}`,
    });
  });
});

describe("base64", () => {
  const result = { body: "AP9h", isBase64Encoded: true };
  const decoded = Buffer.of(0, 0xff, 0x61);

  test.each<[string, Request]>([
    ["the type accepted", { accept: "image/png", binaryMediaTypes: ["image/png"] }],
    [
      "the first of the types accepted",
      { accept: "Image/PNG;q=0.8, text/html", binaryMediaTypes: ["image/png"] },
    ],
    [
      "a wildcard on the right that is accepted as it is",
      { accept: "application/*", binaryMediaTypes: ["application/*"] },
    ],
    ["a type under a wildcard", { accept: "application/zip", binaryMediaTypes: ["application/*"] }],
    ["anything where every type is binary", { binaryMediaTypes: ["*/*"] }],
  ])("is decoded for %s", (_, request) => {
    expect(answerTo(result, request).body).toEqual(decoded);
  });

  test.each<[string, Request]>([
    ["no binary types", { accept: "image/png" }],
    ["a type that begins like a binary one", { accept: "image/pnm", binaryMediaTypes: ["image/png"] }],
    ["another type first", { accept: "text/html, image/png", binaryMediaTypes: ["image/png"] }],
    ["no Accept", { binaryMediaTypes: ["image/png"] }],
    ["Accept: */*", { accept: "*/*", binaryMediaTypes: ["image/png"] }],
    ["Accept: image/*", { accept: "image/*", binaryMediaTypes: ["image/png"] }],
    ["a type without a subtype", { accept: "application", binaryMediaTypes: ["application/*"] }],
    ["a wildcard on the left", { accept: "image/test", binaryMediaTypes: ["*/test"] }],
    ["a wildcard on the left that is accepted as it is", { accept: "*/test", binaryMediaTypes: ["*/test"] }],
    ["a lone star that is accepted as it is", { accept: "*", binaryMediaTypes: ["*"] }],
  ])("is sent as it is for %s", (_, request) => {
    expect(answerTo(result, request).body).toBe("AP9h");
  });

  test("that is none is a 500", () => {
    const outcome = build('{"body":"no base64!","isBase64Encoded":true}', { binaryMediaTypes: ["*/*"] });
    expect(outcome).toMatchObject({ response: "API_CONFIGURATION_ERROR" });
  });

  test("is not decoded unless the function says so", () => {
    expect(answerTo({ body: "AP9h" }, { binaryMediaTypes: ["*/*"] }).body).toBe("AP9h");
  });
});

test("no payload makes it throw", () => {
  const member = fc.constantFrom(
    "statusCode",
    "headers",
    "multiValueHeaders",
    "body",
    "isBase64Encoded",
    "x",
  );
  const payload = fc.oneof(
    fc.string(),
    fc.json(),
    fc.dictionary(member, fc.jsonValue()).map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(payload, fc.option(fc.string(), { nil: undefined }), (text, accept) => {
      build(text, { accept, binaryMediaTypes: ["*/*"] });
    }),
    { numRuns: 500 },
  );
});

test.each(recordedCases("proxy-result"))("recorded: %s", (_, recorded) => {
  const returned = recorded.needs?.lambdaReturns as Record<string, unknown>;
  const thrown = { errorMessage: "an error", errorType: "Exception", trace: [] };
  const outcome = build(JSON.stringify("$throws" in returned ? thrown : returned));
  const answer = isRefusal(outcome)
    ? toGatewayAnswer(outcome, { context: IDS, gatewayResponses: [] })
    : outcome;
  expectRecordedAnswer(answer, recorded);
});
