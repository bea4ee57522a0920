import { type ApiSpec, allowInvoke, type MockSpec } from "./api-terraform";
import type { RecordedCase } from "./recorded-cases";

/** The API of a row. */
export function recordedApi(row: RecordedCase): ApiSpec {
  const spec = APIS[row.api]?.(row);
  if (!spec) throw new Error(`no API '${row.api}' for the recorded row ${row.id}`);
  return spec;
}

// ---------------------------------------------------------------------------------------------------- internal

const FUNCTIONS = {
  event: {
    source: "export const handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });",
  },
  /** Returns what a header of the request holds, since each row wants another result. */
  puppet: {
    source: `export const handler = async ({ headers }) => {
      const returned = JSON.parse(headers["x-returns"]);
      if (returned.$throws) throw new Error(returned.$throws);
      return returned;
    };`,
  },
};

const IAM = {
  users: { caller: [allowInvoke("*")] },
  roles: { role: [allowInvoke("*")], "no-policies": [] },
};

const VALIDATED = {
  request_validator_id: "${aws_api_gateway_request_validator.all.id}",
  request_parameters: {
    "method.request.path.test": true,
    "method.request.querystring.qs1": true,
    "method.request.header.x-header-param": true,
  },
  request_models: { "application/json": "${aws_api_gateway_model.sum.name}" },
};

/** The APIs that the rows speak of, as the file's `apis` describes them. */
const APIS: Readonly<Record<string, (row: RecordedCase) => ApiSpec>> = {
  routing: () => ({
    routes: [
      { route: "GET /existing", mock: { response: '{"statusCode":200,"message":"exists"}' } },
      { route: "POST /any" },
    ],
  }),
  sibling: () => ({
    routes: [
      { route: "POST /test", mock: { response: '{"statusCode":200,"message":"POST request"}' } },
      { route: "ANY /test/any", mock: { response: '{"statusCode":200,"message":"ANY request"}' } },
      { route: "OPTIONS /{proxy+}", mock: { response: '{"statusCode":200,"message":"OPTIONS request"}' } },
    ],
  }),
  iam: () => ({ ...IAM, routes: [{ route: "GET /x", authorization: "AWS_IAM" }] }),
  "iam-post": () => ({ ...IAM, routes: [{ route: "POST /x", authorization: "AWS_IAM" }] }),
  "iam-greedy": () => ({ ...IAM, routes: [{ route: "GET /{proxy+}", authorization: "AWS_IAM" }] }),
  policy: () => ({
    routes: [{ route: "GET /x", authorization: "AWS_IAM" }, { route: "GET /open" }],
    roles: { "role-a": [] },
    policy: [
      {
        Effect: "Allow",
        Principal: { AWS: "${aws_iam_role.role-a.arn}" },
        Action: "execute-api:Invoke",
        Resource: "execute-api:/*/GET/x",
      },
      {
        Effect: "Deny",
        Principal: "*",
        Action: "execute-api:Invoke",
        Resource: "execute-api:/*/GET/x",
        Condition: { "ForAllValues:ArnNotEquals": { "aws:PrincipalArn": ["${aws_iam_role.role-a.arn}"] } },
      },
      { Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: "execute-api:/*/GET/open" },
      {
        Effect: "Deny",
        Principal: "*",
        Action: "execute-api:Invoke",
        Resource: "execute-api:/*/GET/open",
        Condition: { IpAddress: { "aws:SourceIp": "127.0.0.1" } },
      },
    ],
  }),
  key: () => ({
    routes: [{ route: "GET /test", method: { api_key_required: true } }],
    plans: {
      plan: {
        throttle_settings: { rate_limit: 2, burst_limit: 1 },
        quota_settings: { limit: 10, period: "DAY" },
      },
    },
    // A key for each row, so that no row uses up another's.
    keys: {
      "key-throttled": { plan: "plan" },
      "key-quota": { plan: "plan" },
      disabled: { plan: "plan", enabled: false },
    },
  }),
  validator: () => ({
    routes: [
      { route: "GET /nested/{test}", method: VALIDATED },
      { route: "POST /nested/{test}", method: VALIDATED },
    ],
    resources: {
      "aws_api_gateway_request_validator.all": {
        rest_api_id: "${aws_api_gateway_rest_api.api.id}",
        name: "all",
        validate_request_body: true,
        validate_request_parameters: true,
      },
      "aws_api_gateway_model.sum": {
        rest_api_id: "${aws_api_gateway_rest_api.api.id}",
        name: "sum",
        content_type: "application/json",
        schema: JSON.stringify({
          type: "object",
          properties: { a: { type: "number" }, b: { type: "number" } },
          required: ["a", "b"],
        }),
      },
    },
  }),
  "lambda-proxy": () => ({
    routes: [{ route: "ANY /{proxy+}", lambda: "puppet" }],
    functions: { puppet: FUNCTIONS.puppet },
  }),
  "greedy-event": () => ({
    routes: [
      { route: "ANY /{proxy+}", lambda: "event" },
      { route: "ANY /hardcoded", lambda: "event" },
    ],
    functions: { event: FUNCTIONS.event },
  }),
  "lambda-proxy-with-mappings": () => ({
    routes: [
      {
        route: "ANY /{pathVariable}",
        lambda: "event",
        integration: {
          request_parameters: { "integration.request.header.foobar": "'mapped'" },
        },
      },
    ],
    functions: { event: FUNCTIONS.event },
  }),
  mock: (row) => ({ routes: [{ route: "GET /mock", mock: mockOf(row) }] }),
  "mock-id": (row) => ({
    routes: [
      { route: "GET /{id}", mock: mockOf(row) },
      { route: "POST /{id}", mock: mockOf(row) },
    ],
  }),
};

function mockOf({ needs }: RecordedCase): MockSpec {
  return {
    request: needs?.requestTemplate,
    response: needs?.responseTemplate,
    passthroughBehavior: needs?.passthroughBehavior,
    selectionPattern: needs?.selectionPattern,
  };
}
