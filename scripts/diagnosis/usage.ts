import { compileRoutes } from "#gateway/gates/match";
import { keyStanding } from "#model/key-standing";
import { headerValue } from "#sigv4/request";
import type { Diagnosis } from "./diagnosis";
import type { Observed, PlanRecord } from "./observed";
import type { Refused } from "./refused";

/** 429: too many requests at once, or too many in a period. */
export function diagnoseUsage(refused: Refused): Diagnosis | undefined {
  const { message, errorType, observed } = refused;
  // API Gateway says Limit Exceeded of a quota; other hands do of a throttle too, so the type comes first.
  if (errorType === "TooManyRequestsException" || message === "Too Many Requests") return throttled(observed);
  if (errorType === "LimitExceededException" || message === "Limit Exceeded") return exhausted(observed);
  return undefined;
}

// ---------------------------------------------------------------------------------------------------- internal

function throttled(observed: Observed): Diagnosis {
  const plan = planOf(observed);
  const limits = [
    ...(plan?.throttle ? [`plan ${plan.name} allows ${rateTold(plan.throttle)} to a key`] : []),
    ...stageLimits(observed),
  ];
  const known = limits.length > 0 ? ` By ${observed.lookedUp?.source}, ${limits.join("; ")}.` : "";
  return {
    gate: "throttle",
    fault: "throttled",
    cause: `Throttled: requests come faster than the key's usage plan, the stage or the account allows (a rate or burst of 0 allows none).${known}`,
    advice:
      "Wait a second and try again, longer each time and with some chance in it; API Gateway sends no Retry-After.",
  };
}

function exhausted(observed: Observed): Diagnosis {
  const plan = planOf(observed);
  const quota = plan?.quota;
  const known = quota ? ` Plan ${plan.name} allows ${quota.limit} a ${quota.period.toLowerCase()}.` : "";
  return {
    gate: "quota",
    fault: "quota-used-up",
    cause: `The API key has used up the quota of its usage plan.${known}`,
    advice: `Wait for ${renewal(quota?.period)}, or have the plan's quota raised; trying again does not help before.`,
  };
}

function renewal(period: string | undefined): string {
  if (period === "DAY") return "midnight UTC, when the day's quota begins anew";
  return period === undefined
    ? "the next period (a day's begins at midnight UTC)"
    : `the next ${period.toLowerCase()}`;
}

function rateTold({ rate, burst }: { readonly rate: number; readonly burst: number }): string {
  return `${rate} requests a second and bursts of ${burst}`;
}

/** The plan of the key that was sent, in the stage that was called. */
function planOf({ request, lookedUp }: Observed): PlanRecord | undefined {
  const value = request && headerValue(request.headers, "x-api-key");
  const key = lookedUp?.keys?.keys.find((each) => each.value === value);
  const match = request && lookedUp?.api && compileRoutes(lookedUp.api)(request);
  return key && keyStanding(key, lookedUp?.keys?.plans ?? [], match?.stage?.name).plan;
}

function stageLimits({ request, lookedUp }: Observed): string[] {
  const match = request && lookedUp?.api && compileRoutes(lookedUp.api)(request);
  const throttle = match?.stage?.methodThrottles["*/*"];
  return match?.stage && throttle ? [`stage ${match.stage.name} ${rateTold(throttle)} for all callers`] : [];
}
