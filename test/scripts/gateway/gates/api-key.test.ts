import { compileApiKeys } from "#gateway/gates/api-key";
import { toGatewayAnswer } from "#gateway/gateway-response";
import { isRefusal } from "#gateway/refusal";
import type { ApiKey, UsagePlan } from "#model/usage-plan";
import {
  anApi,
  anApiKey,
  aRequest,
  aRoute,
  aStage,
  aUsagePlan,
  IDS,
  matchOf,
} from "../../../support/gateway-model";
import { expectRecordedAnswer, recordedCases } from "../../../support/recorded-cases";

const API = anApi([aRoute("GET /test", { apiKeyRequired: true }), "GET /open"], {
  stages: [aStage(), aStage({ name: "prod", address: "aws_api_gateway_stage.prod" })],
});
const KEY = anApiKey();
const DISABLED = anApiKey({
  id: "key2",
  name: "old",
  address: "aws_api_gateway_api_key.old",
  value: "d".repeat(30),
  enabled: false,
});

function check(
  headers: Record<string, string>,
  {
    apiKeys = [KEY, DISABLED],
    usagePlans = [aUsagePlan({ apiKeyIds: ["key1", "key2"] })],
    target = "/dev/test",
  }: {
    apiKeys?: ApiKey[];
    usagePlans?: UsagePlan[];
    target?: string;
  } = {},
) {
  const request = aRequest({ target, headers: Object.entries(headers) });
  return compileApiKeys({ api: API, apiKeys, usagePlans })(matchOf(API, request), request.headers);
}

describe("a method that needs a key", () => {
  test.each(["x-api-key", "X-API-Key"])("takes it from the header %s and says whose it is", (name) => {
    const plan = aUsagePlan();
    expect(check({ [name]: KEY.value }, { usagePlans: [plan] })).toEqual({ key: KEY, plan });
  });

  test("finds the one plan of several that holds the stage", () => {
    const prod = aUsagePlan({
      id: "plan2",
      address: "aws_api_gateway_usage_plan.prod",
      apiStages: [{ apiId: "abc123", stage: "prod", methodThrottles: {} }],
    });
    const outcome = check(
      { "x-api-key": KEY.value },
      { usagePlans: [aUsagePlan(), prod], target: "/prod/test" },
    );
    expect(outcome).toMatchObject({ plan: { id: "plan2" } });
  });

  const needs = "GET /test needs an API key: ";
  const named = "key 'client' (aws_api_gateway_api_key.client)";
  test.each<[string, Record<string, string>, Parameters<typeof check>[1], string]>([
    ["no header", {}, {}, "there is no x-api-key header"],
    ["an empty header", { "x-api-key": "" }, {}, "the x-api-key header is empty"],
    [
      "an unknown value",
      { "x-api-key": "nobody-has-this-value" },
      {},
      "no key has the value of the x-api-key header",
    ],
    [
      "the value in another case",
      { "x-api-key": KEY.value.toUpperCase() },
      {},
      "no key has the value of the x-api-key header",
    ],
    [
      "a disabled key",
      { "x-api-key": DISABLED.value },
      {},
      "key 'old' (aws_api_gateway_api_key.old) is disabled",
    ],
    ["a key in no plan", { "x-api-key": KEY.value }, { usagePlans: [] }, `${named} is not in any usage plan`],
    [
      "a plan without this stage",
      { "x-api-key": KEY.value },
      { target: "/prod/test" },
      `no usage plan of ${named} includes stage 'prod' (its plans: aws_api_gateway_usage_plan.basic)`,
    ],
    [
      "a plan with another API's stage of this name",
      { "x-api-key": KEY.value },
      { usagePlans: [aUsagePlan({ apiStages: [{ apiId: "other", stage: "dev", methodThrottles: {} }] })] },
      `no usage plan of ${named} includes stage 'dev' (its plans: aws_api_gateway_usage_plan.basic)`,
    ],
  ])("refuses %s", (_, headers, model, missing) => {
    expect(check(headers, model)).toEqual({
      gate: "api-key",
      response: "INVALID_API_KEY",
      errorType: "ForbiddenException",
      message: "Forbidden",
      reason: needs + missing,
    });
  });
});

test("a method that needs no key ignores one", () => {
  expect(check({ "x-api-key": KEY.value }, { target: "/dev/open" })).toBeUndefined();
});

describe("a model that AWS would not take stops the start", () => {
  test("two keys with one value", () => {
    const twin = anApiKey({ id: "key3", address: "aws_api_gateway_api_key.twin" });
    expect(() => check({}, { apiKeys: [KEY, twin] })).toThrow(
      "aws_api_gateway_api_key.twin has the value of aws_api_gateway_api_key.client; each API key needs its own",
    );
  });

  test("two plans for one key and stage", () => {
    const second = aUsagePlan({ id: "plan2", address: "aws_api_gateway_usage_plan.second" });
    expect(() => check({}, { usagePlans: [aUsagePlan(), second] })).toThrow(
      "aws_api_gateway_usage_plan.second and aws_api_gateway_usage_plan.basic both give aws_api_gateway_api_key.client stage 'dev'",
    );
  });
});

test.each(recordedCases("api-key"))("recorded: %s", (_, recorded) => {
  const headers = Object.entries(recorded.request.headers ?? {}).map(([name, value]) => [
    name,
    value.replace("{{disabledApiKey}}", DISABLED.value),
  ]);
  const outcome = check(Object.fromEntries(headers));
  if (!isRefusal(outcome)) throw new Error("expected a refusal");
  expectRecordedAnswer(toGatewayAnswer(outcome, { context: IDS, gatewayResponses: [] }), recorded);
});
