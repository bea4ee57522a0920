import { compileRoutes, type Matched } from "#gateway/gates/match";
import type { HttpRequest } from "#gateway/http/message";
import { isRefusal } from "#gateway/refusal";
import { type Signer, toSigner } from "#iam/caller";
import type { Principal } from "#iam/identity";
import type { LambdaProxyIntegration, MockIntegration, RestApi, Route, Stage } from "#model/rest-api";
import type { ApiKey, UsagePlan } from "#model/usage-plan";

/** Parts of a gateway's model for tests: complete and plain; a test states what it is about. */

export const LAMBDA_INTEGRATION: LambdaProxyIntegration = {
  type: "AWS_PROXY",
  address: "aws_api_gateway_integration.lambda",
  functionArn: "arn:aws:lambda:us-east-1:111122223333:function:f",
  integrationHttpMethod: "POST",
  timeoutMilliseconds: 29_000,
};

export const MOCK_INTEGRATION: MockIntegration = {
  type: "MOCK",
  address: "aws_api_gateway_integration.mock",
  passthroughBehavior: "WHEN_NO_MATCH",
  requestTemplates: { "application/json": '{"statusCode": 200}' },
  responses: [
    {
      address: "aws_api_gateway_integration_response.mock",
      statusCode: 200,
      responseParameters: {},
      responseTemplates: { "application/json": '{"message": "success"}' },
    },
  ],
};

/** `GET /products` → a route; open, unvalidated and mocked unless said otherwise. */
export function aRoute(methodAndPath: string, over: Partial<Route> = {}): Route {
  const [httpMethod = "", resourcePath = ""] = methodAndPath.split(" ");
  return {
    address: `aws_api_gateway_method.${httpMethod}${resourcePath}`,
    resourceId: `id-${resourcePath}`,
    resourcePath,
    httpMethod,
    authorization: "NONE",
    apiKeyRequired: false,
    requestParameters: {},
    validator: { body: false, parameters: false },
    requestModels: {},
    integration: MOCK_INTEGRATION,
    ...over,
  };
}

export function aStage(over: Partial<Stage> = {}): Stage {
  return {
    address: "aws_api_gateway_stage.dev",
    name: "dev",
    deploymentId: "dep123",
    variables: {},
    methodThrottles: {},
    ...over,
  };
}

export function anApi(routes: readonly (Route | string)[], over: Partial<RestApi> = {}): RestApi {
  return {
    address: "aws_api_gateway_rest_api.api",
    id: "abc123",
    name: "api",
    binaryMediaTypes: [],
    routes: routes.map((route) => (typeof route === "string" ? aRoute(route) : route)),
    stages: [aStage()],
    gatewayResponses: [],
    ...over,
  };
}

export function anApiKey(over: Partial<ApiKey> = {}): ApiKey {
  return {
    address: "aws_api_gateway_api_key.client",
    id: "key1",
    name: "client",
    value: "0123456789abcdefghijABCDEFGHIJ",
    enabled: true,
    ...over,
  };
}

export function aUsagePlan(over: Partial<UsagePlan> = {}): UsagePlan {
  return {
    address: "aws_api_gateway_usage_plan.basic",
    id: "plan1",
    name: "basic",
    apiStages: [{ apiId: "abc123", stage: "dev", methodThrottles: {} }],
    apiKeyIds: ["key1"],
    ...over,
  };
}

export function aRequest(over: Partial<Omit<HttpRequest, "body">> & { body?: string } = {}): HttpRequest {
  const { body = "", ...rest } = over;
  return {
    method: "GET",
    target: "/dev/",
    headers: [],
    sourceIp: "127.0.0.1",
    protocol: "HTTP/1.1",
    ...rest,
    body: Buffer.from(body),
  };
}

/** Who signs as a principal; a role in the session `local`. */
export function aSigner(
  over: Pick<Principal, "kind" | "name" | "arn" | "uniqueId">,
  accessKeyId: string,
): Signer {
  const principal = { address: `aws_iam_${over.kind}.${over.name}`, identityPolicies: [], tags: {}, ...over };
  const sessionName = over.kind === "role" ? "local" : undefined;
  return toSigner({ profile: over.name, principal, sessionName, accessKeyId, secretAccessKey: "secret" });
}

/** The match of a request that must match. */
export function matchOf(api: RestApi, request: HttpRequest): Matched {
  const match = compileRoutes(api)(request);
  if (isRefusal(match)) throw new Error(`expected a match: ${match.reason}`);
  return match;
}

export const IDS = {
  requestId: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
  extendedRequestId: "Jz8cHF4xoAMFWdg=",
};
