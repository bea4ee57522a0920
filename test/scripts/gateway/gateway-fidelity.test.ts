import { loadApi } from "../../support/api-terraform";
import { aRequest } from "../../support/gateway-model";
import { type LocalGateway, startGateway } from "../../support/local-gateway";
import { exchange, type RawAnswer } from "../../support/raw-exchange";
import { socketlessGateway } from "../../support/socketless-gateway";
import { temporaryFolder } from "../../support/temporary-folder";

/** What answered otherwise than AWS once: from Terraform JSON, over a socket, from a running function. */

const folder = temporaryFolder();
const RETURNS = `export const handler = async (event) => JSON.parse(event.headers["x-returns"] ?? "{}");`;

const INVOKE_CLOSED = {
  Effect: "Allow",
  Action: "lambda:InvokeFunction",
  Resource: "${aws_lambda_function.closed.arn}",
};

const BODY_VALIDATOR = {
  "aws_api_gateway_request_validator.body": {
    rest_api_id: "${aws_api_gateway_rest_api.api.id}",
    name: "body",
    validate_request_body: true,
  },
};

const model = loadApi(
  {
    routes: [
      { route: "GET /lambda", lambda: "returns" },
      {
        route: "GET /as-role",
        lambda: "closed",
        integration: { credentials: "${aws_iam_role.invoker.arn}" },
      },
      { route: "GET /as-other", lambda: "closed", integration: { credentials: "${aws_iam_role.other.arn}" } },
      { route: "GET /as-itself", lambda: "closed" },
      {
        route: "POST /empty-model",
        method: {
          request_validator_id: "${aws_api_gateway_request_validator.body.id}",
          request_models: { "application/json": "Empty" },
        },
      },
    ],
    functions: {
      returns: { source: RETURNS },
      closed: { source: "export const handler = async () => ({ statusCode: 204 });", permitted: false },
    },
    roles: { invoker: [INVOKE_CLOSED], other: [INVOKE_CLOSED] },
    resources: {
      ...BODY_VALIDATOR,
      "aws_iam_role.invoker": {
        assume_role_policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "",
              Effect: "Allow",
              Principal: { Service: "apigateway.amazonaws.com" },
              Action: "sts:AssumeRole",
            },
          ],
        }),
      },
    },
  },
  folder,
);

let gateway: LocalGateway;
beforeAll(async () => {
  gateway = await startGateway(model);
});
afterAll(() => gateway.api.close());

function send(
  line: string,
  { headers = {}, body = "" }: { headers?: Record<string, string>; body?: string } = {},
): Promise<RawAnswer> {
  const [method = "", path = ""] = line.split(" ");
  return exchange(gateway.url, {
    method,
    target: `/dev${path}`,
    headers: [["Host", gateway.host], ...Object.entries(headers)],
    body: Buffer.from(body),
  });
}

test("a login that answers with Authorization has it renamed, and one that answers with Via loses it", async () => {
  const returns = { headers: { Authorization: "Bearer x", Via: "1.1 me", "X-Mine": "y" } };
  const { headers } = await send("GET /lambda", { headers: { "x-returns": JSON.stringify(returns) } });
  const own = headers.filter(([name]) => /authorization|via|mine/i.test(name));
  expect(own).toEqual([
    ["x-amzn-Remapped-Authorization", "Bearer x"],
    ["X-Mine", "y"],
  ]);
});

test.each([
  ["a role that API Gateway may assume", "GET /as-role", 204],
  ["a role that API Gateway may not assume", "GET /as-other", 500],
  ["API Gateway itself, without a permission", "GET /as-itself", 500],
])("a function is invoked by %s: %s, %i", async (_, line, status) => {
  expect((await send(line)).status).toBe(status);
});

describe("the URL of an edge-optimized API", () => {
  const handlerOf = (type: string) => {
    const resources = { "aws_api_gateway_rest_api.api": { endpoint_configuration: { types: [type] } } };
    return socketlessGateway(loadApi({ routes: [{ route: "GET /" }], resources })).handle;
  };
  const ofLength = (length: number) => aRequest({ target: "/dev/?x=".padEnd(length, "x") });

  test("may have 8,192 characters", async () => {
    const handle = handlerOf("EDGE");
    expect((await handle(ofLength(8192))).answer.status).toBe(200);
    const { answer, log } = await handle(ofLength(8193));
    expect(answer).toMatchObject({ status: 414, body: '{"message":"Request URI too long"}' });
    expect(log.reason).toBe(
      "the target has 8193 characters; at most 8192 are allowed for an edge-optimized API",
    );
  });

  test("of a regional one may be longer", async () => {
    expect((await handlerOf("REGIONAL")(ofLength(8193))).answer.status).toBe(200);
  });
});

describe("where every media type is binary", () => {
  const routes = [
    { route: "OPTIONS /plain" },
    { route: "OPTIONS /converted", integration: { content_handling: "CONVERT_TO_TEXT" } },
  ];
  const resources = { "aws_api_gateway_rest_api.api": { binary_media_types: ["*/*"] } };
  const { handle } = socketlessGateway(loadApi({ routes, resources }));

  test.each([
    ["/dev/plain", 500],
    ["/dev/converted", 200],
  ])("a mock answers OPTIONS %s with %i", async (target, status) => {
    const headers = [["Accept", "*/*"]] as const;
    expect((await handle(aRequest({ method: "OPTIONS", target, headers }))).answer.status).toBe(status);
  });
});

test("a refusal's header is mapped from the request, at every gate that a route has", async () => {
  const { handle } = socketlessGateway(
    loadApi({
      routes: [{ route: "GET /notes/{id}", method: { api_key_required: true } }],
      resources: {
        "aws_api_gateway_gateway_response.all": {
          rest_api_id: "${aws_api_gateway_rest_api.api.id}",
          response_type: "DEFAULT_4XX",
          response_parameters: {
            "gatewayresponse.header.Access-Control-Allow-Origin": "method.request.header.Origin",
            "gatewayresponse.header.X-Note": "method.request.path.id",
          },
        },
      },
    }),
  );
  const mapped = async (target: string) => {
    const headers = [["Origin", "https://a.example"]] as const;
    const { answer } = await handle(aRequest({ target, headers }));
    return answer.headers.filter(([name]) => /origin|note/i.test(name));
  };
  expect(await mapped("/dev/notes/7")).toEqual([
    ["Access-Control-Allow-Origin", "https://a.example"],
    ["X-Note", "7"],
  ]);
  expect(await mapped("/dev/nowhere")).toEqual([["Access-Control-Allow-Origin", "https://a.example"]]);
});

describe("models that refer to each other by API Gateway's URL", () => {
  const url = (name: string) =>
    `https://apigateway.amazonaws.com/restapis/\${aws_api_gateway_rest_api.api.id}/models/${name}`;
  const modelOf = (name: string, schema: object) => ({
    rest_api_id: "${aws_api_gateway_rest_api.api.id}",
    name,
    content_type: "application/json",
    schema: JSON.stringify(schema),
  });
  const { handle } = socketlessGateway(
    loadApi({
      routes: [
        {
          route: "POST /orders",
          method: {
            request_validator_id: "${aws_api_gateway_request_validator.body.id}",
            request_models: { "application/json": "Order" },
          },
        },
      ],
      resources: {
        ...BODY_VALIDATOR,
        "aws_api_gateway_model.order": modelOf("Order", {
          type: "object",
          properties: { lines: { type: "array", items: { $ref: url("Line") } } },
        }),
        "aws_api_gateway_model.line": modelOf("Line", {
          type: "object",
          definitions: { count: { type: "integer", minimum: 1 } },
          properties: {
            count: { $ref: "#/definitions/count" },
            next: { $ref: url("Line") },
            of: { $ref: url("Error") },
          },
          required: ["count"],
        }),
      },
    }),
  );

  test.each([
    ["{}", 200],
    ['{"lines":[{"count":1,"next":{"count":2},"of":{"message":"m"}}]}', 200],
    ['{"lines":[{"count":0}]}', 400],
    ['{"lines":[{"count":1,"next":{}}]}', 400],
    ['{"lines":[{"count":1,"of":{"message":1}}]}', 400],
  ])("%s is answered with %i", async (body, status) => {
    const headers = [["Content-Type", "application/json"]] as const;
    const { answer } = await handle(aRequest({ method: "POST", target: "/dev/orders", headers, body }));
    expect(answer.status).toBe(status);
  });
});

test.each([
  ["[1]", 400],
  ['"text"', 400],
  ["{}", 200],
  ['{"any":[1]}', 200],
])("the model Empty asks for an object: %s is answered with %i", async (body, status) => {
  expect((await send("POST /empty-model", { body })).status).toBe(status);
});
