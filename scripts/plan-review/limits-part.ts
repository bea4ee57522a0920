import { groupDigits } from "#cli/progress";
import { isList, type Value } from "#terraform/value";
import { groupBy } from "./grouping";
import { at, textAt } from "./json";
import type { Part } from "./part";
import type { PlannedResource, Snapshot } from "./snapshot";
import { changed, changedList, code, type Markdown, tableRow } from "./write/markdown";
import type { ShowName } from "./write/names";

/** The columns of the rows of {@link reviewLimits}. */
export const LIMIT_COLUMNS = ["Limits of", "Requests a second", "At once", "Quota", "Stages", "Keys"];

/** What one usage plan, or the stage itself, lets through. */
interface Limits {
  readonly name: Markdown;
  readonly rate: Markdown;
  readonly burst: Markdown;
  readonly quota: Markdown;
  readonly stages: readonly Markdown[];
  readonly keys: readonly Markdown[];
}

/** Compares the limits of usage plans, and those of stages and their methods. */
export function reviewLimits(before: Snapshot, after: Snapshot, show: ShowName): Part {
  const [old, now] = [readLimits(before, show), readLimits(after, show)];
  const addresses = [...new Set([...old.keys(), ...now.keys()])].sort();
  return {
    rows: addresses.map((address) => limitsRow(old.get(address), now.get(address))),
    isChanged: addresses.some(
      (address) => JSON.stringify(old.get(address)) !== JSON.stringify(now.get(address)),
    ),
    findings: addresses.flatMap((address) => lostLimits(old.get(address), now.get(address))),
    notes: [],
  };
}

const UNLIMITED = "no limit";
const UNKNOWN = "known after apply";

function limitsRow(before: Limits | undefined, after: Limits | undefined): Markdown {
  const cell = (column: "name" | "rate" | "burst" | "quota") =>
    changed(before?.[column] ?? "", after?.[column] ?? "");
  return tableRow([
    cell("name"),
    cell("rate"),
    cell("burst"),
    cell("quota"),
    changedList(before?.stages ?? [], after?.stages ?? []),
    changedList(before?.keys ?? [], after?.keys ?? []),
  ]);
}

/** A limit that is another one afterwards is shown only; one that is gone is a gate that is lost. */
function lostLimits(before: Limits | undefined, after: Limits | undefined): Markdown[] {
  if (!before || !after) return [];
  const lost = [
    ...(isLost(before.rate, after.rate) ? ["throttle"] : []),
    ...(isLost(before.quota, after.quota) ? ["quota"] : []),
  ];
  return lost.length === 0 ? [] : [`${after.name} loses its ${lost.join(" and its ")}`];
}

function isLost(before: Markdown, after: Markdown): boolean {
  return before !== UNLIMITED && after === UNLIMITED;
}

function readLimits(snapshot: Snapshot, show: ShowName): ReadonlyMap<string, Limits> {
  return new Map([...readPlans(snapshot, show), ...readStages(snapshot, show)]);
}

function readPlans(snapshot: Snapshot, show: ShowName): [string, Limits][] {
  const keysOf = keyReader(snapshot, show);
  return snapshot.all("aws_api_gateway_usage_plan").map((plan) => {
    const throttle = block(plan, "throttle_settings");
    const quota = block(plan, "quota_settings");
    const limits: Limits = {
      name: `plan ${show(plan.link("name"))}`,
      rate: numberIn(throttle, "rate_limit"),
      burst: numberIn(throttle, "burst_limit"),
      quota: quota === undefined ? UNLIMITED : describeQuota(quota),
      stages: blocks(plan, "api_stages").flatMap((stage) => describeStage(stage)),
      keys: keysOf(plan.link("id")),
    };
    return [plan.address, limits];
  });
}

/** The throttles that a stage has for each of its methods, whoever calls. */
function readStages(snapshot: Snapshot, show: ShowName): [string, Limits][] {
  return snapshot.all("aws_api_gateway_method_settings").map((resource) => {
    const settings = block(resource, "settings");
    const limits: Limits = {
      name: `stage ${show(resource.link("stage_name"))} ${code(resource.link("method_path"))}`,
      rate: numberIn(settings, "throttling_rate_limit"),
      burst: numberIn(settings, "throttling_burst_limit"),
      quota: "",
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
function numberIn(settings: Value | undefined, name: string): Markdown {
  if (settings === undefined) return UNLIMITED;
  const value = at(settings, name);
  if (value === undefined) return UNKNOWN;
  if (value === null || (typeof value === "number" && value < 0)) return UNLIMITED;
  return typeof value === "number" ? groupDigits(value) : code(String(value));
}

function describeQuota(quota: Value): Markdown {
  const period = textAt(quota, "period");
  return `${numberIn(quota, "limit")} a ${period === undefined ? "period" : (PERIODS.get(period) ?? code(period))}`;
}

const PERIODS: ReadonlyMap<string, string> = new Map([
  ["DAY", "day"],
  ["WEEK", "week"],
  ["MONTH", "month"],
]);

/** A stage that a plan is for, with the throttles that it has there for single methods. */
function describeStage(stage: Value): Markdown[] {
  const name = code(textAt(stage, "stage") ?? UNKNOWN);
  const throttles = at(stage, "throttle");
  return [
    name,
    ...(isList(throttles) ? throttles : []).map((each) => {
      const path = code(textAt(each, "path") ?? UNKNOWN);
      return `${name} ${path}: ${numberIn(each, "rate_limit")}, ${numberIn(each, "burst_limit")} at once`;
    }),
  ];
}

/** The names of the keys in a plan. */
function keyReader(snapshot: Snapshot, show: ShowName): (planId: string) => Markdown[] {
  const keys = new Map(snapshot.all("aws_api_gateway_api_key").map((key) => [key.link("id"), key]));
  const inPlans = groupBy(snapshot.all("aws_api_gateway_usage_plan_key"), (each) =>
    each.link("usage_plan_id"),
  );
  return (planId) =>
    (inPlans.get(planId) ?? []).map((each) => {
      const id = each.link("key_id");
      const key = keys.get(id);
      return show(key?.link("name") ?? id) + (key?.text("enabled") === "false" ? " (disabled)" : "");
    });
}
