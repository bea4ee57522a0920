import fc from "fast-check";
import { toGatewayAnswer } from "#gateway/gateway-response";
import { compileMock } from "#gateway/integrate/mock";
import { isRefusal } from "#gateway/refusal";
import type { IntegrationResponse, MockIntegration } from "#model/rest-api";
import { aRequest, IDS, MOCK_INTEGRATION } from "../../../support/gateway-model";
import { expectRecordedAnswer, recordedCases } from "../../../support/recorded-cases";

const response = (statusCode: number, over: Partial<IntegrationResponse> = {}): IntegrationResponse => ({
  address: `aws_api_gateway_integration_response.${statusCode}`,
  statusCode,
  responseParameters: {},
  responseTemplates: {},
  ...over,
});

function call(
  over: Partial<MockIntegration>,
  headers: Record<string, string> = {},
  body = "",
  binaryMediaTypes: readonly string[] = [],
) {
  const request = aRequest({ headers: Object.entries(headers), body });
  const outcome = compileMock({ ...MOCK_INTEGRATION, ...over }, binaryMediaTypes)(request, IDS);
  return isRefusal(outcome) ? toGatewayAnswer(outcome, { context: IDS, gatewayResponses: [] }) : outcome;
}

test("the answer has the ids, JSON as its type and the template's text, and no trace", () => {
  expect(call({})).toEqual({
    status: 200,
    headers: [
      ["x-amzn-RequestId", IDS.requestId],
      ["x-amz-apigw-id", IDS.extendedRequestId],
      ["Content-Type", "application/json"],
    ],
    body: '{"message": "success"}',
  });
});

describe("the mocked status", () => {
  const responses = [response(200), response(404, { selectionPattern: "404" })];

  test.each([
    ['{"statusCode": 404}', 404],
    ["{statusCode: 404}", 404],
    ['{ a: "b", statusCode : 404 }', 404],
    ['{"statusCode": 200}', 200],
  ])("is read from %s", (template, status) => {
    expect(call({ requestTemplates: { "application/json": template }, responses }).status).toBe(status);
  });

  test.each([
    '{"statusCode": "200"}',
    '{"statusCode": 200.5}',
    '{"a": {"statusCode": 200}}',
    "{}",
    "",
    "null",
    "200",
    "[]",
  ])("is not read from %s", (template) => {
    expect(call({ requestTemplates: { "application/json": template }, responses })).toMatchObject({
      status: 500,
      body: '{"message": "Internal server error"}',
    });
  });
});

describe("the request template", () => {
  const requestTemplates = {
    "application/json": '{"statusCode": 201}',
    "text/plain": '{"statusCode": 202}',
  };
  const responses = [200, 201, 202, 203].map((status) =>
    response(status, { selectionPattern: String(status) }),
  );

  test.each([
    ["no content type", undefined, 201],
    ["its content type", "text/plain", 202],
    ["its content type with a parameter, in another case", "Text/Plain; charset=utf-8", 202],
  ])("is the one for %s", (_, contentType, status) => {
    const headers: Record<string, string> = contentType === undefined ? {} : { "content-type": contentType };
    expect(call({ requestTemplates, responses, passthroughBehavior: "NEVER" }, headers).status).toBe(status);
  });

  test("is the one for $default where none fits", () => {
    const withDefault = { ...requestTemplates, $default: '{"statusCode": 203}' };
    const headers = { "content-type": "image/png" };
    expect(
      call({ requestTemplates: withDefault, responses, passthroughBehavior: "NEVER" }, headers).status,
    ).toBe(203);
  });
});

describe("a body without a template", () => {
  const none = {};
  const json = { "application/json": '{"statusCode": 200}' };
  const responses = [response(299), response(404, { selectionPattern: "404" })];

  test.each<[MockIntegration["passthroughBehavior"], Record<string, string>, string, number]>([
    ["WHEN_NO_MATCH", none, "", 299],
    ["WHEN_NO_MATCH", json, "", 299],
    ["WHEN_NO_MATCH", json, '{"statusCode": 404}', 404],
    ["WHEN_NO_TEMPLATES", none, "", 299],
    ["WHEN_NO_TEMPLATES", json, "", 415],
    ["NEVER", none, "", 415],
    ["NEVER", json, "", 415],
  ])("%s, with templates %j and body '%s': %i", (passthroughBehavior, requestTemplates, body, status) => {
    const answer = call(
      { passthroughBehavior, requestTemplates, responses },
      { "content-type": "text/csv" },
      body,
    );
    expect(answer.status).toBe(status);
  });

  test("has AWS's answer when it may not pass", () => {
    const answer = call({ passthroughBehavior: "NEVER", requestTemplates: {} });
    expect(answer.body).toBe('{"message": "Unsupported Media Type"}');
    expect(answer.headers).toContainEqual(["x-amzn-ErrorType", "BadRequestException"]);
  });
});

describe("a body that is binary to the API", () => {
  const png = { "content-type": "image/png" };
  const toText = { contentHandling: "CONVERT_TO_TEXT" } as const;

  test.each<[string, Partial<MockIntegration>, Record<string, string>, string[], number]>([
    ["where all are, without a body", {}, {}, ["*/*"], 500],
    ["where all are, converted to text", toText, {}, ["*/*"], 200],
    ["by its type", {}, png, ["image/png"], 500],
    ["by its type, converted to text", toText, png, ["image/png"], 200],
    ["by its type, without templates", { requestTemplates: {} }, png, ["image/*"], 500],
    ["not, by its type", {}, { "content-type": "application/json" }, ["image/*"], 200],
    ["not, without a type", {}, {}, ["application/json"], 200],
  ])("%s", (_, over, headers, binaryMediaTypes, status) => {
    expect(call(over, headers, "", binaryMediaTypes).status).toBe(status);
  });

  test("is base64 where it passes through, in which there is no statusCode", () => {
    const responses = [response(299), response(404, { selectionPattern: "404" })];
    const passing = { ...toText, requestTemplates: {}, responses };
    expect(call(passing, png, '{"statusCode": 404}', ["*/*"]).status).toBe(299);
    expect(call(passing, png, '{"statusCode": 404}').status).toBe(404);
  });

  test("gets AWS's answer, and the log what to do", () => {
    const outcome = compileMock(MOCK_INTEGRATION, ["*/*"])(aRequest(), IDS);
    expect(outcome).toMatchObject({
      response: "API_CONFIGURATION_ERROR",
      message: "Internal server error",
      reason: expect.stringContaining('set content_handling = "CONVERT_TO_TEXT"'),
    });
  });
});

describe("the integration response", () => {
  const mocking = (status: number) => ({
    requestTemplates: { "application/json": `{"statusCode": ${status}}` },
  });

  test.each([
    ["the first whose pattern fits the whole status", 404, 444],
    ["the one without a pattern otherwise", 200, 299],
    ["not one whose pattern fits a part", 4040, 299],
  ])("is %s", (_, mocked, status) => {
    const responses = [
      response(299, { selectionPattern: "" }),
      response(444, { selectionPattern: "4\\d{2}" }),
      response(445, { selectionPattern: "404" }),
    ];
    expect(call({ ...mocking(mocked), responses }).status).toBe(status);
  });

  test("is missing: 500", () => {
    expect(call({ ...mocking(200), responses: [response(404, { selectionPattern: "404" })] }).status).toBe(
      500,
    );
    expect(
      call({ requestTemplates: {}, responses: [response(404, { selectionPattern: "404" })] }).status,
    ).toBe(500);
  });

  test("with a pattern that is none stops the start", () => {
    const responses = [response(200, { selectionPattern: "(" })];
    expect(() => compileMock({ ...MOCK_INTEGRATION, responses })).toThrow(
      "aws_api_gateway_integration_response.200: selection pattern '(' is not a regular expression",
    );
  });

  test("with a header that HTTP cannot carry stops the start", () => {
    const responses = [response(200, { responseParameters: { "method.response.header.X-A": "a\nb" } })];
    expect(() => compileMock({ ...MOCK_INTEGRATION, responses })).toThrow(
      "aws_api_gateway_integration_response.200: HTTP cannot carry method.response.header.X-A",
    );
  });

  test.each([
    [undefined, "application/json", "json"],
    ["text/html", "text/html", "html"],
    ["Text/HTML;q=0.5, image/png", "text/html", "html"],
    ["image/png, text/html", "application/json", "json"],
    ["image/png", "application/json", "json"],
  ])("has the template that the client accepts first, or JSON's (%s)", (accept, contentType, body) => {
    const responseTemplates = { "text/html": "html", "application/json": "json" };
    const headers: Record<string, string> = accept === undefined ? {} : { accept };
    const answer = call({ responses: [response(200, { responseTemplates })] }, headers);
    expect(answer.body).toBe(body);
    expect(answer.headers).toContainEqual(["Content-Type", contentType]);
  });

  test("has its first template where none is accepted and none is JSON, and an empty body without any", () => {
    const xml = { "text/xml": "<a/>", "text/html": "html" };
    expect(call({ responses: [response(200, { responseTemplates: xml })] }).body).toBe("<a/>");
    expect(call({ responses: [response(200)] })).toMatchObject({ body: "", status: 200 });
  });

  test("has its headers, of which Content-Type takes the place of the default", () => {
    const responseParameters = {
      "method.response.header.Access-Control-Allow-Origin": "*",
      "method.response.header.content-type": "text/plain",
      "method.response.header.Date": "then",
    };
    expect(call({ responses: [response(200, { responseParameters })] }).headers.slice(2)).toEqual([
      ["Access-Control-Allow-Origin", "*"],
      ["content-type", "text/plain"],
      ["x-amzn-Remapped-Date", "then"],
    ]);
  });
});

/** Recorded by LocalStack: test_apigateway_header_remapping_aws, 2024-12-11, for mapped headers of an AWS integration. */
test.each<[string, string | undefined]>([
  ...["Accept", "Age", "Pragma", "Range", "Referer", "TE", "Via", "Warn"].map((name): [string, string] => [
    name,
    name,
  ]),
  ...[
    "Authorization",
    "Connection",
    "Content-Length",
    "Content-MD5",
    "Date",
    "Expect",
    "Host",
    "Max-Forwards",
    "Proxy-Authenticate",
    "Server",
    "Trailer",
    "Upgrade",
    "User-Agent",
    "WWW-Authenticate",
  ].map((name): [string, string] => [name, `x-amzn-Remapped-${name}`]),
  ["Transfer-Encoding", undefined],
])("a mapped %s is sent as %s", (name, sentName) => {
  const responseParameters = { [`method.response.header.${name}`]: "x" };
  const { headers } = call({ responses: [response(200, { responseParameters })] });
  expect(headers.slice(3)).toEqual(sentName === undefined ? [] : [[sentName, "x"]]);
});

test("no request makes it throw", () => {
  const answer = compileMock({ ...MOCK_INTEGRATION, requestTemplates: {} });
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.oneof(fc.string(), fc.json()), (contentType, accept, body) => {
      answer(
        aRequest({
          headers: [
            ["content-type", contentType],
            ["accept", accept],
          ],
          body,
        }),
        IDS,
      );
    }),
  );
});

/** The others of the area use VTL, which the loader refuses: see literal-template.test.ts. */
const LITERAL_CASES = [
  ...recordedCases("mock").filter(([id]) => id === "mock-unquoted"),
  ...recordedCases("response-headers"),
];

test.each(LITERAL_CASES)("recorded: %s", (_, recorded) => {
  const { requestTemplate, selectionPattern } = recorded.needs ?? {};
  const needed = requestTemplate && {
    requestTemplates: { "application/json": requestTemplate },
    responses: [response(200, { selectionPattern })],
  };
  expectRecordedAnswer(call(needed || {}), recorded);
});
