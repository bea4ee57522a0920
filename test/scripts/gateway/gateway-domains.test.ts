import { sign } from "aws4";
import type { HttpRequest } from "#gateway/http/message";
import type { RestEvent } from "#gateway/integrate/event";
import type { HeaderLine } from "#sigv4/request";
import { allowInvoke, loadApi, type Properties } from "../../support/api-terraform";
import { aRequest } from "../../support/gateway-model";
import { AMZ_DATE, socketlessGateway } from "../../support/socketless-gateway";
import { temporaryFolder } from "../../support/temporary-folder";

/** Custom domains: the Host header and the base path choose the stage; what is signed is what was sent. */

const API = "${aws_api_gateway_rest_api.api.id}";
const mapping = (properties: Properties): Properties => ({
  domain_name: "${aws_api_gateway_domain_name.d.domain_name}",
  api_id: API,
  stage_name: "dev",
  ...properties,
});

const RESOURCES: Readonly<Record<string, Properties>> = {
  "aws_api_gateway_domain_name.d": {
    domain_name: "API.example.com",
    regional_certificate_arn: "${aws_acm_certificate.c.arn}",
  },
  "aws_api_gateway_stage.prod": {
    rest_api_id: API,
    deployment_id: "${aws_api_gateway_deployment.deployment.id}",
    stage_name: "prod",
  },
  "aws_api_gateway_base_path_mapping.v1": mapping({ base_path: "v1" }),
  "aws_api_gateway_base_path_mapping.live": mapping({ base_path: "live", stage_name: "prod" }),
  "aws_api_gateway_base_path_mapping.any": mapping({ base_path: "any", stage_name: null }),
  "aws_api_gateway_base_path_mapping.other": mapping({ base_path: "other", api_id: "abcdefghij" }),
  "aws_apigatewayv2_api_mapping.deep": {
    domain_name: "api.example.com",
    api_id: API,
    stage: "dev",
    api_mapping_key: "v1/orders",
  },
};

const folder = temporaryFolder();

function start(changes: Readonly<Record<string, Properties>> = {}) {
  const model = loadApi(
    {
      routes: [
        { route: "GET /open", lambda: "echo" },
        { route: "GET /signed", lambda: "echo", authorization: "AWS_IAM" },
        { route: "GET /orders/open", lambda: "echo" },
      ],
      functions: { echo: { source: "" } },
      roles: { caller: [allowInvoke("dev/GET/signed")] },
      resources: { ...RESOURCES, ...changes },
    },
    folder,
  );
  const gateway = socketlessGateway(model, async (_, event) => {
    const { path, requestContext } = event as RestEvent;
    const body = JSON.stringify([requestContext.stage, path, requestContext.path]);
    return { kind: "result", payload: JSON.stringify({ statusCode: 200, body }) };
  });
  return { model, ...gateway };
}

const gateway = start();

const sent = (host: string, target: string): HttpRequest => aRequest({ target, headers: [["host", host]] });

/** A request as a client signs and sends it; what is given last is changed on the way. */
function signed(host: string, path: string, sent: { readonly host?: string; readonly target?: string } = {}) {
  const { accessKeyId, secretAccessKey, sessionToken } = gateway.credentials("caller");
  const request = { host, path, service: "execute-api", region: gateway.model.region };
  const { headers = {} } = sign(
    { ...request, headers: { "X-Amz-Date": AMZ_DATE } },
    { accessKeyId, secretAccessKey, sessionToken },
  );
  const lines = Object.entries({ ...headers, Host: sent.host ?? host });
  return aRequest({
    target: sent.target ?? path,
    headers: lines.map(([name, value]): HeaderLine => [name.toLowerCase(), String(value)]),
  });
}

async function statusOf(
  request: HttpRequest,
  handle = gateway.handle,
): Promise<[number, string | undefined]> {
  const { answer, log } = await handle(request);
  return [answer.status, log.gate];
}

test.each([
  ["api.example.com", "/v1/open", ["dev", "/v1/open", "/v1/open"]],
  ["API.Example.Com:3000", "/v1/open", ["dev", "/v1/open", "/v1/open"]],
  ["api.example.com", "/live/open", ["prod", "/live/open", "/live/open"]],
  ["api.example.com", "/any/prod/open", ["prod", "/any/prod/open", "/any/prod/open"]],
  ["api.example.com", "/v1/orders/open", ["dev", "/v1/orders/open", "/v1/orders/open"]],
  ["127.0.0.1:3000", "/dev/open", ["dev", "/open", "/dev/open"]],
])("%s %s", async (host, target, paths) => {
  const { answer } = await gateway.handle(sent(host, target));
  expect(JSON.parse(String(answer.body))).toEqual(paths);
});

test.each([
  ["a path that no mapping has", "api.example.com", "/v2/open", [403, "route"]],
  ["a base path as a part of a segment", "api.example.com", "/v1open", [403, "route"]],
  ["the stage where the mapping has it", "api.example.com", "/v1/dev/open", [403, "route"]],
  ["another API's base path", "api.example.com", "/other/open", [501, "not-served"]],
  ["another name", "api.example.org", "/v1/open", [403, "route"]],
  ["another name, the stage's path", "api.example.org", "/dev/open", [403, "route"]],
])("refuses %s", async (_, host, target, expected) => {
  expect(await statusOf(sent(host, target))).toEqual(expected);
});

describe("a signature", () => {
  test("covers the host and the whole path, and the policy is about the path after the base path", async () => {
    expect(await statusOf(signed("api.example.com", "/v1/signed"))).toEqual([200, undefined]);
  });

  test.each([
    ["for another host", signed("127.0.0.1:3000", "/v1/signed", { host: "api.example.com" })],
    ["for the path without its base path", signed("api.example.com", "/signed", { target: "/v1/signed" })],
    ["none", sent("api.example.com", "/v1/signed")],
  ])("%s is refused", async (_, request) => {
    expect(await statusOf(request)).toEqual([403, "signature"]);
  });

  test("of a caller whose policy allows another stage is refused by it", async () => {
    expect(await statusOf(signed("api.example.com", "/live/signed"))).toEqual([403, "iam"]);
  });
});

test("an empty base path takes what no other takes", async () => {
  const { handle } = start({ "aws_api_gateway_base_path_mapping.root": mapping({ base_path: null }) });
  expect(await statusOf(sent("api.example.com", "/open"), handle)).toEqual([200, undefined]);
  expect(await statusOf(sent("api.example.com", "/other/open"), handle)).toEqual([501, "not-served"]);
});

test("a wildcard stands for one label", async () => {
  const { handle } = start({
    "aws_apigatewayv2_api_mapping.deep": {
      domain_name: "*.example.org",
      api_id: API,
      stage: "dev",
    },
  });
  expect(await statusOf(sent("a.example.org", "/open"), handle)).toEqual([200, undefined]);
  expect(await statusOf(sent("example.org", "/open"), handle)).toEqual([403, "route"]);
  expect(await statusOf(sent("a.b.example.org", "/open"), handle)).toEqual([403, "route"]);
});

test("no domain is served if a mapping cannot be read, and they are among what does not run", async () => {
  const { handle, model } = start({
    "aws_api_gateway_base_path_mapping.other": mapping({ base_path: "${aws_ssm_parameter.p.value}" }),
  });
  expect(await statusOf(sent("api.example.com", "/v1/open"), handle)).toEqual([403, "route"]);
  expect(model.notRun).toContain("aws_api_gateway_base_path_mapping.v1");
  expect(gateway.model.notRun).toBeUndefined();
});

test("client certificates are not asked for, and the start screen says so", () => {
  const { api } = start({
    "aws_api_gateway_domain_name.d": {
      domain_name: "api.example.com",
      mutual_tls_authentication: [{ truststore_uri: "s3://a/b" }],
    },
  }).model;
  expect(api.restrictions).toEqual([
    "aws_api_gateway_domain_name.d.mutual_tls_authentication: client certificates are not asked for here",
  ]);
  expect(gateway.model.api.restrictions).toBeUndefined();
});
