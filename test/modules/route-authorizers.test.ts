import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { HttpRequest } from "#gateway/http/message";
import type { InvokeFunction } from "#gateway/integrate/integration";
import { loadModel } from "#load/load-model";
import type { Model } from "#model/model";
import { Account } from "#modules/account";
import type { LambdaAuthorizer, RouteAuthorizer } from "#modules/authorizer";
import { NodejsFunction } from "#modules/nodejs-function";
import { RestApi } from "#modules/rest-api";
import type { Route } from "#modules/route";
import { aRequest } from "../support/gateway-model";
import { SEED } from "../support/local-gateway";
import { socketlessGateway } from "../support/socketless-gateway";
import { only, resources, synthesize, type Terraform } from "../support/synth";
import { temporaryFolder } from "../support/temporary-folder";

const directory = temporaryFolder();

/** Authorizers and HTTP endpoints as props of routes: what is synthesized, and that the gateway runs it. */

const MOCK = { mock: { status: "ok" } };
const POOL = "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_abc";

/** @param routes - get the function that decides */
function synthesizeRoutes(routes: (lambda: NodejsFunction) => readonly Route[]): Terraform {
  return synthesize((stack) => {
    const lambda = new NodejsFunction(stack, "check", {
      entry: "functions/get-index/index.ts",
      description: "d",
      account: new Account(stack, "account"),
      logRetentionInDays: 3,
    });
    new RestApi(stack, "api", {
      description: "an API",
      region: "eu-central-1",
      stageName: "dev",
      throttle: { rateLimit: 5, burstLimit: 7 },
      accessLogs: false,
      logRetentionInDays: 3,
      routes: routes(lambda),
    });
  });
}

/** The stack as the gateway reads it. Its function is not started: each test answers in its place. */
function load(terraform: Terraform): Model {
  for (const { filename } of Object.values(resources(terraform, "aws_lambda_function"))) {
    mkdirSync(join(directory, dirname(filename)), { recursive: true });
    writeFileSync(join(directory, filename), "");
  }
  return loadModel({ terraform, directory, identity: { accountId: "123456789012", seed: SEED } });
}

const guarded = (path: string, authorizer: RouteAuthorizer, over: Partial<Route> = {}): Route => ({
  method: "GET",
  path,
  authorization: "lambda" in authorizer ? "CUSTOM" : "COGNITO_USER_POOLS",
  authorizer,
  integration: MOCK,
  ...over,
});

describe("a route with an authorizer", () => {
  const tokens = synthesizeRoutes((lambda) => {
    const check: LambdaAuthorizer = { name: "tokens", lambda, cacheInSeconds: 0 };
    return [guarded("/a", check), guarded("/b", check), { ...guarded("/c", check), method: "PUT" }];
  });

  test("asks a function with the header Authorization, which all its routes share", () => {
    expect(only(tokens, "aws_api_gateway_authorizer")).toMatchObject({
      name: "tokens",
      type: "TOKEN",
      identity_source: "method.request.header.Authorization",
      authorizer_result_ttl_in_seconds: 0,
    });
    const [id] = Object.keys(tokens.resource["aws_api_gateway_authorizer"] ?? {});
    const methods = Object.values(resources(tokens, "aws_api_gateway_method"));
    expect(methods.map(({ authorization, authorizer_id }) => [authorization, authorizer_id])).toEqual(
      Array(3).fill(["CUSTOM", `\${aws_api_gateway_authorizer.${id}.id}`]),
    );
  });

  test("lets API Gateway invoke the function for the authorizer, and for nothing else", () => {
    const [id] = Object.keys(tokens.resource["aws_api_gateway_authorizer"] ?? {});
    const [api] = Object.keys(tokens.resource["aws_api_gateway_rest_api"] ?? {});
    expect(only(tokens, "aws_lambda_permission")).toMatchObject({
      action: "lambda:InvokeFunction",
      principal: "apigateway.amazonaws.com",
      source_arn: `\${aws_api_gateway_rest_api.${api}.execution_arn}/authorizers/\${aws_api_gateway_authorizer.${id}.id}`,
    });
  });

  test("is published anew when its authorizer changes", () => {
    const triggers = (cacheInSeconds: number) =>
      only(
        synthesizeRoutes((lambda) => [guarded("/a", { name: "tokens", lambda, cacheInSeconds })]),
        "aws_api_gateway_deployment",
      )["triggers"];
    expect(triggers(0)).not.toEqual(triggers(60));
    expect(triggers(60)).toEqual(triggers(60));
  });

  test("can show the whole request, or a token of a user pool with scopes", () => {
    const stack = synthesizeRoutes((lambda) => [
      guarded("/a", {
        name: "requests",
        lambda,
        type: "REQUEST",
        identitySources: ["method.request.querystring.code", "context.httpMethod"],
      }),
      guarded("/b", { name: "pool", userPoolArns: [POOL] }, { authorizationScopes: ["stock/read"] }),
    ]);
    expect(Object.values(resources(stack, "aws_api_gateway_authorizer"))).toMatchObject([
      { type: "COGNITO_USER_POOLS", provider_arns: [POOL] },
      { type: "REQUEST", identity_source: "method.request.querystring.code,context.httpMethod" },
    ]);
    expect(
      Object.values(resources(stack, "aws_api_gateway_method")).map(
        ({ authorization_scopes }) => authorization_scopes,
      ),
    ).toEqual([undefined, ["stock/read"]]);
    // Only the one with a function needs to be invoked.
    expect(Object.keys(resources(stack, "aws_lambda_permission"))).toHaveLength(1);
  });

  describe("on this machine", () => {
    const model = load(tokens);
    const answer =
      (effect: string): InvokeFunction =>
      async () => ({
        kind: "result",
        payload: JSON.stringify({
          principalId: "anna",
          policyDocument: {
            Version: "2012-10-17",
            Statement: [{ Action: "execute-api:Invoke", Effect: effect, Resource: "*" }],
          },
        }),
      });
    const ask = async (invoke: InvokeFunction, headers: HttpRequest["headers"]) => {
      const { handle } = socketlessGateway(model, invoke);
      return (await handle(aRequest({ target: "/dev/a", headers }))).answer.status;
    };

    test("passes if the function says so, and is refused if it does not, or there is no token", async () => {
      expect(await ask(answer("Allow"), [["Authorization", "let-me"]])).toBe(200);
      expect(await ask(answer("Deny"), [["Authorization", "let-me"]])).toBe(403);
      expect(await ask(answer("Allow"), [])).toBe(401);
    });
  });
});

describe("a route to an HTTP endpoint", () => {
  const stack = synthesizeRoutes(() => [
    {
      method: "POST",
      path: "/files/{id}/{rest+}",
      authorization: "AWS_IAM",
      integration: { http: "https://partner.example.com/v1/{id}/{rest}", timeoutInMilliseconds: 3_000 },
    },
  ]);

  test("hands the request on, with what its path says", () => {
    expect(only(stack, "aws_api_gateway_integration")).toMatchObject({
      type: "HTTP_PROXY",
      uri: "https://partner.example.com/v1/{id}/{rest}",
      integration_http_method: "POST",
      timeout_milliseconds: 3_000,
      request_parameters: {
        "integration.request.path.id": "method.request.path.id",
        "integration.request.path.rest": "method.request.path.rest",
      },
    });
  });

  test("is one that the gateway serves, behind its gates", () => {
    expect(load(stack).api.routes).toMatchObject([
      { authorization: "AWS_IAM", integration: { type: "HTTP_PROXY", integrationHttpMethod: "POST" } },
    ]);
  });
});

describe("refused, as API Gateway would do other than what is said", () => {
  const check = { name: "check", lambda: {} as NodejsFunction };
  const pool = { name: "pool", userPoolArns: [POOL] };
  const http = (url: string, over: object = {}): Partial<Route> => ({
    authorization: "NONE",
    authorizer: undefined,
    integration: { http: url, ...over },
  });
  test.each<[string, Partial<Route>, string]>([
    [
      "an authorizer on an open route",
      { authorization: "NONE" },
      "got authorization NONE and an authorizer with lambda, expected none: API Gateway would not ask it",
    ],
    [
      "an authorizer on a signed route",
      { authorization: "AWS_IAM", authorizer: pool },
      "got authorization AWS_IAM and an authorizer with userPoolArns",
    ],
    ["no authorizer", { authorizer: undefined }, "got authorization CUSTOM and no authorizer, expected an"],
    ["a pool in place of a function", { authorizer: pool }, "expected an authorizer with lambda"],
    [
      "a function in place of a pool",
      { authorization: "COGNITO_USER_POOLS" },
      "expected an authorizer with userPoolArns",
    ],
    ["scopes without a pool", { authorizationScopes: ["a"] }, "got scopes and authorization CUSTOM"],
    [
      "no pool",
      { authorization: "COGNITO_USER_POOLS", authorizer: { ...pool, userPoolArns: [] } },
      "got no user pool",
    ],
    ["a name with a space", { authorizer: { ...check, name: "a b" } }, "expected a name of letters"],
    [
      "two sources of a token",
      { authorizer: { ...check, identitySources: ["method.request.header.a", "context.b"] } },
      "expected one header with TOKEN",
    ],
    [
      "a remembered answer without a source",
      { authorizer: { ...check, type: "REQUEST", identitySources: [] } },
      "got no source",
    ],
    [
      "an expression for a request",
      { authorizer: { ...check, type: "REQUEST", validationExpression: "x" } },
      "expected it with TOKEN alone",
    ],
    ["a cache of two hours", { authorizer: { ...check, cacheInSeconds: 7_200 } }, "from 0 to 3600"],
    ["an endpoint in clear", http("http://partner.example.com/"), "expected https://HOST/PATH"],
    [
      "an endpoint that is not one",
      http("partner"),
      "got the endpoint 'partner', expected https://HOST/PATH",
    ],
    ["an unknown parameter", http("https://a.example/{other}"), "got {other} in the endpoint"],
    ["an unknown method", http("https://a.example/", { httpMethod: "CALL" }), "got httpMethod 'CALL'"],
    ["a long wait", http("https://a.example/", { timeoutInMilliseconds: 30_000 }), "from 50 to 29000"],
  ])("%s", (_, over, message) => {
    expect(() => synthesizeRoutes(() => [guarded("/a", check, over)])).toThrow(message);
  });

  test("two authorizers of one name", () => {
    expect(() =>
      synthesizeRoutes((lambda) => [
        guarded("/a", { name: "check", lambda }),
        guarded("/b", { name: "check", lambda, cacheInSeconds: 0 }),
      ]),
    ).toThrow("authorizer 'check': got two of this name");
  });
});
