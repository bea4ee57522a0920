import type { Handled } from "#gateway/gateway";
import type { HttpRequest } from "#gateway/http/message";
import { allowInvoke, loadApi } from "../../support/api-terraform";
import { aRequest } from "../../support/gateway-model";
import { AMZ_DATE, type SocketlessGateway, socketlessGateway } from "../../support/socketless-gateway";
import { temporaryFolder } from "../../support/temporary-folder";
import { signWithAws4 } from "../sigv4/signed-requests";

/** Why a gate refused is in the log, in one line, and never in the answer. */

const folder = temporaryFolder();
const lambda = { source: "export const handler = async () => ({});" };
const NEEDS_HEADER = {
  request_validator_id: "${aws_api_gateway_request_validator.all.id}",
  request_parameters: { "method.request.header.x-needed": true },
};
const model = loadApi(
  {
    routes: [
      { route: "GET /signed", authorization: "AWS_IAM" },
      { route: "GET /keyed", method: { api_key_required: true } },
      { route: "GET /slow" },
      { route: "GET /header", method: NEEDS_HEADER },
      { route: "POST /typed", mock: { passthroughBehavior: "NEVER" } },
      { route: "GET /run", lambda: "run" },
      { route: "GET /locked", lambda: "locked" },
    ],
    functions: { run: lambda, locked: { ...lambda, permitted: false } },
    roles: {
      reader: [allowInvoke("*")],
      denied: [allowInvoke("*"), { ...allowInvoke("*/GET/signed"), Sid: "NotThis", Effect: "Deny" }],
      stranger: [],
    },
    plans: { plan: { quota_settings: { limit: 1, period: "DAY" } } },
    keys: { client: { plan: "plan" }, disabled: { plan: "plan", enabled: false }, loose: {} },
    resources: {
      "aws_api_gateway_request_validator.all": {
        rest_api_id: "${aws_api_gateway_rest_api.api.id}",
        name: "all",
        validate_request_parameters: true,
      },
      "aws_api_gateway_method_settings.slow": {
        rest_api_id: "${aws_api_gateway_rest_api.api.id}",
        stage_name: "${aws_api_gateway_stage.stage.stage_name}",
        method_path: "slow/GET",
        settings: { throttling_rate_limit: 1, throttling_burst_limit: 1 },
      },
    },
  },
  folder,
);

let gateway: SocketlessGateway;
beforeEach(() => {
  gateway = socketlessGateway(model, async () => ({
    kind: "error",
    errorType: "TypeError",
    errorMessage: "a detail\nof the function\u202e\u2066",
    trace: [],
  }));
});

function get(path: string, headers: HttpRequest["headers"] = []): HttpRequest {
  return aRequest({ target: `/dev${path}`, headers: [["Host", "127.0.0.1:3000"], ...headers] });
}

/** `/signed`, signed by a profile. */
function signed(
  profile: string,
  over: { secretAccessKey?: string; region?: string; date?: string } = {},
): HttpRequest {
  const { accessKeyId, secretAccessKey, sessionToken } = gateway.credentials(profile);
  const credentials = { accessKeyId, secretAccessKey: over.secretAccessKey ?? secretAccessKey, sessionToken };
  const { region = model.region, date = AMZ_DATE } = over;
  return { ...aRequest(), ...signWithAws4({ path: "/dev/signed" }, { credentials, region, date }) };
}

function keyed(name: string): HttpRequest {
  return get("/keyed", [["x-api-key", model.apiKeys.find((key) => key.name === name)?.value ?? ""]]);
}

const api = `arn:aws:execute-api:${model.region}:${model.accountId}:${model.api.id}`;

interface Row {
  readonly name: string;
  readonly gate: string;
  readonly request: () => HttpRequest;
  /** How often it is sent; the last answer counts. @default 1 */
  readonly times?: number;
  readonly reason: string | RegExp;
}

test.each<Row>([
  {
    name: "no such stage",
    gate: "route",
    request: () => aRequest({ target: "/prd/signed" }),
    reason: "no stage 'prd' (have: dev); a path starts with its stage: /dev/…",
  },
  {
    name: "no such route",
    gate: "route",
    request: () => get("/sign"),
    reason: "no route GET /sign; nearest is GET /signed (AWS_IAM)",
  },
  {
    name: "a method in escape sequences",
    gate: "route",
    request: () => get("/signed", [["X-HTTP-Method-Override", "\u009b2J\n"]]),
    reason: "no route \\u009b2J\\u000a /signed; this path has GET /signed (AWS_IAM)",
  },
  {
    name: "no signature",
    gate: "signature",
    request: () => get("/signed"),
    reason: /^the request is not signed: /,
  },
  {
    name: "a key in place of a signature",
    gate: "signature",
    request: () => get("/signed", [["X-Api-Key", "k"]]),
    reason: /^the request is not signed: .*; an API key is not a substitute for a signature$/,
  },
  {
    name: "another secret",
    gate: "signature",
    request: () => signed("reader", { secretAccessKey: "another" }),
    reason:
      /^the secret is not the one of the access key ASIA\w{16}, or what was signed is not what arrived: /,
  },
  {
    name: "another region",
    gate: "signature",
    request: () => signed("reader", { region: "us-west-2" }),
    reason: /us-west-2/,
  },
  {
    name: "too late",
    gate: "signature",
    request: () => signed("reader", { date: "20261122T100000Z" }),
    reason: /^signed 930 seconds before this clock, 300 are allowed: /,
  },
  {
    name: "nothing allows",
    gate: "iam",
    request: () => signed("stranger"),
    reason: new RegExp(`execute-api:Invoke.* ${api}/dev/GET/signed`),
  },
  { name: "a statement denies", gate: "iam", request: () => signed("denied"), reason: /NotThis/ },
  {
    name: "no key",
    gate: "api-key",
    request: () => get("/keyed"),
    reason: "GET /keyed needs an API key: there is no x-api-key header",
  },
  {
    name: "a disabled key",
    gate: "api-key",
    request: () => keyed("disabled"),
    reason: "GET /keyed needs an API key: key 'disabled' (aws_api_gateway_api_key.disabled) is disabled",
  },
  {
    name: "a key in no plan",
    gate: "api-key",
    request: () => keyed("loose"),
    reason:
      "GET /keyed needs an API key: key 'loose' (aws_api_gateway_api_key.loose) is not in any usage plan",
  },
  {
    name: "too fast",
    gate: "throttle",
    request: () => get("/slow"),
    times: 2,
    reason:
      /^GET \/slow: stage 'dev', slow\/GET \(aws_api_gateway_method_settings\.slow\) allows 1 requests per second/,
  },
  {
    name: "too often",
    gate: "quota",
    request: () => keyed("client"),
    times: 2,
    reason: /^usage plan 'plan' \(aws_api_gateway_usage_plan\.plan\) allows key 'client' 1 requests per day/,
  },
  {
    name: "a parameter is missing",
    gate: "validation",
    request: () => get("/header"),
    reason: "required and missing or blank: method.request.header.x-needed",
  },
  {
    name: "no template for the body",
    gate: "integration",
    request: () => ({ ...get("/typed", [["Content-Type", "text/csv"]]), method: "POST" }),
    reason: /has no request template for text\/csv, and passthrough_behavior is NEVER$/,
  },
  {
    name: "a function that throws",
    gate: "integration",
    request: () => get("/run"),
    reason: "run failed: TypeError: a detail\\u000aof the function\\u202e\\u2066",
  },
  {
    name: "a function that may not be invoked",
    gate: "integration",
    request: () => get("/locked"),
    reason: `no aws_lambda_permission lets apigateway.amazonaws.com invoke aws_lambda_function.locked for ${api}/dev/GET/locked`,
  },
])("$gate: $name", async ({ gate, request, times = 1, reason }) => {
  const sent = request();
  let handled: Handled | undefined;
  for (let time = 0; time < times; time++) {
    if (handled) expect(handled.log).not.toHaveProperty("gate");
    handled = await gateway.handle(sent);
  }
  const { answer, log } = handled as Handled;
  expect(log).toMatchObject({
    gate,
    status: answer.status,
    method: sent.method,
    path: sent.target,
    reason: typeof reason === "string" ? reason : expect.stringMatching(reason),
  });
  expect(log.reason).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  const told = JSON.stringify([answer.headers, String(answer.body)]);
  expect(told).not.toContain(log.reason);
  expect(told).not.toMatch(/aws_api_gateway|aws_lambda|a detail|NotThis/);
});

test("what a function throws does not make the log long", async () => {
  const loud = socketlessGateway(model, async () => ({
    kind: "error",
    errorType: "Error",
    errorMessage: "x".repeat(6_000_000),
    trace: [],
  }));
  expect((await loud.handle(get("/run"))).log.reason).toMatch(/^run failed: Error: x{4000,5000}…$/);
});

test("an answered request is logged with who called, and no reason", async () => {
  const one = await gateway.handle(signed("reader"));
  expect(one.log).toEqual({
    requestId: expect.any(String),
    method: "GET",
    path: "/dev/signed",
    status: 200,
    milliseconds: 0,
    caller: "reader",
    notes: [],
  });
  const two = await gateway.handle(keyed("client"));
  expect(two.log).toMatchObject({ status: 200, apiKey: "client" });
  expect(two.log).not.toHaveProperty("gate");
});

test("a fault of the gateway is a 500 for the client, and a reason in the log", async () => {
  const broken = socketlessGateway(model);
  const { answer, log } = await broken.handle(get("/run"));
  expect([answer.status, answer.body]).toEqual([500, '{"message": "Internal server error"}']);
  expect(log).toMatchObject({
    gate: "integration",
    reason: expect.stringMatching(/^the local gateway failed: Error: no functions here/),
  });
});
