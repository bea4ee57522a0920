import type { HttpAnswer, HttpRequest } from "#gateway/http/message";
import { allowInvoke, loadApi } from "../../support/api-terraform";
import { aRequest } from "../../support/gateway-model";
import { AMZ_DATE, socketlessGateway } from "../../support/socketless-gateway";
import { signWithAws4 } from "../sigv4/signed-requests";

/** How the gates work together, where no gate alone can be asked. */

const GATEWAY_RESPONSE = { rest_api_id: "${aws_api_gateway_rest_api.api.id}" };
const model = loadApi({
  routes: [
    { route: "GET /signed", authorization: "AWS_IAM" },
    { route: "DELETE /signed", authorization: "AWS_IAM" },
    { route: "GET /both", authorization: "AWS_IAM", method: { api_key_required: true } },
  ],
  roles: {
    "only-signed": [allowInvoke("dev/GET/signed"), allowInvoke("dev/GET/both")],
    "not-signed": [allowInvoke("*"), { ...allowInvoke("*/signed"), Effect: "Deny" }],
  },
  resources: {
    "aws_api_gateway_gateway_response.key": {
      ...GATEWAY_RESPONSE,
      response_type: "INVALID_API_KEY",
      status_code: "401",
      response_parameters: { "gatewayresponse.header.X-Team": "'stock'" },
      response_templates: {
        "application/json":
          '{"told":$context.error.messageString,"at":"$context.path","by":"$context.identity.userArn"}',
        "text/plain": "$stageVariables.team: $context.error.message",
      },
    },
    "aws_api_gateway_stage.stage": { variables: { team: "stock" } },
  },
});
const gateway = socketlessGateway(model);

/** A request of a role. */
function signed(
  profile: string,
  target: string,
  over: { method?: string; headers?: Record<string, string> } = {},
): HttpRequest {
  const { accessKeyId, secretAccessKey, sessionToken } = gateway.credentials(profile);
  const credentials = { accessKeyId, secretAccessKey, sessionToken };
  const request = signWithAws4(
    { path: target, ...over },
    { credentials, region: model.region, date: AMZ_DATE },
  );
  return { ...aRequest(), ...request };
}

async function answerTo(request: HttpRequest): Promise<HttpAnswer> {
  return (await gateway.handle(request)).answer;
}

describe("a policy speaks of the path after the stage, as it came", () => {
  test.each([
    ["only-signed", "/dev/signed", undefined],
    ["only-signed", "/dev/signed?x=/dev/both", undefined],
    ["only-signed", "/dev/signed/", "iam"],
    ["not-signed", "/dev/signed", "iam"],
    ["not-signed", "/dev/signed/", undefined],
    ["only-signed", "//dev/signed", "signature"],
    ["only-signed", "///dev/signed", "signature"],
    ["not-signed", "/dev//signed", "signature"],
  ])("%s, %s: refused by %s", async (profile, target, gate) => {
    const { answer, log } = await gateway.handle(signed(profile, target));
    expect([answer.status, log.gate]).toEqual([gate === undefined ? 200 : 403, gate]);
  });
});

test("the method that replaces the signed one is the one that a policy has to allow", async () => {
  const headers = { "X-HTTP-Method-Override": "DELETE" };
  expect((await answerTo(signed("only-signed", "/dev/signed", { headers }))).status).toBe(403);
  const back = { "X-HTTP-Method-Override": "GET" };
  const request = signed("only-signed", "/dev/signed", { method: "DELETE", headers: back });
  expect((await answerTo(request)).status).toBe(200);
});

describe("an unknown route", () => {
  const unknown = "/dev/unknown";

  test.each([
    [
      "not signed",
      aRequest({ target: unknown, headers: [["Host", "a"]] }),
      "MissingAuthenticationTokenException",
    ],
    ["rightly signed", signed("only-signed", unknown), "MissingAuthenticationTokenException"],
    ["another signature", { ...signed("only-signed", unknown), method: "PUT" }, "InvalidSignatureException"],
    [
      "no signature at all",
      aRequest({ target: unknown, headers: [["Authorization", "Bearer x"]] }),
      "IncompleteSignatureException",
    ],
    [
      "in an unknown stage",
      aRequest({ target: "/prd/x", headers: [["Authorization", "Bearer x"]] }),
      "ForbiddenException",
    ],
  ])("%s", async (_, request, errorType) => {
    const answer = await answerTo(request);
    expect(answer.status).toBe(403);
    expect(new Map(answer.headers).get("x-amzn-ErrorType")).toBe(errorType);
  });
});

describe("a customised gateway response", () => {
  const { arn } = gateway.credentials("only-signed").principal;
  const userArn = `${arn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")}/local`;

  test.each([
    [undefined, "application/json", `{"told":"Forbidden","at":"/dev/both","by":"${userArn}"}`],
    ["text/plain", "text/plain", "stock: Forbidden"],
  ])("to who accepts %s", async (accept, contentType, body) => {
    const answer = await answerTo(
      signed("only-signed", "/dev/both", { headers: accept ? { Accept: accept } : {} }),
    );
    expect([answer.status, answer.body]).toEqual([401, body]);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "x-amzn-RequestId": expect.any(String),
      "x-amzn-ErrorType": "ForbiddenException",
      "Content-Type": contentType,
      "X-Team": "stock",
    });
  });
});

test("each answer has ids of its own", async () => {
  const ids = new Set<string>();
  for (let count = 0; count < 3; count++) {
    const headers = new Map((await answerTo(aRequest({ target: "/prd" }))).headers);
    expect(headers.get("x-amzn-RequestId")).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(headers.get("x-amz-apigw-id")).toMatch(/^[\w-]{15}=$/);
    ids.add(`${headers.get("x-amzn-RequestId")}`);
  }
  expect(ids.size).toBe(3);
});
