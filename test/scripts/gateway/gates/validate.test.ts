import fc from "fast-check";
import { compileValidator } from "#gateway/gates/validate";
import { toGatewayAnswer } from "#gateway/gateway-response";
import type { Route } from "#model/rest-api";
import { fastest } from "../../../support/fastest";
import { anApi, aRequest, aRoute, IDS, matchOf } from "../../../support/gateway-model";
import { expectRecordedAnswer, recordedCases } from "../../../support/recorded-cases";

const NUMBERS = {
  $schema: "http://json-schema.org/draft-04/schema#",
  type: "object",
  required: ["a", "b"],
  properties: { a: { type: "number" }, b: { type: "number", minimum: 0, exclusiveMinimum: true } },
};

/** The set-up `validator` of the recorded cases. */
const VALIDATED: Partial<Route> = {
  validator: { body: true, parameters: true },
  requestParameters: {
    "method.request.querystring.qs1": true,
    "method.request.path.test": true,
    "method.request.header.x-header-param": true,
    "method.request.header.optional": false,
  },
  requestModels: { "application/json": NUMBERS },
};

function validate(route: Route, request: Parameters<typeof aRequest>[0]) {
  const received = aRequest(request);
  return compileValidator(route)(received, matchOf(anApi([route]), received));
}

describe("required parameters", () => {
  const route = aRoute("GET /nested/{test}", { ...VALIDATED, requestModels: {} });
  const complete = { target: "/dev/nested/1?qs1=x", headers: [["x-header-param", "y"]] as const };

  test("all there", () => {
    expect(validate(route, complete)).toBeUndefined();
  });

  test.each<[string, Parameters<typeof aRequest>[0], string]>([
    ["no header", { headers: [] }, "[x-header-param]"],
    ["a header in another case", { headers: [["X-Header-Param", "y"]] }, "[x-header-param]"],
    ["a blank header", { headers: [["x-header-param", " "]] }, "[x-header-param]"],
    ["no query parameter", { target: "/dev/nested/1?qs2=x" }, "[qs1]"],
    ["a query parameter in another case", { target: "/dev/nested/1?QS1=x" }, "[qs1]"],
    ["a blank query parameter", { target: "/dev/nested/1?qs1=" }, "[qs1]"],
    ["several, header before query", { target: "/dev/nested/1", headers: [] }, "[x-header-param, qs1]"],
  ])("refuses %s", (_, change, names) => {
    expect(validate(route, { ...complete, ...change })).toMatchObject({
      gate: "validation",
      response: "BAD_REQUEST_PARAMETERS",
      errorType: "BadRequestException",
      message: `Missing required request parameters: ${names}`,
    });
  });

  test("are listed in the order of their mapping names (header, path, query), by their short names", () => {
    const issuer = aRoute("POST /nested/{test}", {
      validator: { body: false, parameters: true },
      requestParameters: {
        "method.request.querystring.qs1": true,
        "method.request.path.issuer": true,
        "method.request.header.x-header-param": true,
      },
    });
    expect(validate(issuer, { method: "POST", target: "/dev/nested/1" })).toMatchObject({
      message: "Missing required request parameters: [x-header-param, issuer, qs1]",
      reason:
        "required and missing or blank: method.request.header.x-header-param, method.request.path.issuer, method.request.querystring.qs1",
    });
  });

  test("one value of a repeated parameter is enough", () => {
    expect(validate(route, { ...complete, target: "/dev/nested/1?qs1=&qs1=x" })).toBeUndefined();
  });

  test("are not asked for without a parameter validator", () => {
    const open = { ...route, validator: { body: true, parameters: false } };
    expect(validate(open, { target: "/dev/nested/1" })).toBeUndefined();
  });

  test("a mapping of another form stops the start", () => {
    const wrong = { ...route, requestParameters: { "integration.request.header.x": true } };
    expect(() => compileValidator(wrong)).toThrow(
      "request parameter 'integration.request.header.x' is not of the form method.request.LOCATION.NAME",
    );
  });
});

describe("body", () => {
  const route = aRoute("POST /x", {
    validator: { body: true, parameters: false },
    requestModels: VALIDATED.requestModels,
  });
  const post = (body: string, contentType?: string) => ({
    method: "POST",
    target: "/dev/x",
    body,
    headers: contentType === undefined ? [] : [["Content-Type", contentType] as const],
  });

  test.each([
    ["a body that fits", post('{"a":1,"b":2}')],
    ["a content type with a parameter", post('{"a":1,"b":2}', "application/json; charset=utf-8")],
    ["a content type that has no model", post("anything", "text/plain")],
  ])("passes %s", (_, request) => {
    expect(validate(route, request)).toBeUndefined();
  });

  test.each([
    ["a missing member", post('{"a":1}'), '[object has missing required properties (["b"])]'],
    [
      "a member of another type",
      post('{"a":"1","b":2}'),
      '[instance type (string) does not match any allowed primitive type (allowed: ["integer","number"])]',
    ],
    ["draft 4's exclusive minimum", post('{"a":1,"b":0}'), "[body/b must be > 0]"],
    ["what is not JSON", post("{a:1}"), "[Unknown error parsing request body]"],
    [
      "a list",
      post("[]"),
      '[instance type (array) does not match any allowed primitive type (allowed: ["object"])]',
    ],
    ["an empty body", post(""), "[Unknown error parsing request body]"],
    [
      "another case of the content type",
      post("{}", "Application/JSON"),
      '[object has missing required properties (["a","b"])]',
    ],
  ])("refuses %s", (_, request, validationError) => {
    expect(validate(route, request)).toMatchObject({
      gate: "validation",
      response: "BAD_REQUEST_BODY",
      errorType: "BadRequestException",
      message: "Invalid request body",
      validationError,
    });
  });

  test("the model for $default is every other content type's", () => {
    const withDefault = { ...route, requestModels: { $default: NUMBERS } };
    expect(validate(withDefault, post("{}", "text/plain"))?.response).toBe("BAD_REQUEST_BODY");
  });

  test("is not looked at without a body validator", () => {
    expect(validate({ ...route, validator: { body: false, parameters: true } }, post("{a"))).toBeUndefined();
  });

  test.each([
    ["a type that does not exist", { type: "nothing" }],
    ["a reference to another model", { $ref: "https://apigateway.amazonaws.com/restapis/abc/models/Pet" }],
    ["a later draft", { $schema: "http://json-schema.org/draft-07/schema#" }],
    ["no object", "object"],
    ["nothing", null],
    ["an empty list of required members", { required: [] }],
  ])("%s as a schema stops the start", (_, schema) => {
    expect(() => compileValidator({ ...route, requestModels: { "application/json": schema } })).toThrow(
      "aws_api_gateway_method.POST/x: the model for application/json is not a usable JSON schema (draft 4)",
    );
  });

  test("a model that another refers to is checked as well", () => {
    const url = "https://apigateway.amazonaws.com/restapis/abc/models/Pet";
    const requestModels = { "application/json": { $ref: url } };
    const compile = (pet: object) =>
      compileValidator({ ...route, requestModels, referredModels: { [url]: pet } });
    expect(() => compile({ required: ["name"] })).not.toThrow();
    expect(() => compile({ required: [] })).toThrow("is not a usable JSON schema (draft 4)");
  });

  test("a body that a model follows deeper than the stack goes is refused, a flatter one is not", () => {
    const list = { type: "array", items: { $ref: "#" } };
    const nested = { ...route, requestModels: { "application/json": list } };
    const lists = (depth: number) => post(`${"[".repeat(depth)}${"]".repeat(depth)}`);
    expect(validate(nested, lists(100))).toBeUndefined();
    expect(validate(nested, lists(100_000))).toMatchObject({
      response: "BAD_REQUEST_BODY",
      validationError: "[body is nested too deeply to be validated]",
    });
  });

  test.each([
    ["of lists", "[".repeat(2_000_000)],
    ["of objects", '{"a":'.repeat(1_000_000)],
    ["of lists that end", `${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}`],
  ])("a body that holds nothing but the beginnings %s is refused at once", (_, body) => {
    const request = post(body);
    expect(fastest(() => validate(route, request))).toBeLessThan(100);
    expect(validate(route, request)?.response).toBe("BAD_REQUEST_BODY");
  });

  test("a long name of a member is not repeated in the answer, nor in the log", () => {
    const numbers = { type: "object", additionalProperties: { type: "number", multipleOf: 2 } };
    const counts = { ...route, requestModels: { "application/json": numbers } };
    const refusal = validate(counts, post(JSON.stringify({ ["x".repeat(9_000_000)]: 1 })));
    expect(refusal?.validationError).toMatch(/^\[body\/x+… must be multiple of 2\]$/);
    expect(refusal?.validationError?.length).toBeLessThan(400);
    expect(refusal?.reason.length).toBeLessThan(1_000);
  });

  describe("a list whose items must differ", () => {
    const sets = { ...route, requestModels: { "application/json": { uniqueItems: true } } };

    test.each([
      '[1,2,"1",true,"true",null,[],{},[1],{"a":1}]',
      '[{"a":1},{"a":2},{"b":1}]',
      "[[1,2],[2,1]]",
      "{}",
    ])("%s", (body) => {
      expect(validate(sets, post(body))).toBeUndefined();
    });

    test.each(["[1,1.0]", '["a","\\u0061"]', '[{"a":1,"b":[2]},{"b":[2],"a":1}]', "[0,-0]", "[[],[]]"])(
      "not %s",
      (body) => {
        expect(validate(sets, post(body))).toMatchObject({
          response: "BAD_REQUEST_BODY",
          validationError: "[body must NOT have duplicate items]",
        });
      },
    );

    test("is not compared item with item", () => {
      const request = post(JSON.stringify(Array.from({ length: 20_000 }, (_, index) => [index])));
      expect(fastest(() => validate(sets, request))).toBeLessThan(500);
      expect(validate(sets, request)).toBeUndefined();
    });
  });

  test("no body makes the validator throw", () => {
    const validator = compileValidator(route);
    const match = matchOf(anApi([route]), aRequest(post("")));
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        validator(aRequest(post(body)), match);
      }),
    );
  });
});

test.each(recordedCases("validation"))("recorded: %s", (_, { request, ...recorded }) => {
  const query = new URLSearchParams(request.query).toString();
  const route = aRoute(`${request.method} /nested/{test}`, VALIDATED);
  const refusal = validate(route, {
    method: request.method,
    target: `/dev${request.path}?${query}`,
    headers: Object.entries(request.headers ?? {}),
    body: request.bodyJson ? JSON.stringify(request.bodyJson) : "",
  });
  if (refusal) {
    expectRecordedAnswer(toGatewayAnswer(refusal, { context: IDS, gatewayResponses: [] }), {
      request,
      ...recorded,
    });
  } else {
    expect(recorded.expect).toEqual({ status: 200 });
  }
});
