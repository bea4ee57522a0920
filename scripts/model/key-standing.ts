import type { ApiKey, PlanStage, UsagePlan } from "./usage-plan";

/** The parts of a usage plan that decide which keys can call which stages of the API. */
type PlanMembership = Pick<UsagePlan, "apiKeyIds"> & {
  /** Only stages of the API in question. */
  readonly apiStages: readonly Pick<PlanStage, "stage">[];
};

/** Why an API key does not open a stage. */
export type KeyFault = "disabled" | "in-no-plan" | "not-for-stage";

/** Whether an API key opens a stage: `plans` are those that the key is in, and `plan` is the one that holds the stage. */
type KeyStanding<P> =
  | { readonly admitted: true; readonly plans: readonly P[]; readonly plan: P }
  | { readonly admitted: false; readonly fault: KeyFault; readonly plans: readonly P[]; readonly plan?: P };

/**
 * Follows an API key to its usage plans and on to a stage. A key is good for a stage if it is enabled and in a plan that
 * holds the stage.
 * @param stage - undefined if the stage is not known; then any plan will do
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
 */
export function keyStanding<P extends PlanMembership>(
  key: Pick<ApiKey, "id" | "enabled">,
  all: readonly P[],
  stage: string | undefined,
): KeyStanding<P> {
  const plans = all.filter(({ apiKeyIds }) => apiKeyIds.includes(key.id));
  const plan = plans.find(
    ({ apiStages }) => stage === undefined || apiStages.some((each) => each.stage === stage),
  );
  if (!key.enabled) return { admitted: false, fault: "disabled", plans, plan };
  if (plans.length === 0) return { admitted: false, fault: "in-no-plan", plans };
  if (plan === undefined) return { admitted: false, fault: "not-for-stage", plans };
  return { admitted: true, plans, plan };
}
