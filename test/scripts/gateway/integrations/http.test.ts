import { loadApi, type RouteSpec } from "../../../support/api-terraform";
import { type LocalGateway, startGateway } from "../../../support/local-gateway";
import { startEcho, startRaw, type Upstream } from "../../../support/upstream";

/**
 * HTTP and HTTP_PROXY integrations over sockets, with what AWS was recorded to send and to answer.
 * Source: https://github.com/localstack/localstack/tree/8b9a79f05846835cf4dff63ab7eefdde9df83783/tests/aws/services/apigateway,
 *   test_apigateway_http.py and test_apigateway_integrations.py with their snapshots
 */

let echo: Upstream;
let raw: Upstream;
let gateway: LocalGateway;
let answerRaw: Parameters<typeof startRaw>[0] = () => undefined;

function http(
  route: string,
  integration: object,
  responses: RouteSpec["responses"] = { "200": {} },
): RouteSpec {
  const type = { type: "HTTP", integration_http_method: "POST", request_templates: {}, ...integration };
  return { route, mock: { response: null }, integration: type, responses };
}

const FULL = {
  "integration.request.header.Accept": "'text/html'",
  "integration.request.header.Authorization": "'request_params_authorization'",
  "integration.request.header.Content-Encoding": "'compress'",
  "integration.request.header.Content-MD5": "'request_params_Content-MD5'",
  "integration.request.header.Expect": "'200-ok'",
  "integration.request.header.Host": "method.request.header.Host",
  "integration.request.header.Referer": "'https://example.com/page'",
  "integration.request.header.User-Agent": "'Override-Agent'",
  "integration.request.header.Connection": "'keep-alive'",
  "integration.request.header.TE": "'gzip'",
  "integration.request.header.Via": "'othersite.net'",
};

beforeAll(async () => {
  echo = await startEcho();
  raw = await startRaw((socket, first) => answerRaw(socket, first));
  gateway = await startGateway(
    loadApi({
      routes: [
        http("ANY /http", { uri: echo.url }),
        http("ANY /proxy", { uri: echo.url, type: "HTTP_PROXY" }),
        http("GET /full", { uri: echo.url, request_parameters: FULL }),
        http("GET /full-proxy", { uri: echo.url, type: "HTTP_PROXY", request_parameters: FULL }),
        ...["Content-Length", "Transfer-Encoding"].flatMap((name) => [
          http(`GET /http-${name.toLowerCase()}`, {
            uri: echo.url,
            request_parameters: { [`integration.request.header.${name}`]: "'0'" },
          }),
          http(`GET /proxy-${name.toLowerCase()}`, {
            uri: echo.url,
            type: "HTTP_PROXY",
            request_parameters: { [`integration.request.header.${name}`]: "'0'" },
          }),
        ]),
        http(
          "GET /select/{status}",
          {
            uri: `${echo.url}/status/{status}`,
            integration_http_method: "GET",
            request_parameters: { "integration.request.path.status": "method.request.path.status" },
          },
          { "200": {}, "400": { selection_pattern: "4\\d{2}" } },
        ),
        http("ANY /any/{map+}", {
          uri: `${echo.url}/{map}`,
          type: "HTTP_PROXY",
          integration_http_method: "ANY",
          request_parameters: { "integration.request.path.map": "method.request.path.map" },
        }),
        http("POST /mapped/{pathVariable}", {
          uri: `${echo.url}?testVar={pathVar}&testQs={qsVar}`,
          type: "HTTP_PROXY",
          request_parameters: {
            "integration.request.header.headerVar": "method.request.header.foobar",
            "integration.request.path.qsVar": "method.request.querystring.testVar",
            "integration.request.path.pathVar": "method.request.path.pathVariable",
            "integration.request.querystring.queryString": "method.request.querystring.testQueryString",
            "integration.request.querystring.testQs": "method.request.querystring.testQueryString",
            "integration.request.querystring.testEmptyQs": "method.request.header.emptyheader",
          },
        }),
        http("POST /unmapped/{name}", { uri: `${echo.url}/{name}`, type: "HTTP_PROXY" }),
        http(
          "POST /sources",
          {
            uri: echo.url,
            request_parameters: {
              "integration.request.header.contextHeader": "context.resourceId",
              "integration.request.header.member": "method.request.body.a.b",
              "integration.request.querystring.stage": "stageVariables.mode",
              "integration.request.querystring.list": "method.request.multivaluequerystring.list",
            },
          },
          {
            "200": {
              response_parameters: {
                "method.response.header.From-Header": "integration.response.header.X-Own",
                "method.response.header.From-Case": "integration.response.header.x-own",
                "method.response.header.From-Body": "integration.response.body.method",
                "method.response.header.From-Context": "context.httpMethod",
                "method.response.header.Literal": "'text'",
              },
              response_templates: {
                "application/json": '{"got": $input.json("$.args"), "by": "$input.params(\'list\')"}',
              },
            },
          },
        ),
        http("GET /variable", { uri: `${echo.url}/$\${stageVariables.mode}/x` }),
        http("GET /raw", { uri: raw.url, timeout_milliseconds: 300 }),
        http("GET /raw-proxy", { uri: raw.url, type: "HTTP_PROXY", timeout_milliseconds: 300 }),
        http("GET /nobody", { uri: "http://127.0.0.1:1" }),
        http("GET /no-host", { uri: "http://nowhere.invalid/" }),
        http(
          "GET /default-only",
          { uri: `${echo.url}/status/404` },
          { "200": { selection_pattern: "2\\d{2}" } },
        ),
      ],
      resources: { "aws_api_gateway_stage.stage": { variables: { mode: "fast" } } },
    }),
  );
});
afterAll(async () => {
  await gateway.api.close();
  await echo.close();
  await raw.close();
});

async function call(path: string, init: RequestInit = {}) {
  const answer = await fetch(`${gateway.url}/dev${path}`, { redirect: "manual", ...init });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    text,
    json: () => JSON.parse(text),
  };
}

const JSON_BODY = {
  method: "POST",
  body: '{"message": "hello world"}',
  headers: { "content-type": "application/json" },
};

test("HTTP sends what is mapped and its own headers, and shows what is mapped of the answer", async () => {
  const answer = await call("/http?a=b", {
    ...JSON_BODY,
    headers: { ...JSON_BODY.headers, "x-client": "1" },
  });
  expect(answer.json()).toMatchObject({ method: "POST", path: "/", args: {}, data: JSON_BODY.body });
  expect(answer.json().headers).toEqual({
    accept: "application/json",
    "content-type": "application/json",
    "content-length": "26",
    "user-agent": expect.stringMatching(/^AmazonAPIGateway_[a-z0-9]{10}$/),
    "x-amzn-apigateway-api-id": expect.any(String),
    "x-amzn-trace-id": expect.stringMatching(/^Root=1-/),
    connection: "close",
    host: echo.url.slice("http://".length),
  });
  expect(answer.headers).toMatchObject({
    "content-type": "application/json",
    "x-amzn-trace-id": expect.stringMatching(/^Root=1-/),
  });
  expect(answer.headers).not.toHaveProperty(["x-own"]);
});

test("HTTP_PROXY passes headers, query and body on, and the answer back", async () => {
  const answer = await call("/proxy?a=b&a=c", {
    ...JSON_BODY,
    headers: { ...JSON_BODY.headers, "x-client": "1" },
  });
  expect(answer.json()).toMatchObject({ method: "POST", path: "/?a=b&a=c", data: JSON_BODY.body });
  expect(answer.json().headers).toMatchObject({
    "x-client": "1",
    "x-forwarded-for": "127.0.0.1",
    "x-forwarded-proto": "https",
    "x-amzn-apigateway-api-id": expect.any(String),
    host: echo.url.slice("http://".length),
  });
  expect(answer.headers).toMatchObject({
    "x-own": "echo",
    "x-amzn-remapped-x-amzn-requestid": "upstream",
    "x-amzn-remapped-date": expect.any(String),
  });
  expect(answer.headers).not.toHaveProperty(["x-amzn-trace-id"]);
});

test.each(["/full", "/full-proxy"])("%s: mapped headers are sent but those that never are", async (path) => {
  const { headers } = (await call(path)).json();
  expect(headers).toMatchObject({
    accept: "text/html",
    authorization: "request_params_authorization",
    "content-encoding": "compress",
    "content-md5": "request_params_Content-MD5",
    host: gateway.host,
    referer: "https://example.com/page",
    "user-agent": "Override-Agent",
    connection: "close",
  });
  for (const name of ["expect", "te", "via"]) expect(headers).not.toHaveProperty([name]);
});

test.each([
  "/http-content-length",
  "/http-transfer-encoding",
  "/proxy-content-length",
  "/proxy-transfer-encoding",
])("%s cannot be mapped: 500", async (path) => {
  expect(await call(path)).toMatchObject({ status: 500, text: '{"message": "Internal server error"}' });
});

test.each([
  [404, 400],
  [201, 200],
])("a status of %i selects the response %i", async (got, status) => {
  expect((await call(`/select/${got}`)).status).toBe(status);
});

test("no response for a status, and none by default: 500", async () => {
  expect(await call("/default-only")).toMatchObject({
    status: 500,
    text: '{"message": "Internal server error"}',
  });
});

test("HTTP_PROXY passes the status, the method and the path on", async () => {
  const answer = await call("/any/status/400/a%2Fb", { method: "PUT", body: "x" });
  expect(answer.status).toBe(400);
  expect(answer.json()).toMatchObject({ method: "PUT", path: "/status/400/a%2Fb" });
});

test("mapped parameters of a proxy are added to the client's, behind those of the URI", async () => {
  const answer = await call("/mapped/foobar?testQueryString=foo&testVar=bar", {
    ...JSON_BODY,
    headers: { ...JSON_BODY.headers, foobar: "mapped-value", headervar: "request-value" },
  });
  expect(answer.json().args).toEqual({
    queryString: "foo",
    testQs: "bar,foo",
    testQueryString: "foo",
    testVar: "foobar,bar",
  });
  expect(answer.json().headers).toMatchObject({ foobar: "mapped-value", headervar: "mapped-value" });
});

test("a path parameter that no mapping sets leaves no address: 500", async () => {
  expect((await call("/unmapped/x", JSON_BODY)).status).toBe(500);
  expect(gateway.log.at(-1)?.reason).toMatch(/endpoint address .* is not valid/);
});

test("parameters come from context, stage variables and the body, and headers from the answer", async () => {
  const answer = await call("/sources?list=1&list=2", { ...JSON_BODY, body: '{"a": {"b": "deep"}}' });
  expect(answer.json()).toEqual({ got: { stage: "fast", list: "1,2" }, by: "2" });
  expect(answer.headers).toMatchObject({
    "from-header": "echo",
    "from-body": "POST",
    "from-context": "POST",
    literal: "text",
  });
  expect(answer.headers).not.toHaveProperty(["from-case"]);
  expect(await call("/sources", { ...JSON_BODY, body: "{" })).toMatchObject({
    status: 400,
    text: '{"message": "Invalid JSON in request body"}',
  });
});

test("a stage variable stands in a URI", async () => {
  expect((await call("/variable")).json()).toMatchObject({ path: "/fast/x" });
});

describe.each(["/raw", "/raw-proxy"])("an endpoint that does not behave, %s", (path) => {
  const HEAD = "HTTP/1.1 200 OK\r\n";
  const endless =
    (start: string, more: string) => (socket: { write(text: string): boolean; destroyed: boolean }) => {
      socket.write(start);
      const write = (): void => {
        if (!socket.destroyed && socket.write(more)) setImmediate(write);
        else if (!socket.destroyed) setTimeout(write, 1);
      };
      write();
    };

  test.each<[string, Parameters<typeof startRaw>[0], number, string]>([
    ["says nothing", () => undefined, 504, "Endpoint request timed out"],
    ["stops in its headers", (socket) => socket.write(HEAD), 504, "Endpoint request timed out"],
    [
      "stops in its body",
      (socket) => socket.write(`${HEAD}Content-Length: 9\r\n\r\nab`),
      504,
      "Endpoint request timed out",
    ],
    ["drips", endless(`${HEAD}\r\n`, "x"), 504, "Endpoint request timed out"],
    ["hangs up", (socket) => socket.destroy(), 504, "Network error communicating with endpoint"],
    [
      "hangs up in its body",
      (socket) => socket.end(`${HEAD}Content-Length: 9\r\n\r\nab`),
      504,
      "Network error communicating with endpoint",
    ],
    [
      "speaks another protocol",
      (socket) => socket.end("220 smtp ready\r\n"),
      504,
      "Network error communicating with endpoint",
    ],
    [
      "sends malformed headers",
      (socket) => socket.end(`${HEAD}a b: c\r\n\r\n`),
      504,
      "Network error communicating with endpoint",
    ],
    [
      "sends a line break in a header",
      (socket) => socket.end(`${HEAD}a: b\rc\r\n\r\n`),
      504,
      "Network error communicating with endpoint",
    ],
    [
      "frames its body twice",
      (socket) => socket.end(`${HEAD}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`),
      504,
      "Network error communicating with endpoint",
    ],
    [
      "never ends its headers",
      endless(HEAD, `a: ${"x".repeat(8_000)}\r\n`),
      504,
      "Network error communicating with endpoint",
    ],
    [
      "changes the protocol",
      (socket) => socket.write("HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
      504,
      "Network error communicating with endpoint",
    ],
    [
      "announces 11 MB",
      (socket) => socket.write(`${HEAD}Content-Length: ${11 << 20}\r\n\r\n`),
      500,
      "Internal server error",
    ],
  ])("%s", async (_, answer, status, message) => {
    answerRaw = answer;
    expect(await call(path)).toMatchObject({ status, text: `{"message": "${message}"}` });
  });

  test("and one that does is answered", async () => {
    answerRaw = (socket) => socket.end(`${HEAD}Content-Length: 2\r\n\r\nok`);
    expect(await call(path)).toMatchObject({ status: 200, text: "ok" });
  });
});

test.each(["/nobody", "/no-host"])("%s answers: 504", async (path) => {
  expect(await call(path)).toMatchObject({
    status: 504,
    text: '{"message": "Network error communicating with endpoint"}',
  });
});
