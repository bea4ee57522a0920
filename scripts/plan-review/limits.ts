import { groupBy } from "#plan/grouping";
import { at, textAt } from "#plan/read-plan";
import type { PlannedResource, Snapshot } from "#plan/snapshot";
import { isList, type Value } from "#terraform/value";
import type { LimitLost, LimitsOf } from "./finding";

/** The limits of usage plans, and those of stages and their methods. */
export interface LimitsReview {
  /** In the order of their addresses. */
  readonly rows: readonly LimitsRow[];
  readonly findings: readonly LimitLost[];
}

/** What one usage plan, or a stage itself, lets through before and after; either may be missing. */
export interface LimitsRow {
  readonly before?: Limits;
  readonly after?: Limits;
  readonly isChanged: boolean;
}

/** What one usage plan, or a stage itself, lets through. */
export interface Limits {
  readonly of: LimitsOf;
  /** Requests a second. */
  readonly rate: Limit;
  /** Requests at once. */
  readonly burst: Limit;
  /** Undefined if there can be none: a stage has no quota. */
  readonly quota?: Quota | "unlimited";
  /** The stages that a plan is for. */
  readonly stages: readonly StageOfPlan[];
  readonly keys: readonly KeyOfPlan[];
}

/** A number of requests; `unknown` until apply. What is not a number is kept as it is written. */
export type Limit = number | "unlimited" | "unknown" | { readonly written: string };

/** How many requests a period has. */
export interface Quota {
  readonly limit: Limit;
  /** `DAY`, `WEEK`, `MONTH`; undefined if it is known after apply. */
  readonly period?: string;
}

/** A stage that a plan is for, with the throttles that it has there for single methods. Undefined is known after apply. */
export interface StageOfPlan {
  readonly name?: string;
  readonly throttles: readonly { readonly path?: string; readonly rate: Limit; readonly burst: Limit }[];
}

/** A key in a plan. */
export interface KeyOfPlan {
  readonly name: string;
  readonly isDisabled: boolean;
}

/** Compares the limits of usage plans, and those of stages and their methods. */
export function reviewLimits(before: Snapshot, after: Snapshot): LimitsReview {
  const [old, now] = [readLimits(before), readLimits(after)];
  const addresses = [...new Set([...old.keys(), ...now.keys()])].sort();
  const rows = addresses.map((address) => compare(old.get(address), now.get(address)));
  return { rows, findings: rows.flatMap(lostLimits) };
}

function compare(before: Limits | undefined, after: Limits | undefined): LimitsRow {
  return { before, after, isChanged: JSON.stringify(before) !== JSON.stringify(after) };
}

/** More than so many times as much is hardly the limit that it was. */
const MANY_TIMES = 10;

/** A limit that is another one afterwards is shown only; one that is gone, or hardly one any more, is a gate that is lost. */
function lostLimits({ before, after }: LimitsRow): LimitLost[] {
  if (!after) return [];
  if (!before) return overridden(after);
  const raised = [
    ...(timesOf(before.rate, after.rate) > MANY_TIMES || timesOf(before.burst, after.burst) > MANY_TIMES
      ? (["throttle"] as const)
      : []),
    ...(timesOf(dailyOf(before.quota), dailyOf(after.quota)) > MANY_TIMES ? (["quota"] as const) : []),
  ];
  const times = Math.round(
    Math.max(
      timesOf(before.rate, after.rate),
      timesOf(before.burst, after.burst),
      timesOf(dailyOf(before.quota), dailyOf(after.quota)),
    ),
  );
  const limits = [
    ...(isLost(before.rate, after.rate) ? (["throttle"] as const) : []),
    ...(isLost(before.quota, after.quota) ? (["quota"] as const) : []),
  ];
  return [
    ...(limits.length === 0 ? [] : [{ kind: "limit-lost", of: after.of, limits } as const]),
    ...(raised.length === 0 ? [] : [{ kind: "limit-lost", of: after.of, limits: raised, times } as const]),
  ];
}

/** New settings of a stage without a throttle take the place of those that it has for all of its methods. */
function overridden({ of, rate }: Limits): LimitLost[] {
  const isException =
    of.kind === "stage" && /^(?!\*\/\*$)[^(]+\/[A-Z*]+$/.test(of.methods) && rate === "unlimited";
  return isException ? [{ kind: "limit-lost", of, limits: ["throttle"], isNew: true }] : [];
}

function timesOf(before: Limits["rate"] | undefined, after: Limits["rate"] | undefined): number {
  return typeof before === "number" && typeof after === "number" && before > 0 ? after / before : 0;
}

const DAYS: ReadonlyMap<string, number> = new Map([
  ["DAY", 1],
  ["WEEK", 7],
  ["MONTH", 30],
]);

function dailyOf(quota: Limits["quota"]): number | undefined {
  if (quota === undefined || quota === "unlimited" || typeof quota.limit !== "number") return undefined;
  return quota.limit / (DAYS.get(quota.period ?? "") ?? 1);
}

function isLost(before: Limits["rate" | "quota"], after: Limits["rate" | "quota"]): boolean {
  return before !== "unlimited" && after === "unlimited";
}

function readLimits(snapshot: Snapshot): ReadonlyMap<string, Limits> {
  return new Map([...readPlans(snapshot), ...readStages(snapshot)]);
}

function readPlans(snapshot: Snapshot): [string, Limits][] {
  const keysOf = keyReader(snapshot);
  return snapshot.all("aws_api_gateway_usage_plan").map((plan) => {
    const throttle = block(plan, "throttle_settings");
    const quota = block(plan, "quota_settings");
    const limits: Limits = {
      of: { kind: "usage-plan", name: plan.link("name") },
      rate: limitIn(throttle, "rate_limit"),
      burst: limitIn(throttle, "burst_limit"),
      quota:
        quota === undefined
          ? "unlimited"
          : { limit: limitIn(quota, "limit"), period: textAt(quota, "period") },
      stages: blocks(plan, "api_stages").map(readStageOfPlan),
      keys: keysOf(plan.link("id")),
    };
    return [plan.address, limits];
  });
}

/** The throttles that a stage has for each of its methods, for all callers together. */
function readStages(snapshot: Snapshot): [string, Limits][] {
  return snapshot.all("aws_api_gateway_method_settings").map((resource) => {
    const settings = block(resource, "settings");
    const limits: Limits = {
      of: { kind: "stage", stage: resource.link("stage_name"), methods: resource.link("method_path") },
      rate: limitIn(settings, "throttling_rate_limit"),
      burst: limitIn(settings, "throttling_burst_limit"),
      stages: [],
      keys: [],
    };
    return [resource.address, limits];
  });
}

function blocks(resource: PlannedResource, attribute: string): readonly Value[] {
  const value = resource.value(attribute);
  return isList(value) ? value : [];
}

function block(resource: PlannedResource, attribute: string): Value | undefined {
  return blocks(resource, attribute)[0];
}

/** Below zero, API Gateway has no limit, as where nothing is set. */
function limitIn(settings: Value | undefined, name: string): Limit {
  if (settings === undefined) return "unlimited";
  const value = at(settings, name);
  if (value === undefined) return "unknown";
  if (value === null || (typeof value === "number" && value < 0)) return "unlimited";
  return typeof value === "number" ? value : { written: String(value) };
}

function readStageOfPlan(stage: Value): StageOfPlan {
  const throttles = at(stage, "throttle");
  return {
    name: textAt(stage, "stage"),
    throttles: (isList(throttles) ? throttles : []).map((each) => ({
      path: textAt(each, "path"),
      rate: limitIn(each, "rate_limit"),
      burst: limitIn(each, "burst_limit"),
    })),
  };
}

/** Finds the keys in a plan. */
function keyReader(snapshot: Snapshot): (planId: string) => KeyOfPlan[] {
  const keys = new Map(snapshot.all("aws_api_gateway_api_key").map((key) => [key.link("id"), key]));
  const inPlans = groupBy(snapshot.all("aws_api_gateway_usage_plan_key"), (each) =>
    each.link("usage_plan_id"),
  );
  return (planId) =>
    (inPlans.get(planId) ?? []).map((each) => {
      const id = each.link("key_id");
      const key = keys.get(id);
      return { name: key?.link("name") ?? id, isDisabled: key?.text("enabled") === "false" };
    });
}
