import type { PlanMember } from "#gateway/gates/api-key";
import type { BucketLimit } from "#gateway/gates/token-bucket";
import { createUsageGate } from "#gateway/gates/usage-plan";
import { toGatewayAnswer } from "#gateway/gateway-response";
import type { Stage, Throttle } from "#model/rest-api";
import type { UsagePlan } from "#model/usage-plan";
import { anApi, anApiKey, aRequest, aStage, aUsagePlan, IDS, matchOf } from "../../../support/gateway-model";
import { expectRecordedAnswer, recordedCases } from "../../../support/recorded-cases";

const NOON = Date.parse("2026-11-22T12:00:00Z");
const DAY = 24 * 60 * 60 * 1000;
const UNLIMITED = { rate: 1e9, burst: 1e9 };
const AS_ON_AWS = undefined;

const throttle = (rate: number, burst: number): Throttle => ({ address: "aws_x.throttle", rate, burst });
const quota = (limit: number, period: "DAY" | "WEEK" | "MONTH" = "DAY", offset = 0) => ({
  limit,
  period,
  offset,
});

/** A gate with a clock of its own, and requests to it as `METHOD /path`. */
function createSubject({ account }: { account?: BucketLimit } = { account: UNLIMITED }) {
  const clock = { time: NOON };
  const gate = createUsageGate(() => clock.time, account);
  const call = (
    line: string,
    { plan, keyId = "key1", stage = {} }: { plan?: UsagePlan; keyId?: string; stage?: Partial<Stage> } = {},
  ) => {
    const [method = "", path = ""] = line.split(" ");
    const deployed = aStage(stage);
    const api = anApi(["GET /products", "PUT /products", "GET /index", "ANY /any", "GET /"], {
      stages: [deployed],
    });
    const match = matchOf(api, aRequest({ method, target: `/${deployed.name}${path}` }));
    const isInPlan = plan?.apiStages.some((candidate) => candidate.stage === deployed.name);
    const member: PlanMember | undefined =
      plan && isInPlan ? { plan, key: anApiKey({ id: keyId, name: keyId }) } : undefined;
    return gate(match, member);
  };
  /** How many of a number of calls are let through. */
  const admitted = (count: number, ...args: Parameters<typeof call>) =>
    Array.from({ length: count }, () => call(...args)).filter((refusal) => refusal === undefined).length;
  return { clock, call, admitted };
}

describe("throttles", () => {
  test("a plan's, for each key over all its stages", () => {
    const { clock, admitted } = createSubject();
    const apiStages = ["dev", "prod"].map((stage) => ({ apiId: "abc123", stage, methodThrottles: {} }));
    const plan = aUsagePlan({ throttle: throttle(2, 3), apiStages });
    expect(admitted(2, "GET /products", { plan })).toBe(2);
    expect(admitted(5, "GET /index", { plan, stage: { name: "prod" } })).toBe(1);
    expect(admitted(5, "GET /products", { plan, keyId: "key2" })).toBe(3);
    clock.time += 500;
    expect(admitted(5, "GET /products", { plan })).toBe(1);
  });

  test("a plan's for one method takes the place of the plan's own", () => {
    const { admitted } = createSubject();
    const methodThrottles = { "/products/GET": throttle(1, 4), "//GET": throttle(1, 1) };
    const plan = aUsagePlan({
      throttle: throttle(1, 2),
      apiStages: [{ apiId: "abc123", stage: "dev", methodThrottles }],
    });
    expect(admitted(9, "GET /products", { plan })).toBe(4);
    expect(admitted(9, "GET /", { plan })).toBe(1);
    expect(admitted(9, "PUT /products", { plan })).toBe(2);
  });

  test("a plan's for one method counts for each stage by itself", () => {
    const { admitted } = createSubject();
    const methodThrottles = { "/products/GET": throttle(1, 2) };
    const apiStages = ["dev", "prod"].map((stage) => ({ apiId: "abc123", stage, methodThrottles }));
    const plan = aUsagePlan({ apiStages });
    expect(admitted(9, "GET /products", { plan })).toBe(2);
    expect(admitted(9, "GET /products", { plan, stage: { name: "prod" } })).toBe(2);
  });

  test("a stage's, also without a key: for each method, a method's own before the one for all", () => {
    const { admitted } = createSubject();
    const stage = { methodThrottles: { "*/*": throttle(1, 1), "products/GET": throttle(1, 3) } };
    expect(admitted(9, "GET /products", { stage })).toBe(3);
    expect(admitted(9, "PUT /products", { stage })).toBe(1);
    expect(admitted(9, "GET /index", { stage })).toBe(1);
  });

  test.each([
    ["the request's method", "any/GET", 2],
    ["ANY", "any/ANY", 2],
    ["another method", "any/PUT", 9],
  ])("a stage's on an ANY method, set for %s", (_, methodPath, expected) => {
    const { admitted } = createSubject();
    expect(admitted(9, "GET /any", { stage: { methodThrottles: { [methodPath]: throttle(1, 2) } } })).toBe(
      expected,
    );
  });

  test("the account's, over everything", () => {
    const { admitted } = createSubject({ account: { rate: 1, burst: 3 } });
    expect(admitted(2, "GET /products")).toBe(2);
    expect(admitted(9, "GET /index")).toBe(1);
  });

  test("the account's is 10,000 a second and 5,000 at once by default", () => {
    const { admitted, clock } = createSubject({ account: AS_ON_AWS });
    expect(admitted(5_001, "GET /index")).toBe(5_000);
    clock.time += 100;
    expect(admitted(1_001, "GET /index")).toBe(1_000);
  });

  test("the refusal names the limit", () => {
    const { call } = createSubject();
    const plan = aUsagePlan({ throttle: throttle(2, 1) });
    call("GET /products", { plan });
    expect(call("GET /products", { plan })).toEqual({
      gate: "throttle",
      response: "THROTTLED",
      errorType: "TooManyRequestsException",
      message: "Too Many Requests",
      reason:
        "GET /products: usage plan 'basic', key 'key1' (aws_x.throttle) allows 2 requests per second and bursts of 1, used up for now",
    });
  });
});

describe("quotas", () => {
  test.each([
    ["DAY", "2026-11-23T00:00:00Z"],
    ["WEEK", "2026-11-23T00:00:00Z"],
    ["MONTH", "2026-12-01T00:00:00Z"],
  ] as const)("of a %s begin again at %s, not a millisecond before", (period, next) => {
    const { clock, admitted } = createSubject();
    const plan = aUsagePlan({ quota: quota(3, period) });
    expect(admitted(5, "GET /products", { plan })).toBe(3);
    clock.time = Date.parse(next) - 1;
    expect(admitted(5, "GET /products", { plan })).toBe(0);
    clock.time += 1;
    expect(admitted(5, "GET /products", { plan })).toBe(3);
  });

  test("count for each key over all stages of the plan", () => {
    const { admitted } = createSubject();
    const apiStages = ["dev", "prod"].map((stage) => ({ apiId: "abc123", stage, methodThrottles: {} }));
    const plan = aUsagePlan({ quota: quota(3), apiStages });
    expect(admitted(2, "GET /products", { plan })).toBe(2);
    expect(admitted(5, "GET /index", { plan, stage: { name: "prod" } })).toBe(1);
    expect(admitted(5, "GET /products", { plan, keyId: "key2" })).toBe(3);
  });

  test("have their offset taken off in the first period only", () => {
    const { clock, admitted } = createSubject();
    const plan = aUsagePlan({ quota: quota(5, "DAY", 2) });
    expect(admitted(9, "GET /products", { plan })).toBe(3);
    clock.time += DAY;
    expect(admitted(9, "GET /products", { plan })).toBe(5);
  });

  test("a key first used in a later period has no offset", () => {
    const { clock, admitted } = createSubject();
    clock.time += DAY;
    expect(admitted(9, "GET /products", { plan: aUsagePlan({ quota: quota(5, "DAY", 2) }) })).toBe(5);
  });

  test("the refusal names plan, key and period, and is not counted", () => {
    const { call } = createSubject();
    const plan = aUsagePlan({ quota: quota(1) });
    call("GET /products", { plan });
    call("GET /products", { plan });
    expect(call("GET /products", { plan: aUsagePlan({ quota: quota(2) }) })).toBeUndefined();
    expect(call("GET /products", { plan })).toEqual({
      gate: "quota",
      response: "QUOTA_EXCEEDED",
      errorType: "LimitExceededException",
      message: "Limit Exceeded",
      reason:
        "usage plan 'basic' (aws_api_gateway_usage_plan.basic) allows key 'key1' 1 requests per day, all used since 2026-11-22T00:00:00.000Z",
    });
  });
});

describe("together", () => {
  test("throttles come before the quota, and what they refuse takes none of it", () => {
    const { clock, call, admitted } = createSubject();
    const plan = aUsagePlan({ throttle: throttle(1, 1), quota: quota(2) });
    expect(admitted(9, "GET /products", { plan })).toBe(1);
    expect(call("GET /products", { plan })?.gate).toBe("throttle");
    clock.time += 1000;
    expect(admitted(9, "GET /products", { plan })).toBe(1);
    clock.time += 1000;
    expect(call("GET /products", { plan })?.gate).toBe("quota");
  });

  test("a request that one limit refuses takes no token of another", () => {
    const { admitted } = createSubject();
    const plan = aUsagePlan({ throttle: throttle(1, 5) });
    const stage = { methodThrottles: { "products/GET": throttle(1, 1) } };
    expect(admitted(9, "GET /products", { plan, stage })).toBe(1);
    expect(admitted(9, "GET /index", { plan, stage })).toBe(4);
  });

  test("calls without a key meet no plan", () => {
    const { admitted } = createSubject();
    const plan = aUsagePlan({ throttle: throttle(1, 1), quota: quota(1) });
    expect(admitted(1, "GET /products", { plan })).toBe(1);
    expect(admitted(9, "GET /products")).toBe(9);
  });

  test("a clock set back gives neither tokens nor quota", () => {
    const { clock, admitted } = createSubject();
    const plan = aUsagePlan({ throttle: throttle(1, 2), quota: quota(100) });
    expect(admitted(9, "GET /products", { plan })).toBe(2);
    clock.time -= 40 * DAY;
    expect(admitted(9, "GET /products", { plan })).toBe(0);
    clock.time += 40 * DAY;
    expect(admitted(9, "GET /products", { plan })).toBe(0);
  });

  test("a reloaded model keeps what the same ids have used, under its new limits", () => {
    const { admitted } = createSubject();
    expect(
      admitted(9, "GET /products", { plan: aUsagePlan({ throttle: throttle(1, 3), quota: quota(5) }) }),
    ).toBe(3);
    const reloaded = aUsagePlan({ name: "renamed", quota: quota(4) });
    expect(admitted(9, "GET /products", { plan: reloaded })).toBe(1);
    expect(admitted(9, "GET /products", { plan: aUsagePlan({ id: "plan2", quota: quota(4) }) })).toBe(4);
  });
});

test.each([...recordedCases("throttle"), ...recordedCases("quota")])("recorded: %s", (id, recorded) => {
  const { call } = createSubject();
  const limit = id === "key-quota" ? { quota: quota(1) } : { throttle: throttle(2, 1) };
  const plan = aUsagePlan(limit);
  call("GET /products", { plan });
  const refusal = call("GET /products", { plan });
  if (!refusal) throw new Error("expected a refusal");
  expectRecordedAnswer(toGatewayAnswer(refusal, { context: IDS, gatewayResponses: [] }), recorded);
});
