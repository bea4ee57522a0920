import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { loadApi, type RouteSpec } from "../../../support/api-terraform";
import { type LocalGateway, startGateway } from "../../../support/local-gateway";
import { temporaryFolder } from "../../../support/temporary-folder";

/**
 * AWS integrations: a Lambda that is not called by proxy, and DynamoDB, with what AWS was recorded to answer.
 * Source: https://github.com/localstack/localstack/tree/8b9a79f05846835cf4dff63ab7eefdde9df83783/tests/aws/services/apigateway,
 *   test_apigateway_lambda.py, test_apigateway_dynamodb.py and test_apigateway_integrations.py with their snapshots
 */

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "apigateway.amazonaws.com" }, Action: "sts:AssumeRole" },
  ],
});

function lambda(
  route: string,
  fn: string,
  integration: object,
  responses: RouteSpec["responses"] = { "200": {} },
): RouteSpec {
  return { route, lambda: fn, integration: { type: "AWS", ...integration }, responses };
}

function service(
  route: string,
  target: string,
  role: string,
  template: object,
  responses = { "200": {} },
): RouteSpec {
  return {
    route,
    mock: { response: null },
    integration: {
      type: "AWS",
      integration_http_method: "POST",
      uri: `arn:aws:apigateway:eu-west-1:${target}`,
      credentials: `\${aws_iam_role.${role}.arn}`,
      request_templates: { "application/json": JSON.stringify(template) },
    },
    responses,
  };
}

/** As AWS documents it for a queue behind an API: the message in a form. */
function queue(route: string, role: string): RouteSpec {
  const { integration, ...rest } = service(route, "sqs:path/123456789012/jobs", role, {});
  return {
    ...rest,
    integration: {
      ...integration,
      request_parameters: {
        "integration.request.header.Content-Type": "'application/x-www-form-urlencoded'",
      },
      request_templates: {
        "application/json": "Action=SendMessage&MessageBody=$util.urlEncode($input.body)",
      },
    },
  };
}

const TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/items";
const ITEM = { TableName: "items", Item: { id: { S: "$input.params('id')" } } };

const model = () =>
  loadApi(
    {
      routes: [
        lambda("POST /echo", "echo", {}),
        lambda("GET /template", "echo", {
          request_templates: { "application/json": `{"param1": "$input.params('param1')"}` },
        }),
        lambda(
          "GET /pattern/{statusCode}",
          "pattern",
          { request_templates: { "application/json": `{"statusCode": "$input.params('statusCode')"}` } },
          {
            "200": { selection_pattern: "" },
            "405": { selection_pattern: ".*four hundred.*" },
            "502": { selection_pattern: ".+" },
            "504": { selection_pattern: "200" },
          },
        ),
        lambda(
          "POST /override",
          "echo",
          {},
          {
            "200": {
              response_templates: {
                "application/json": `#set($body = $input.path("$"))#if($body.httpStatus == "400")#set($context.responseOverride.status = 400){"body": "customerror"}#else#set($context.responseOverride.status = 202){"body": "noerror"}#end`,
              },
            },
          },
        ),
        lambda("GET /event", "slow", {
          request_parameters: { "integration.request.header.X-Amz-Invocation-Type": "'Event'" },
        }),
        lambda("GET /slow", "slow", { timeout_milliseconds: 100 }),
        lambda("GET /role", "secret", { credentials: "${aws_iam_role.invoker.arn}" }),
        lambda("GET /no-permission", "secret", {}),
        ...["chosen", "missing"].map((name) =>
          lambda(`POST /variable-${name}`, "echo", {
            uri: `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:$\${stageVariables.${name}}/invocations`,
            request_templates: {
              "application/json": '{ "version": "$stageVariables.version", "none": "$stageVariables.none" }',
            },
          }),
        ),
        lambda("GET /no-default", "echo", {}, { "400": { selection_pattern: ".+" } }),
        lambda("POST /never", "echo", { passthrough_behavior: "NEVER" }),
        lambda("POST /broken", "echo", {
          request_templates: { "application/json": '$util.parseJson("{").a' },
        }),
        ...["Authorization", "Connection", "Expect", "Proxy-Authenticate", "TE", "Content-Length"].map(
          (name) =>
            lambda(`GET /header-${name.toLowerCase()}`, "echo", {
              request_parameters: { [`integration.request.header.${name}`]: "'x'" },
            }),
        ),
        service("POST /items", "dynamodb:action/PutItem", "writer", ITEM),
        service("POST /denied", "dynamodb:action/PutItem", "reader", ITEM, {
          "200": {},
          "403": {
            selection_pattern: "4\\d\\d",
            response_templates: { "application/json": '{"type": $input.json("$.__type")}' },
          },
        } as never),
        service("POST /untrusted", "dynamodb:action/PutItem", "untrusted", ITEM),
        service("GET /items", "dynamodb:action/Scan", "reader", { TableName: "items" }),
        ...["writer", "reader"].map((role) => queue(`POST /queue-${role}`, role)),
        service("POST /unknown", "sqs:path/123456789012/jobs", "writer", {}),
      ],
      functions: {
        echo: { source: "export const handler = async (event) => event;" },
        pattern: {
          source: `export const handler = async ({ statusCode }) => {
            if (statusCode === "200") return "Pass";
            throw new Error(\`Error: Raising \${statusCode === "400" ? "four" : "five"} hundred from within\`);
          };`,
        },
        slow: { source: "export const handler = () => new Promise((done) => setTimeout(done, 2000));" },
        secret: { source: "export const handler = async () => 1;", permitted: false },
      },
      roles: {
        invoker: [{ Effect: "Allow", Action: "lambda:InvokeFunction", Resource: "*" }],
        writer: [{ Effect: "Allow", Action: ["dynamodb:PutItem", "sqs:SendMessage"], Resource: "*" }],
        reader: [{ Effect: "Allow", Action: "dynamodb:Scan", Resource: TABLE }],
        untrusted: [{ Effect: "Allow", Action: "dynamodb:*", Resource: "*" }],
      },
      resources: {
        ...Object.fromEntries(
          ["invoker", "writer", "reader"].map((role) => [
            `aws_iam_role.${role}`,
            { assume_role_policy: TRUST },
          ]),
        ),
        "aws_api_gateway_stage.stage": { variables: { chosen: "echo", version: "1.0" } },
        "aws_dynamodb_table.items": {
          name: "items",
          billing_mode: "PAY_PER_REQUEST",
          hash_key: "id",
          attribute: [{ name: "id", type: "S" }],
        },
      },
    },
    folder,
  );

const folder = temporaryFolder();
let gateway: LocalGateway;
const seen: { method?: string; url?: string; headers: object; body: string }[] = [];
const emulator = createServer((incoming, outgoing) => {
  let body = "";
  incoming.on("data", (chunk) => {
    body += chunk;
  });
  incoming.on("end", () => {
    seen.push({ method: incoming.method, url: incoming.url, headers: incoming.headers, body });
    outgoing.writeHead(200, { "Content-Type": "text/xml" }).end("<ok/>");
  });
});

beforeAll(async () => {
  await new Promise<void>((done) => emulator.listen(0, "127.0.0.1", done));
  const awsEndpoint = `http://127.0.0.1:${(emulator.address() as AddressInfo).port}`;
  gateway = await startGateway(model(), { awsEndpoint });
});
afterAll(async () => {
  await gateway?.api.close();
  emulator.closeAllConnections();
  emulator.close();
});

async function call(path: string, init: RequestInit = {}) {
  const answer = await fetch(`${gateway.url}/dev${path}`, init);
  return { status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text() };
}

const post = (body: string, contentType = "application/json"): RequestInit => ({
  method: "POST",
  body,
  headers: { "content-type": contentType },
});
const ERROR = { status: 500, text: '{"message": "Internal server error"}' };

describe("a Lambda that is not called by proxy", () => {
  test("gets the body, and its result is the answer", async () => {
    const answer = await call("/echo", post('{"message":"hello world"}'));
    expect(answer).toMatchObject({ status: 200, text: '{"message":"hello world"}' });
    expect(answer.headers).toMatchObject({
      "content-type": "application/json",
      "x-amzn-trace-id": expect.stringMatching(/^Root=1-/),
    });
  });

  test("gets what its template makes, and an empty event of an empty body", async () => {
    expect((await call("/template?param1=foobar&Signature=1")).text).toBe('{"param1":"foobar"}');
    expect((await call("/echo", post(""))).text).toBe("{}");
  });

  test("gets no event that is not JSON, and the client what Lambda says", async () => {
    expect((await call("/echo", post("{"))).text).toMatch(/Could not parse request body into json/);
  });

  test.each([
    [200, 200, '"Pass"'],
    [400, 405, '"errorMessage":"Error: Raising four hundred from within"'],
    [500, 502, '"errorMessage":"Error: Raising five hundred from within"'],
  ])("selects a response by its error message: %i", async (asked, status, text) => {
    const answer = await call(`/pattern/${asked}`);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(text);
  });

  test.each([
    ["200", 202, '{"body": "noerror"}'],
    ["400", 400, '{"body": "customerror"}'],
  ])("lets the response's template change the status: %s", async (httpStatus, status, text) => {
    expect(await call("/override", post(JSON.stringify({ httpStatus })))).toMatchObject({ status, text });
  });

  test("is not waited for as an event, and is otherwise up to the timeout", async () => {
    expect(await call("/event")).toMatchObject({ status: 200, text: "" });
    expect(await call("/slow")).toMatchObject({
      status: 504,
      text: '{"message": "Endpoint request timed out"}',
    });
  });

  test("is invoked by a role that may, and not without a permission", async () => {
    expect(await call("/role")).toMatchObject({ status: 200, text: "1" });
    expect(await call("/no-permission")).toMatchObject(ERROR);
  });

  test("is the one that a stage variable names; without one that it names: 500", async () => {
    expect(await call("/variable-chosen", post("{}"))).toMatchObject({ text: '{"version":"1.0","none":""}' });
    expect(await call("/variable-missing", post("{}"))).toMatchObject(ERROR);
    expect(gateway.log.at(-1)?.reason).toMatch(
      /no function arn:aws:lambda:eu-west-1:123456789012:function:$/,
    );
  });

  test("without a response that fits, or with a template without a result: 500, and the log says why", async () => {
    expect(await call("/no-default")).toMatchObject(ERROR);
    expect(gateway.log.at(-1)?.reason).toMatch(/no integration response for a success/);
    expect(await call("/broken", post("{}"))).toMatchObject(ERROR);
    expect(gateway.log.at(-1)?.reason).toMatch(/a template has no result: line 1, column 1: .*not JSON/);
  });

  test("with a body that no template takes: 415", async () => {
    expect(await call("/never", post("a", "text/plain"))).toMatchObject({
      status: 415,
      text: '{"message": "Unsupported Media Type"}',
    });
  });

  test.each(["authorization", "connection", "expect", "proxy-authenticate", "te", "content-length"])(
    "%s cannot be mapped",
    async (name) => {
      expect(await call(`/header-${name}`)).toMatchObject(ERROR);
    },
  );
});

describe("DynamoDB", () => {
  test("does what the role may, and the answer is its own", async () => {
    const put = await call("/items?id=test-new", { method: "POST" });
    expect(put).toMatchObject({ status: 200, text: "{}" });
    expect(put.headers).toMatchObject({
      "content-type": "application/json",
      "x-amzn-trace-id": expect.any(String),
    });
    expect(JSON.parse((await call("/items")).text)).toEqual({
      Count: 1,
      Items: [{ id: { S: "test-new" } }],
      ScannedCount: 1,
    });
  });

  test("refuses what the role may not, and the response is selected by that status", async () => {
    const denied = await call("/denied?id=stolen", { method: "POST" });
    expect(denied.status).toBe(403);
    expect(denied.text).toMatch(/AccessDeniedException/);
    expect((await call("/items")).text).not.toMatch(/stolen/);
  });

  test("is not called with a role that API Gateway cannot assume", async () => {
    expect(await call("/untrusted?id=x", { method: "POST" })).toMatchObject(ERROR);
    expect(gateway.log.at(-1)?.reason).toMatch(/cannot assume the role/);
  });
});

describe("another service, where an emulator answers", () => {
  test("is called, signed as the role", async () => {
    expect((await call("/queue-writer", post('{"a": 1}'))).text).toBe("<ok/>");
    expect(seen.at(-1)).toMatchObject({
      method: "POST",
      url: "/123456789012/jobs",
      body: "Action=SendMessage&MessageBody=%7B%22a%22%3A+1%7D",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        authorization: expect.stringMatching(
          /^AWS4-HMAC-SHA256 Credential=ASIA\w+\/\d+\/eu-west-1\/sqs\/aws4_request/,
        ),
        "x-amz-security-token": expect.any(String),
      },
    });
  });

  test("is not called by a role that may not, whatever the emulator thinks", async () => {
    const before = seen.length;
    const { text } = await call("/queue-reader", post("{}"));
    expect(JSON.parse(text)).toEqual({
      __type: "AccessDeniedException",
      message: expect.stringMatching(
        /is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:eu-west-1:123456789012:jobs/,
      ),
    });
    expect(seen).toHaveLength(before);
  });

  test("is not called with what is not known to ask for", async () => {
    const before = seen.length;
    expect(await call("/unknown", post("{}"))).toMatchObject(ERROR);
    expect(gateway.log.at(-1)?.reason).toMatch(
      /action and resource of POST \/123456789012\/jobs of sqs are not known/,
    );
    expect(seen).toHaveLength(before);
  });
});

test("without an emulator it fails at once, by name", async () => {
  const alone = await startGateway(model());
  const answer = await fetch(`${alone.url}/dev/queue-writer`, { method: "POST" });
  expect([answer.status, await answer.text()]).toEqual([500, ERROR.text]);
  expect(alone.log.at(-1)?.reason).toMatch(
    /nothing here stands in for sqs: start one, and serve with --aws URL/,
  );
  await alone.api.close();
});
