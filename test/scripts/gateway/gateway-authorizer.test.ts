import type { HttpRequest } from "#gateway/http/message";
import type { InvokeFunction } from "#gateway/integrate/integration";
import type { InvokeOutcome } from "#lambda/invocation";
import { loadApi, type Properties } from "../../support/api-terraform";
import { aRequest } from "../../support/gateway-model";
import { socketlessGateway } from "../../support/socketless-gateway";
import { temporaryFolder } from "../../support/temporary-folder";

/** The gate of a Lambda authorizer; the function's answers are each test's own. */

const folder = temporaryFolder();
const API = "${aws_api_gateway_rest_api.api.id}";
const INVOKE_ARN = "${aws_lambda_function.authorize.invoke_arn}";
const ARN = "arn:aws:execute-api:eu-west-1:123456789012";

interface Setting {
  readonly authorizer?: Properties;
  readonly api?: Properties;
  readonly policy?: readonly Properties[];
  readonly permitted?: boolean;
}

function modelOf({ authorizer, api, policy, permitted = true }: Setting) {
  const method = { authorization: "CUSTOM", authorizer_id: "${aws_api_gateway_authorizer.a.id}" };
  return loadApi(
    {
      routes: [
        { route: "GET /open" },
        { route: "GET /closed", method },
        { route: "GET /other", method },
        { route: "GET /keyed", method: { ...method, api_key_required: true } },
      ],
      ...(policy && { policy }),
      functions: { authorize: { source: "export const handler = () => ({});", permitted: false } },
      keys: { client: { plan: "basic" } },
      plans: { basic: {} },
      resources: {
        "aws_api_gateway_authorizer.a": {
          rest_api_id: API,
          name: "a",
          authorizer_uri: INVOKE_ARN,
          ...authorizer,
        },
        ...(api && { "aws_api_gateway_rest_api.api": api }),
        ...(permitted && {
          "aws_lambda_permission.a": {
            function_name: "${aws_lambda_function.authorize.function_name}",
            action: "lambda:InvokeFunction",
            principal: "apigateway.amazonaws.com",
            source_arn: "${aws_api_gateway_rest_api.api.execution_arn}/authorizers/*",
          },
        }),
      },
    },
    folder,
  );
}

const answer = (
  over: Properties = {},
  effect = "Allow",
  resource = `${ARN}:*/dev/GET/closed`,
): Properties => ({
  principalId: "anna",
  policyDocument: {
    Version: "2012-10-17",
    Statement: [{ Action: "execute-api:Invoke", Effect: effect, Resource: resource }],
  },
  ...over,
});

/** A gateway whose authorizer answers so; what it was asked is noted. */
function gatewayOf(payload: unknown, setting: Setting = {}) {
  const asked: unknown[] = [];
  const invoke: InvokeFunction = async (_fn, event) => {
    asked.push(event);
    if (typeof payload === "object" && payload !== null && "kind" in payload) return payload as InvokeOutcome;
    return { kind: "result", payload: typeof payload === "string" ? payload : JSON.stringify(payload) };
  };
  const model = modelOf(setting);
  const { handle } = socketlessGateway(model, invoke);
  const ask = async (path = "/closed", headers: HttpRequest["headers"] = [["Authorization", "let-me"]]) => {
    const { answer: given, log } = await handle(aRequest({ target: `/dev${path}`, headers }));
    const errorType = given.headers.find(([name]) => name === "x-amzn-ErrorType")?.[1];
    return {
      status: given.status,
      body: given.body.toString(),
      errorType,
      gate: log.gate,
      reason: log.reason,
    };
  };
  return { ask, asked, model };
}

const failed = (errorMessage: string): InvokeOutcome => ({
  kind: "error",
  errorType: "Error",
  errorMessage,
  trace: [],
});

const MISCONFIGURED = {
  status: 500,
  body: '{"message":null}',
  errorType: "AuthorizerConfigurationException",
  gate: "authorizer",
};
const UNAUTHORIZED = {
  status: 401,
  body: '{"message":"Unauthorized"}',
  errorType: "UnauthorizedException",
  gate: "authorizer",
};
const DENIED = { status: 403, errorType: "AccessDeniedException", gate: "authorizer" };

test("an allowed method is answered; the token and the method's ARN were asked", async () => {
  const { ask, asked, model } = gatewayOf(answer());
  expect(await ask()).toMatchObject({ status: 200, gate: undefined });
  const methodArn = `${ARN}:${model.api.id}/dev/GET/closed`;
  expect(asked).toEqual([{ type: "TOKEN", authorizationToken: "let-me", methodArn }]);
});

test.each([
  [
    "another method",
    answer({}, "Allow", `${ARN}:*/dev/GET/none`),
    "User is not authorized to access this resource",
  ],
  [
    "a deny",
    answer({}, "Deny"),
    "User is not authorized to access this resource with an explicit deny in an identity-based policy",
  ],
])("%s is refused in AWS's words", async (_, payload, message) => {
  expect(await gatewayOf(payload).ask()).toMatchObject({
    ...DENIED,
    body: JSON.stringify({ Message: message }),
  });
});

describe("without being asked", () => {
  test.each<[string, HttpRequest["headers"], Properties, boolean]>([
    ["no token", [], {}, false],
    ["an empty token", [["Authorization", ""]], {}, false],
    [
      "a token of another form",
      [["Authorization", "let-me"]],
      { identity_validation_expression: "Bearer .+" },
      false,
    ],
    [
      "a token that only contains the form",
      [["Authorization", "xBearer ay"]],
      { identity_validation_expression: "Bearer .+" },
      false,
    ],
    [
      "a token of the form",
      [["Authorization", "Bearer a"]],
      { identity_validation_expression: "Bearer .+" },
      true,
    ],
    ["another header", [["X-Token", "a"]], { identity_source: "method.request.header.X-Token" }, true],
  ])("%s", async (_, headers, authorizer, passes) => {
    const { ask, asked } = gatewayOf(answer(), { authorizer });
    expect(await ask("/closed", headers)).toMatchObject(passes ? { status: 200 } : UNAUTHORIZED);
    expect(asked).toHaveLength(passes ? 1 : 0);
  });

  test("no permission to invoke it", async () => {
    const { ask, asked } = gatewayOf(answer(), { permitted: false });
    expect(await ask()).toMatchObject(MISCONFIGURED);
    expect(asked).toEqual([]);
  });

  test("the API's policy denies", async () => {
    const policy = [
      { Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: "*" },
      {
        Effect: "Deny",
        Principal: "*",
        Action: "execute-api:Invoke",
        Resource: "execute-api:/dev/GET/closed",
      },
    ];
    const { ask, asked } = gatewayOf(answer(), { policy });
    expect(await ask()).toMatchObject({ status: 403 });
    expect(asked).toEqual([]);
  });
});

describe("hostile answers open nothing", () => {
  const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
  test.each<[string, unknown]>([
    ["nothing", ""],
    ["null", "null"],
    ["true", "true"],
    ["a list", "[]"],
    ["no JSON", "{"],
    ["an empty object", {}],
    ["no principal", answer({ principalId: undefined })],
    ["a principal that is not text", answer({ principalId: 1 })],
    ["no policy", answer({ policyDocument: undefined })],
    ["a policy as text", answer({ policyDocument: "Allow" })],
    ["a policy without statements", answer({ policyDocument: { Version: "2012-10-17" } })],
    [
      "an effect in lower case",
      answer({ policyDocument: { Statement: [{ Action: "*", Effect: "allow", Resource: "*" }] } }),
    ],
    [
      "an element that is not known",
      answer({
        policyDocument: { Statement: [{ Action: "*", Effect: "Allow", Resource: "*", Unless: "x" }] },
      }),
    ],
    ["a context of objects", answer({ context: { a: { b: 1 } } })],
    ["a context of lists", answer({ context: { a: [] } })],
    ["a context that is a list", answer({ context: [] })],
    ["more than 8 KB", answer({ context: { a: "x".repeat(8_192) } })],
    ["deep nesting", `{"principalId":"a","policyDocument":{"Statement":${deep}}}`],
    ["a key that is not text", answer({ usageIdentifierKey: 1 })],
    ["a prototype", '{"__proto__":{"principalId":"a","policyDocument":{}}}'],
    ["a failure", failed("something else")],
    ["a failure that only begins so", failed("Unauthorized: no")],
  ])("%s", async (_, payload) => {
    expect(await gatewayOf(payload).ask()).toMatchObject(MISCONFIGURED);
  });

  test("the failure that AWS knows is 401", async () => {
    expect(await gatewayOf(failed("Unauthorized")).ask()).toMatchObject(UNAUTHORIZED);
  });
});

describe("the cache", () => {
  test("keeps an answer for its token, and evaluates it for each method", async () => {
    const { ask, asked } = gatewayOf(answer());
    expect((await ask()).status).toBe(200);
    expect((await ask("/other")).status).toBe(403);
    expect(asked).toHaveLength(1);
    await ask("/closed", [["Authorization", "other"]]);
    expect(asked).toHaveLength(2);
  });

  test("is not there with a time of 0", async () => {
    const { ask, asked } = gatewayOf(answer(), { authorizer: { authorizer_result_ttl_in_seconds: 0 } });
    await ask();
    await ask();
    expect(asked).toHaveLength(2);
  });

  test("does not keep a failure", async () => {
    const { ask, asked } = gatewayOf({});
    await ask();
    await ask();
    expect(asked).toHaveLength(2);
  });
});

describe("a REQUEST authorizer", () => {
  const authorizer = {
    type: "REQUEST",
    identity_source: "method.request.header.X-Who, method.request.querystring.team",
  };

  test("sees the request without its body", async () => {
    const { ask, asked } = gatewayOf(answer(), { authorizer });
    expect((await ask("/closed?team=stock", [["X-Who", "anna"]])).status).toBe(200);
    expect(asked[0]).toMatchObject({ type: "REQUEST", path: "/closed", headers: { "X-Who": "anna" } });
    expect(asked[0]).not.toHaveProperty("body");
  });

  test.each(["/closed", "/closed?team="])("needs every identity source: %s", async (path) => {
    expect(await gatewayOf(answer(), { authorizer }).ask(path, [["X-Who", "anna"]])).toMatchObject(
      UNAUTHORIZED,
    );
  });
});

describe("api_key_source AUTHORIZER", () => {
  const setting = { api: { api_key_source: "AUTHORIZER" } };
  const value = modelOf(setting).apiKeys[0]?.value ?? "";
  const allowed = (over: Properties) => answer(over, "Allow", `${ARN}:*/dev/GET/keyed`);

  test("takes the key that the authorizer returned", async () => {
    expect((await gatewayOf(allowed({ usageIdentifierKey: value }), setting).ask("/keyed")).status).toBe(200);
  });

  test.each([
    ["none", allowed({})],
    ["another", allowed({ usageIdentifierKey: "no-such-key-of-this-api" })],
  ])("refuses %s, whatever the header says", async (_, payload) => {
    const headers: HttpRequest["headers"] = [
      ["Authorization", "let-me"],
      ["x-api-key", value],
    ];
    expect(await gatewayOf(payload, setting).ask("/keyed", headers)).toMatchObject({
      status: 403,
      gate: "api-key",
    });
  });
});

test("an open route is not asked for", async () => {
  const { ask, asked } = gatewayOf({});
  expect((await ask("/open", [])).status).toBe(200);
  expect(asked).toEqual([]);
});
