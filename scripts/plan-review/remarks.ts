import type { Change, Plan } from "#plan/plan";
import { leavesOf } from "#plan-rules/leaves";
import { ruleFor, TABLE } from "#plan-rules/table";
import { isList, isObject, type Value } from "#terraform/value";
import type {
  CheckFailed,
  Drifted,
  NotPlanned,
  OutputExposed,
  PlaceChanged,
  PlanPartial,
  RunsProgram,
} from "./finding";

export type Remark =
  | CheckFailed
  | Drifted
  | NotPlanned
  | OutputExposed
  | PlaceChanged
  | PlanPartial
  | RunsProgram;

/** What a plan says beside what it changes. */
export function reviewRemarks(plan: Plan): Remark[] {
  const { checks, provisioners, outputs, unplanned, leftOut, place } = plan;
  return [
    ...(place ? [{ kind: "place-changed", ...place } as const] : []),
    ...(leftOut > 0 ? [{ kind: "plan-partial", leftOut } as const] : []),
    ...unplanned.map((address) => ({ kind: "not-planned", address }) as const),
    ...checks.map(({ address, problems }) => ({ kind: "check-failed", address, problems }) as const),
    ...provisioners.map(
      ({ address, type, command }) => ({ kind: "runs-program", address, by: type, command }) as const,
    ),
    ...outputs
      .filter(({ after, isSensitive }) => !isSensitive && hasSecret(after))
      .map(({ name }) => ({ kind: "output-exposed", output: name }) as const),
    ...drifted(plan),
  ];
}

/** Redacted values stand for secrets. */
function hasSecret(value: Value | undefined): boolean {
  if (isList(value)) return value.some(hasSecret);
  if (isObject(value)) return Object.values(value).some(hasSecret);
  return typeof value === "string" && /\(sensitive value \d+\)/.test(value);
}

function drifted({ drift, changes, isConfigured, place }: Plan): Drifted[] {
  const changing = new Set(changes.filter(({ action }) => action !== "no-op").map(({ address }) => address));
  return drift
    .filter(({ mode }) => mode === "managed")
    .flatMap((change): Drifted[] => {
      const { address, action } = change;
      const isUndone = changing.has(address);
      if (action === "delete") {
        // In another place nothing of it is seen.
        return place ? [] : [{ kind: "drifted", address, how: "destroyed", attributes: [], isUndone }];
      }
      const attributes = driftedAttributes(change, (attribute) => isConfigured(address, attribute));
      return attributes.length === 0
        ? []
        : [{ kind: "drifted", address, how: "changed", attributes, isUndone }];
    });
}

/** What the configuration sets, and was made another way in AWS. */
function driftedAttributes(change: Change, isConfigured: (attribute: string) => boolean): string[] {
  const row = TABLE.get(change.type);
  return leavesOf(change, isConfigured)
    .filter(({ path }) => isConfigured(path.split(".")[0] ?? ""))
    .filter((leaf) => !(row && ruleFor(row, leaf.path)?.is.startsWith("harmless")))
    .map(({ path }) => path);
}
