import {
  isGatewayResponseMapping,
  isGatewayResponseTemplate,
  toGatewayAnswer,
} from "#gateway/gateway-response";
import { buildRequestContext } from "#gateway/integrate/event";
import { timeoutFailure } from "#gateway/integrate/integration-failures";
import type { GatewayResponseType, Refusal } from "#gateway/refusal";
import type { CustomGatewayResponse } from "#model/rest-api";
import { anApi, aRequest, IDS, matchOf } from "../../support/gateway-model";

const refusal = (over: Partial<Refusal> = {}): Refusal => ({
  gate: "api-key",
  response: "INVALID_API_KEY",
  errorType: "ForbiddenException",
  message: "Forbidden",
  reason: "the log's half",
  ...over,
});

const custom = (responseType: string, over: Partial<CustomGatewayResponse> = {}): CustomGatewayResponse => ({
  address: `aws_api_gateway_gateway_response.${responseType}`,
  responseType,
  responseParameters: {},
  responseTemplates: {},
  ...over,
});

const answer = (subject: Refusal, gatewayResponses: CustomGatewayResponse[] = [], accept?: string) =>
  toGatewayAnswer(subject, {
    gatewayResponses,
    accept,
    context: { ...IDS, stage: "dev", path: "/dev/x" },
    stageVariables: { team: "stock" },
  });

describe("default answers", () => {
  test("have the ids, the error type and JSON, spelled as recorded", () => {
    expect(answer(refusal())).toEqual({
      status: 403,
      headers: [
        ["x-amzn-RequestId", IDS.requestId],
        ["x-amz-apigw-id", IDS.extendedRequestId],
        ["x-amzn-ErrorType", "ForbiddenException"],
        ["Content-Type", "application/json"],
      ],
      body: '{"message":"Forbidden"}',
    });
  });

  test.each<[string, Partial<Refusal>, number, string]>([
    [
      "no space before execution",
      { gate: "route", response: "MISSING_AUTHENTICATION_TOKEN", message: "Missing Authentication Token" },
      403,
      '{"message":"Missing Authentication Token"}',
    ],
    [
      "a capital M for a policy's denial",
      { gate: "iam", response: "ACCESS_DENIED", message: "User: a" },
      403,
      '{"Message":"User: a"}',
    ],
    [
      "line breaks escaped",
      { gate: "signature", response: "INVALID_SIGNATURE", message: "a\n'b'\n" },
      403,
      `{"message":"a\\n'b'\\n"}`,
    ],
    [
      "a signature that cannot be read",
      { gate: "signature", response: "DEFAULT_4XX", message: "m" },
      403,
      '{"message":"m"}',
    ],
    [
      "429",
      { gate: "throttle", response: "THROTTLED", message: "Too Many Requests" },
      429,
      '{"message":"Too Many Requests"}',
    ],
    [
      "a space from validation on",
      { gate: "validation", response: "BAD_REQUEST_BODY", message: "Invalid request body" },
      400,
      '{"message": "Invalid request body"}',
    ],
    [
      "415",
      { gate: "integration", response: "UNSUPPORTED_MEDIA_TYPE", message: "Unsupported Media Type" },
      415,
      '{"message": "Unsupported Media Type"}',
    ],
    [
      "a Lambda's own status",
      { gate: "integration", response: "INTEGRATION_FAILURE", status: 502, message: "Internal server error" },
      502,
      '{"message": "Internal server error"}',
    ],
    [
      "504",
      { gate: "integration", response: "INTEGRATION_TIMEOUT", message: "Endpoint request timed out" },
      504,
      '{"message": "Endpoint request timed out"}',
    ],
  ])("%s", (_, over, status, body) => {
    expect(answer(refusal(over))).toMatchObject({ status, body });
  });

  test("that of too large a request, which cannot be customised", () => {
    const tooLarge = refusal({
      gate: "integration",
      response: "REQUEST_TOO_LARGE",
      message: "Request Too Long",
    });
    const result = answer(tooLarge, [custom("DEFAULT_4XX", { statusCode: 418 })]);
    expect(result).toMatchObject({ status: 413, body: '{"message": "Request Too Long"}' });
  });

  test("never show the reason", () => {
    expect(JSON.stringify(answer(refusal()))).not.toContain("the log's half");
  });
});

describe("customised answers", () => {
  test("replace status, headers and body; the error type stays", () => {
    const response = custom("INVALID_API_KEY", {
      statusCode: 401,
      responseParameters: {
        "gatewayresponse.header.Access-Control-Allow-Origin": "*",
        "gatewayresponse.header.content-type": "application/problem+json",
      },
      responseTemplates: {
        "application/json": '{"error":$context.error.messageString,"id":"$context.requestId"}',
      },
    });
    expect(answer(refusal(), [response])).toEqual({
      status: 401,
      headers: [
        ["x-amzn-RequestId", IDS.requestId],
        ["x-amz-apigw-id", IDS.extendedRequestId],
        ["x-amzn-ErrorType", "ForbiddenException"],
        ["Access-Control-Allow-Origin", "*"],
        ["content-type", "application/problem+json"],
      ],
      body: `{"error":"Forbidden","id":"${IDS.requestId}"}`,
    });
  });

  test.each<[string, GatewayResponseType, Partial<Refusal>, number]>([
    ["its own type before the class", "INVALID_API_KEY", {}, 418],
    ["the class of another type", "THROTTLED", {}, 444],
    ["the class of an answer without a type", "DEFAULT_4XX", { gate: "signature" }, 444],
    ["the other class", "API_CONFIGURATION_ERROR", { gate: "integration" }, 555],
    ["the class by the real status", "INTEGRATION_FAILURE", { gate: "integration", status: 502 }, 555],
  ])("%s", (_, response, over, status) => {
    const responses = [
      custom("DEFAULT_4XX", { statusCode: 444 }),
      custom("INVALID_API_KEY", { statusCode: 418 }),
      custom("DEFAULT_5XX", { statusCode: 555 }),
    ];
    expect(answer(refusal({ response, ...over }), responses).status).toBe(status);
  });

  test("without a status or template only add their headers", () => {
    const response = custom("DEFAULT_4XX", { responseParameters: { "gatewayresponse.header.X-A": "b" } });
    expect(answer(refusal(), [response])).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' });
    expect(answer(refusal(), [response]).headers).toContainEqual(["X-A", "b"]);
  });

  test("an unknown stage has none", () => {
    const unknownStage = refusal({ gate: "route", response: "DEFAULT_4XX" });
    expect(answer(unknownStage, [custom("DEFAULT_4XX", { statusCode: 444 })]).status).toBe(403);
  });

  test.each([
    [undefined, "application/json", "json"],
    ["text/html;q=0.9, application/json", "text/html", "html"],
    ["image/png", "application/json", "json"],
  ])("Accept: %s gets %s", (accept, contentType, body) => {
    const responseTemplates = { "text/html": "html", "application/json": "json" };
    const result = answer(refusal(), [custom("INVALID_API_KEY", { responseTemplates })], accept);
    expect(result.body).toBe(body);
    expect(result.headers).toContainEqual(["Content-Type", contentType]);
  });

  test.each([
    ["$context.error.message", 'say "no" $&'],
    ["$context.error.messageString", '"say \\"no\\" $&"'],
    ["$context.error.responseType.", "BAD_REQUEST_BODY."],
    ['"$context.error.validationErrorString"', '"[say \\"no\\" \\\\ $&]"'],
    ["$context.path on $stageVariables.team", "/dev/x on stock"],
    ["$context.apiId|$stageVariables.none", "|"],
    [
      "$context.unknown $context.identity $constructor costs $5",
      "$context.unknown $context.identity $constructor costs $5",
    ],
    ["$context.__proto__.x", "$context.__proto__.x"],
  ])("%s is filled in as %s", (template, body) => {
    const subject = refusal({
      response: "BAD_REQUEST_BODY",
      message: 'say "no" $&',
      validationError: '[say "no" \\ $&]',
    });
    const response = custom("BAD_REQUEST_BODY", { responseTemplates: { "application/json": template } });
    expect(answer(subject, [response]).body).toBe(body);
  });
});

describe("a header that is mapped", () => {
  const received = aRequest({
    target: "/dev/x?q=1&q=2&line=a%0d%0aX-Evil:%201&snow=%E2%98%83&plain=%C3%A4",
    headers: [
      ["Origin", "https://a.example"],
      ["Origin", "https://b.example"],
      ["X-API-Key", "k"],
    ],
  });
  const headersOf = (expression: string, over: Partial<CustomGatewayResponse> = {}) => {
    const mappedParameters = { "gatewayresponse.header.X-Mapped": expression };
    const gatewayResponses = [custom("INVALID_API_KEY", { mappedParameters, ...over })];
    const { headers } = toGatewayAnswer(refusal(), {
      gatewayResponses,
      context: { ...IDS, stage: "dev" },
      stageVariables: { team: "stock" },
      received,
      pathParameters: { id: "a%20b" },
    });
    return headers.slice(2);
  };
  const DEFAULT = [
    ["x-amzn-ErrorType", "ForbiddenException"],
    ["Content-Type", "application/json"],
  ];

  test.each([
    ["method.request.header.Origin", "https://b.example"],
    ["method.request.querystring.q", "2"],
    ["method.request.querystring.plain", "ä"],
    ["method.request.path.id", "a%20b"],
    ["context.stage", "dev"],
    ["context.error.responseType", "INVALID_API_KEY"],
    ["stageVariables.team", "stock"],
  ])("from %s is %s", (expression, value) => {
    expect(headersOf(expression)).toEqual([...DEFAULT, ["X-Mapped", value]]);
  });

  test.each([
    ["a header that is not there", "method.request.header.Referer"],
    ["a header in another case", "method.request.header.origin"],
    ["a query parameter that is not there", "method.request.querystring.r"],
    ["a path parameter that is not there", "method.request.path.constructor"],
    ["a variable without a value", "context.identity.userArn"],
    ["a stage variable that is not there", "stageVariables.toString"],
    ["a line break", "method.request.querystring.line"],
    ["what is not Latin-1", "method.request.querystring.snow"],
  ])("from %s is left out", (_, expression) => {
    expect(headersOf(expression)).toEqual(DEFAULT);
  });

  test("takes the place of a default one if it has a value", () => {
    const mappedParameters = { "gatewayresponse.header.content-type": "stageVariables.team" };
    expect(headersOf("", { mappedParameters })).toEqual([DEFAULT[0], ["content-type", "stock"]]);
    const none = { "gatewayresponse.header.content-type": "stageVariables.none" };
    expect(headersOf("", { mappedParameters: none })).toEqual(DEFAULT);
  });
});

test.each([
  ["method.request.header.Origin", true],
  ["method.request.querystring.a.b", true],
  ["method.request.path.id", true],
  ["context.requestId", true],
  ["context.error.message", true],
  ["stageVariables.team", true],
  ["method.request.body", false],
  ["method.request.body.a", false],
  ["method.request.multivalueheader.Origin", false],
  ["method.request.header.", false],
  ["context.authorizer.principalId", false],
  ["integration.response.header.x", false],
  ["*", false],
])("a header can be mapped from %s: %s", (expression, expected) => {
  expect(isGatewayResponseMapping(expression)).toBe(expected);
});

test("the request's context is what templates show", () => {
  const api = anApi(["GET /x"]);
  const request = aRequest({ target: "/dev/x", sourceIp: "192.0.2.1" });
  const context = buildRequestContext({
    request,
    match: matchOf(api, request),
    api,
    accountId: "111122223333",
    ids: IDS,
    receivedAt: 0,
    trace: "",
  });
  const template = "$context.identity.sourceIp $context.httpMethod $context.path $context.identity.caller";
  const responses = [custom("DEFAULT_5XX", { responseTemplates: { "text/plain": template } })];
  const result = toGatewayAnswer(timeoutFailure("slow"), { gatewayResponses: responses, context });
  expect(result).toMatchObject({ status: 504, body: "192.0.2.1 GET /dev/x " });
});

test.each([
  ['{"message":$context.error.messageString,"stage":"$context.stage $stageVariables.team"}', true],
  ["costs $5", true],
  ["$context.authorizer.principalId", false],
  ["$input.params('a')", false],
  ["#if($context.stage)x#end", false],
  ["${context.requestId}", false],
])("a template of variables that are filled in: %s → %s", (template, expected) => {
  expect(isGatewayResponseTemplate(template)).toBe(expected);
});
