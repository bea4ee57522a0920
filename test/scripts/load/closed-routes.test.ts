import type { NotServed } from "#model/rest-api";
import { type Changes, load, problemsOf } from "./minimal-stack";

/** What AWS takes and the gateway does not follow closes its own route; every other route is served. */

const method = "aws_api_gateway_method.read";
const proxy = "aws_api_gateway_integration.read";
const mock = "aws_api_gateway_integration.mock";
const mockResponse = "aws_api_gateway_integration_response.mock";

const READ = "GET /products/{code}";
const MOCK = "GET /";

interface Row {
  readonly route: typeof READ | typeof MOCK;
  readonly address: string;
  readonly property: string;
  readonly closing: unknown;
  readonly got: string;
  readonly isGate?: true;
  /** The nearest value that closes nothing. */
  readonly served: unknown;
}

const gate = { route: READ, address: method, isGate: true } as const;
const read = { route: READ, address: proxy } as const;
const mocked = { route: MOCK, address: mock } as const;
const response = { route: MOCK, address: mockResponse } as const;

const rows: readonly Row[] = [
  { ...gate, property: "new_gate", closing: true, got: "a property that is not known", served: null },
  { ...read, property: "connection_type", closing: "VPC_LINK", got: '"VPC_LINK"', served: "INTERNET" },
  { ...read, property: "response_transfer_mode", closing: "STREAM", got: '"STREAM"', served: "BUFFERED" },
  { ...read, property: "new_property", closing: "x", got: "a property that is not known", served: null },
  {
    ...mocked,
    property: "content_handling",
    closing: "CONVERT_TO_BINARY",
    got: '"CONVERT_TO_BINARY"',
    served: "CONVERT_TO_TEXT",
  },
  {
    ...response,
    property: "content_handling",
    closing: "CONVERT_TO_BINARY",
    got: '"CONVERT_TO_BINARY"',
    served: "CONVERT_TO_TEXT",
  },
  { ...response, property: "selection_pattern", closing: "(x", got: '"(x"', served: "(?i)x" },
  {
    ...mocked,
    property: "credentials",
    closing: "${aws_iam_role.reader.arn}",
    got: '"arn:aws:iam::123456789012:role/reader"',
    served: null,
  },
  {
    ...mocked,
    property: "request_templates",
    closing: { "application/json": "#if(true)" },
    got: "a template that cannot be run (line 1, column 1: got #if without its #end)",
    served: { "application/json": '{"statusCode": $input.json("$.x")}' },
  },
  {
    ...response,
    property: "response_templates",
    closing: { "text/plain": "#macro(m)#end" },
    got: "a template that cannot be run (line 1, column 1: #macro is not supported by API Gateway; use #define)",
    served: { "text/plain": "#set($a = 1)" },
  },
  {
    ...response,
    property: "response_parameters",
    closing: { "method.response.header.Cache-Control": "method.request.header.x" },
    got: '"method.request.header.x"',
    served: { "method.response.header.Cache-Control": "integration.response.header.x" },
  },
];

/** The routes of the minimal stack with changes, each with why it is closed. */
function closedRoutes(changes: Changes): Record<string, NotServed | undefined> {
  const { routes } = load(changes).api;
  return Object.fromEntries(
    routes.map(({ httpMethod, resourcePath, notServed }) => [`${httpMethod} ${resourcePath}`, notServed]),
  );
}

const named = rows.map(
  (row) => [`${row.address}.${row.property}: ${JSON.stringify(row.closing)}`, row] as const,
);

describe.each(named)("%s", (_name, { route, address, property, closing, got, isGate, served }) => {
  const closed = closedRoutes({ [address]: { [property]: closing } });

  test("closes its route, and says why", () => {
    const why = closed[route];
    expect(why?.address).toBe(address);
    expect(why?.property.split(".")[0]).toBe(property);
    expect(why?.reason).toMatch(
      new RegExp(`^got ${got.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}, supported: .+; .+`),
    );
    expect(why?.isGate).toBe(isGate);
  });

  test("leaves the other route as it is", () => {
    const other = route === READ ? MOCK : READ;
    expect(Object.keys(closed).sort()).toEqual([MOCK, READ]);
    expect(closed[other]).toBeUndefined();
  });

  test("its nearest value closes nothing", () => {
    expect(closedRoutes({ [address]: { [property]: served } })).toEqual({
      [READ]: undefined,
      [MOCK]: undefined,
    });
  });
});

test("a route whose method could not be read has neither an open gate nor an integration", () => {
  const route = load({ [method]: { new_gate: true } }).api.routes.find(
    ({ resourcePath }) => resourcePath === "/products/{code}",
  );
  expect(route?.authorization).toBe("UNKNOWN");
  expect(route?.integration).toEqual({ type: "UNKNOWN", address: method });
});

test("a gate is the reason that is reported first", () => {
  const changes = { [proxy]: { connection_type: "VPC_LINK" }, [method]: { new_gate: true } };
  expect(closedRoutes(changes)[READ]).toMatchObject({
    address: method,
    property: "new_gate",
    isGate: true,
  });
});

describe("what AWS refuses too, or no route is known of, stops the start", () => {
  test.each<[string, Changes, readonly [string, string]]>([
    ["an unknown type", { [proxy]: { type: "LAMBDA" } }, [`${proxy}.type`, '"LAMBDA"']],
    [
      "beside what is not followed",
      { [proxy]: { connection_type: "VPC_LINK", timeout_milliseconds: 1 } },
      [`${proxy}.connection_type`, '"VPC_LINK"'],
    ],
    [
      "a method without a verb",
      { [method]: { new_gate: true, http_method: "FETCH" } },
      [`${method}.http_method`, '"FETCH"'],
    ],
    [
      "a method of no resource",
      { [method]: { new_gate: true, resource_id: "abc" } },
      [`${method}.resource_id`, '"abc"'],
    ],
  ])("%s", (_, changes, problem) => {
    expect(problemsOf(changes)).toContainEqual(problem);
  });
});

const lambda = "aws_lambda_function.read";

describe("a function that does not run here", () => {
  test.each([
    ["runtime", "python3.12", "nodejs22.x"],
    ["handler", "index", "index.handler"],
    ["package_type", "Image", "Zip"],
    ["image_uri", "x", null],
    ["s3_bucket", "x", null],
    ["layers", ["arn:x"], []],
    ["file_system_config", { arn: "x" }, null],
  ])("for its %s: %j", (property, bad, good) => {
    const unavailable = (value: unknown) =>
      load({ [lambda]: { [property]: value } }).functions[0]?.unavailable;
    expect(unavailable(bad)).toMatchObject({ address: lambda, property });
    expect(unavailable(good)).toBeUndefined();
  });

  test("a misspelt runtime stops the start, as it stops Terraform", () => {
    expect(problemsOf({ [lambda]: { runtime: "Node JS" } })).toEqual([[`${lambda}.runtime`, '"Node JS"']]);
  });
});

test("a role that is not in the stack closes the route that it invokes for", () => {
  const role = "arn:aws:iam::123456789012:role/x";
  expect(closedRoutes({ [proxy]: { credentials: role } })[READ]).toMatchObject({ property: "credentials" });
  expect(closedRoutes({ [proxy]: { credentials: "${aws_iam_role.reader.arn}" } })[READ]).toBeUndefined();
});

test("the caller's own credentials close a route whose callers do not sign", () => {
  const changes = (authorization: string): Changes => ({
    [proxy]: { credentials: "arn:aws:iam::*:user/*" },
    [method]: { authorization },
  });
  expect(closedRoutes(changes("NONE"))[READ]).toMatchObject({ property: "credentials" });
  expect(closedRoutes(changes("AWS_IAM"))[READ]).toBeUndefined();
});

test("a service of another region closes its route", () => {
  const service = (region: string): Changes => ({
    [proxy]: {
      type: "AWS",
      uri: `arn:aws:apigateway:${region}:dynamodb:action/GetItem`,
      credentials: "${aws_iam_role.reader.arn}",
    },
  });
  expect(closedRoutes(service("us-east-1"))[READ]).toMatchObject({ property: "uri" });
  expect(closedRoutes(service("eu-west-1"))[READ]).toBeUndefined();
});

test("API Gateway ignores templates and content handling of a proxy integration", () => {
  const ignored = { content_handling: "CONVERT_TO_TEXT", request_templates: { "application/json": "{}" } };
  expect(closedRoutes({ [proxy]: ignored })).toEqual({ [READ]: undefined, [MOCK]: undefined });
});
