import { groupDigits } from "#cli/progress";
import type { LimitLost, LimitsOf } from "../finding";
import type { KeyOfPlan, Limit, Limits, LimitsRow, Quota, StageOfPlan } from "../limits";
import { changed, changedList, code, type Markdown, tableRow } from "./markdown";
import type { ShowName } from "./names";

/** The columns of {@link limitsRow}. */
export const LIMITS_COLUMNS = ["Limits of", "Requests a second", "At once", "Quota", "Stages", "Keys"];

/** A usage plan or a stage, before and after. */
export function limitsRow({ before, after }: LimitsRow, show: ShowName): Markdown {
  const cell = (write: (limits: Limits) => Markdown) =>
    changed(before ? write(before) : "", after ? write(after) : "");
  const listCell = (write: (limits: Limits) => Markdown[]) =>
    changedList(before ? write(before) : [], after ? write(after) : []);
  return tableRow([
    cell(({ of }) => nameLimits(of, show)),
    cell(({ rate }) => writeLimit(rate)),
    cell(({ burst }) => writeLimit(burst)),
    cell(({ quota }) => (quota === undefined ? "" : writeQuota(quota))),
    listCell(({ stages }) => stages.flatMap(writeStage)),
    listCell(({ keys }) => keys.map((key) => writeKey(key, show))),
  ]);
}

/** `plan … loses its throttle and its quota` */
export function limitLost({ of, limits, times, isNew }: LimitLost, show: ShowName): Markdown {
  if (isNew) return `${nameLimits(of, show)} has no ${limits.join(" and no ")}`;
  if (times !== undefined)
    return `${nameLimits(of, show)} has ${groupDigits(times)} times its former ${limits.join(" and ")}`;
  return `${nameLimits(of, show)} loses its ${limits.join(" and its ")}`;
}

function nameLimits(of: LimitsOf, show: ShowName): Markdown {
  return of.kind === "usage-plan" ? `plan ${show(of.name)}` : `stage ${show(of.stage)} ${code(of.methods)}`;
}

const UNKNOWN = "known after apply";

function writeLimit(limit: Limit): Markdown {
  if (typeof limit === "number") return groupDigits(limit);
  if (typeof limit === "object") return code(limit.written);
  return limit === "unlimited" ? "no limit" : UNKNOWN;
}

function writeQuota(quota: Quota | "unlimited"): Markdown {
  if (quota === "unlimited") return writeLimit(quota);
  const { limit, period } = quota;
  return `${writeLimit(limit)} a ${period === undefined ? "period" : (PERIODS.get(period) ?? code(period))}`;
}

const PERIODS: ReadonlyMap<string, string> = new Map([
  ["DAY", "day"],
  ["WEEK", "week"],
  ["MONTH", "month"],
]);

/** A stage, and a line for each throttle that the plan has there. */
function writeStage({ name = UNKNOWN, throttles }: StageOfPlan): Markdown[] {
  return [
    code(name),
    ...throttles.map(
      ({ path = UNKNOWN, rate, burst }) =>
        `${code(name)} ${code(path)}: ${writeLimit(rate)}, ${writeLimit(burst)} at once`,
    ),
  ];
}

function writeKey({ name, isDisabled }: KeyOfPlan, show: ShowName): Markdown {
  return show(name) + (isDisabled ? " (disabled)" : "");
}
