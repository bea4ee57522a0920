import type { Throttle } from "#model/rest-api";
import type { Quota } from "#model/usage-plan";
import type { Refusal } from "../refusal";
import type { PlanMember } from "./api-key";
import type { Matched } from "./match";
import type { QuotaCounter } from "./quota";
import { enterPeriod, periodStart } from "./quota";
import type { BucketLimit, TokenBucket } from "./token-bucket";
import { hasToken, takeToken } from "./token-bucket";

/** Admits a request and counts it, or refuses it and counts nothing. */
export type UsageGate = (match: Matched, member?: PlanMember) => Refusal | undefined;

/** An account's default limit in a region: 10,000 requests per second, bursts of 5,000. */
export const ACCOUNT_LIMIT: BucketLimit = { rate: 10_000, burst: 5_000 };

/**
 * The usage plan step: throttles of the plan, of the stage's method settings and of the account, then the plan's quota.
 * All of its state is in the returned function, under the ids of keys, plans and stages: pass matches and members of a
 * reloaded model to the same function to keep the usage.
 *
 * Calls without a plan member (no key needed) meet the stage's and the account's throttles only.
 *
 * What this implementation does if AWS does not document the behaviour:
 * - Throttles come before the quota, and a request that is refused takes neither tokens nor quota. Whatever happens to an
 *   admitted request later (validation, integration), it stays counted.
 * - A plan's limit for one method replaces the plan's limit for that method. It counts per stage; the plan's limit
 *   counts over all its stages.
 * - The stage setting for all methods gives each method a separate bucket, as a method setting does.
 * - Quota periods are calendar ones, see {@link periodStart}. A quota's `offset` is subtracted in the period in which
 *   the gateway started.
 *
 * Real API Gateway counts on a best-effort basis and may let more through; this counts exactly.
 *
 * @param now - milliseconds since the epoch
 * @param account - the account's limit in the region @default ACCOUNT_LIMIT
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export function createUsageGate(now: () => number, account: BucketLimit = ACCOUNT_LIMIT): UsageGate {
  const startedAt = now();
  const buckets = new Map<string, TokenBucket>();
  const counters = new Map<string, QuotaCounter>();
  const bucketOf = ({ id, throttle }: Limit, time: number): TokenBucket =>
    kept(buckets, id, () => ({ tokens: throttle.burst, updatedAt: time }));

  return (match, member) => {
    const time = now();
    const limits = limitsOf(match, member, account);
    for (const limit of limits) {
      if (!hasToken(bucketOf(limit, time), limit.throttle, time)) return throttled(limit, match);
    }

    const quota = member?.plan.quota;
    if (member && quota) {
      const id = `${member.plan.id}|${member.key.id}`;
      const counter = kept(counters, id, () => newCounter(quota, startedAt));
      enterPeriod(counter, quota, time);
      if (counter.used >= quota.limit) return quotaExceeded(member, quota, counter);
      counter.used++;
    }
    for (const limit of limits) takeToken(bucketOf(limit, time), limit.throttle, time);
    return undefined;
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** One limit that a request must pass. */
interface Limit {
  /** The key of its bucket. */
  readonly id: string;
  readonly throttle: BucketLimit;
  /** For the log: whose limit it is. */
  readonly owner: string;
}

function limitsOf(match: Matched, member: PlanMember | undefined, account: BucketLimit): Limit[] {
  const limits: Limit[] = [];
  const planLimit = member && planLimitOf(match, member);
  if (planLimit) limits.push(planLimit);
  const stageLimit = stageLimitOf(match);
  if (stageLimit) limits.push(stageLimit);
  limits.push({ id: "account", throttle: account, owner: "the account's limit in the region" });
  return limits;
}

function planLimitOf(match: Matched, { key, plan }: PlanMember): Limit | undefined {
  const id = `plan|${plan.id}|${key.id}`;
  const owner = `usage plan '${plan.name}', key '${key.name}'`;
  const planStage = plan.apiStages.find(({ stage }) => stage === match.stage.name);
  const own = methodThrottle(planStage?.methodThrottles ?? {}, match.route.resourcePath, match);
  if (own) {
    return {
      id: `${id}|${match.stage.name}|${own.methodPath}`,
      throttle: own.throttle,
      owner: `${owner}, method ${own.methodPath} (${own.throttle.address})`,
    };
  }
  return plan.throttle && { id, throttle: plan.throttle, owner: `${owner} (${plan.throttle.address})` };
}

function stageLimitOf(match: Matched): Limit | undefined {
  const { stage, route } = match;
  // Stages name a method without the path's first slash: `products/GET`.
  const own = methodThrottle(stage.methodThrottles, route.resourcePath.slice(1), match);
  const throttle = own?.throttle ?? stage.methodThrottles["*/*"];
  return (
    throttle && {
      id: `stage|${stage.name}|${own?.methodPath ?? `${route.resourcePath}/${route.httpMethod}`}`,
      throttle,
      owner: `stage '${stage.name}', ${own?.methodPath ?? "*/*"} (${throttle.address})`,
    }
  );
}

/** The throttle for the request's method; if there is none, on an `ANY` method, the one for `ANY`. */
function methodThrottle(
  throttles: Readonly<Record<string, Throttle>>,
  path: string,
  { httpMethod, route }: Matched,
): { readonly methodPath: string; readonly throttle: Throttle } | undefined {
  for (const method of [httpMethod, route.httpMethod]) {
    const throttle = throttles[`${path}/${method}`];
    if (throttle) return { methodPath: `${path}/${method}`, throttle };
  }
  return undefined;
}

function kept<T>(map: Map<string, T>, id: string, create: () => T): T {
  let value = map.get(id);
  if (value === undefined) {
    value = create();
    map.set(id, value);
  }
  return value;
}

function newCounter(quota: Quota, startedAt: number): QuotaCounter {
  return { periodStart: periodStart(quota.period, startedAt), used: quota.offset };
}

function throttled({ owner, throttle }: Limit, { httpMethod, route }: Matched): Refusal {
  return {
    gate: "throttle",
    response: "THROTTLED",
    errorType: "TooManyRequestsException",
    message: "Too Many Requests",
    reason:
      `${httpMethod} ${route.resourcePath}: ${owner} allows ${throttle.rate} requests per second ` +
      `and bursts of ${throttle.burst}, used up for now`,
  };
}

function quotaExceeded({ plan, key }: PlanMember, quota: Quota, counter: QuotaCounter): Refusal {
  return {
    gate: "quota",
    response: "QUOTA_EXCEEDED",
    errorType: "LimitExceededException",
    message: "Limit Exceeded",
    reason:
      `usage plan '${plan.name}' (${plan.address}) allows key '${key.name}' ${quota.limit} requests per ` +
      `${quota.period.toLowerCase()}, all used since ${new Date(counter.periodStart).toISOString()}`,
  };
}
