import type { RestApi, Throttle } from "#model/rest-api";
import type { ApiKey, PlanStage, Quota, UsagePlan } from "#model/usage-plan";
import { unsupported } from "#terraform/problem";
import { describe } from "#terraform/value";
import type { Resource, Stack } from "./stack";
import { findStage } from "./stages";

/** The stack's API keys. */
export function loadApiKeys(stack: Stack): readonly ApiKey[] {
  stack.refuseSame("aws_api_gateway_api_key", "value");
  return stack.problems.attemptEach(stack.all("aws_api_gateway_api_key"), (key) => {
    const value = key.text("value");
    if (value.length < 20 || value.length > 128) {
      throw unsupported(
        `${key.address}.value`,
        `a value of ${value.length} characters`,
        "20 to 128 characters",
        "choose another one, or let AWS generate it",
      );
    }
    return {
      address: key.address,
      id: key.text("id"),
      name: key.values.name,
      value,
      enabled: key.values.enabled,
    };
  });
}

/** The stack's usage plans, with the keys in each. */
export function loadUsagePlans(stack: Stack, api: RestApi): readonly UsagePlan[] {
  const keys = loadPlanKeys(stack);
  const plans = stack.problems.attemptEach(stack.all("aws_api_gateway_usage_plan"), (plan) => ({
    address: plan.address,
    id: plan.text("id"),
    name: plan.values.name,
    apiStages: plan.values.api_stages
      // A plan can be for stages of several APIs; keys are compared with those of this one.
      .filter(({ api_id: id }) => id === api.id || !stack.isOtherApi(id))
      .map((stage, index) => loadPlanStage(stack, stage, `${plan.address}.api_stages.${index}`, api)),
    throttle: loadThrottle(plan.values.throttle_settings, `${plan.address}.throttle_settings`),
    quota: loadQuota(plan),
    apiKeyIds: keys.get(plan.address) ?? [],
  }));
  for (const plan of plans) stack.problems.attempt(() => refuseSecondPlan(plan, plans));
  return plans;
}

type PlanResource = Resource<"aws_api_gateway_usage_plan">;

/** The ids of a plan's keys, by the plan's address. */
function loadPlanKeys(stack: Stack): ReadonlyMap<string, string[]> {
  const keys = new Map<string, string[]>();
  stack.problems.attemptEach(stack.all("aws_api_gateway_usage_plan_key"), ({ address, values }) => {
    const plan = stack.find(
      "aws_api_gateway_usage_plan",
      "id",
      values.usage_plan_id,
      `${address}.usage_plan_id`,
    );
    keys.set(plan.address, [...(keys.get(plan.address) ?? []), findKeyId(stack, values.key_id, address)]);
  });
  return keys;
}

/** Does not show what was received: if the key's value was given as its id, it would be in the log. */
function findKeyId(stack: Stack, id: string, address: string): string {
  if (stack.findOptional("aws_api_gateway_api_key", "id", id)) return id;
  throw stack.missing("aws_api_gateway_api_key", {
    address: `${address}.key_id`,
    got: "text that is not such an id",
    supported: "the id of an aws_api_gateway_api_key of this stack",
    action: "refer to one: aws_api_gateway_api_key.NAME.id",
  });
}

function loadPlanStage(
  stack: Stack,
  { api_id, stage, throttle }: PlanResource["values"]["api_stages"][number],
  address: string,
  api: RestApi,
): PlanStage {
  if (api_id !== api.id) {
    throw unsupported(`${address}.api_id`, describe(api_id), `the id of ${api.address}`, "refer to it");
  }
  // One that is not in the stack opens nothing here.
  stack.attemptApplied(() => findStage(stack, stage, `${address}.stage`));
  const paths = api.routes.map(({ resourcePath, httpMethod }) => `${resourcePath}/${httpMethod}`);
  const methodThrottles = throttle.map(({ path, ...limits }, index) => {
    const at = `${address}.throttle.${index}`;
    if (paths.includes(path) || stack.isApplied) return [path, loadThrottle(limits, at) as Throttle] as const;
    throw stack.missing("aws_api_gateway_method", {
      address: `${at}.path`,
      got: describe(path),
      supported: paths.map(describe).join(", "),
      action: "name a method of the API",
    });
  });
  return { apiId: api_id, stage, methodThrottles: Object.fromEntries(methodThrottles) };
}

type Limits = PlanResource["values"]["throttle_settings"];

/** Terraform sends 0 for the limit that is left out, and a rate or a burst of 0 blocks every request. */
function loadThrottle(limits: Limits, address: string): Throttle | undefined {
  if (!limits) return undefined;
  const { rate_limit: rate, burst_limit: burst } = limits;
  if (rate !== undefined && burst !== undefined) return { address, rate, burst };
  throw unsupported(address, "one limit without the other", "rate_limit and burst_limit", "set both");
}

const LARGEST_OFFSET = { DAY: 0, WEEK: 6, MONTH: 27 } as const;

function loadQuota({ address, values }: PlanResource): Quota | undefined {
  const quota = values.quota_settings;
  if (!quota || quota.offset <= LARGEST_OFFSET[quota.period]) return quota;
  const largest = LARGEST_OFFSET[quota.period];
  throw unsupported(
    `${address}.quota_settings.offset`,
    `${quota.offset}`,
    largest === 0 ? `0 in a ${quota.period}` : `0 to ${largest} in a ${quota.period}`,
    "correct it: the AWS provider accepts no other",
  );
}

/** AWS allows a key one plan per stage. */
function refuseSecondPlan(plan: UsagePlan, plans: readonly UsagePlan[]): void {
  const stages = new Set(plan.apiStages.map(({ stage }) => stage));
  if (stages.size < plan.apiStages.length) {
    throw unsupported(`${plan.address}.api_stages`, "a stage twice", "each stage once", "keep one of them");
  }
  for (const other of plans.slice(0, plans.indexOf(plan))) {
    const sharesStage = other.apiStages.some(({ stage }) => stages.has(stage));
    if (!sharesStage || !other.apiKeyIds.some((id) => plan.apiKeyIds.includes(id))) continue;
    throw unsupported(
      plan.address,
      `a key and a stage that ${other.address} has too`,
      "one plan for a key and a stage",
      "remove the key or the stage from one of them",
    );
  }
}
