import { accessOf } from "#access/authorization-matrix";
import type { NamedPolicy } from "#iam/identity";
import { prefixIndex } from "#plan/grouping";
import type { Change } from "#plan/plan";
import type { Snapshot } from "#plan/snapshot";
import type { PlannedApi } from "./apis";
import { Budget, WORK_OF_A_DECISION } from "./policies";
import { beginningOf, holderOf, placeOf, toAuthorizedApi } from "./route-access";

/** Tells what a change makes from what was there: access to what is new takes nothing from anyone. */
export interface NewThings {
  /** Whether an `execute-api` ARN, wildcards and all, is of routes that are all new. */
  isOfNewRoutes(arn: string): boolean;
  /** Whether an ARN is of a resource that is made, or of something in it. */
  isOfNewResource(arn: string): boolean;
  /** Whether the resource at an address is made. */
  isNew(address: string): boolean;
}

type Apis = ReadonlyMap<string, PlannedApi>;

/** @param after - everything as it will be */
export function findNewThings(
  before: Apis,
  afterApis: Apis,
  after: Snapshot,
  changes: readonly Change[],
): NewThings {
  const created = new Set(changes.filter(({ action }) => action === "create").map(({ address }) => address));
  const arns = new Set(
    after
      .types()
      .flatMap((type) => after.all(type))
      .filter(({ address }) => created.has(address))
      .flatMap((resource) => resource.text("arn") ?? []),
  );
  const budget = new Budget(MOST_WORK);
  const [isOfOld, isOfRoute] = [routeFinder(before, budget), routeFinder(afterApis, budget)];
  return {
    isOfNewRoutes: (arn) => isOfRoute(arn) === true && isOfOld(arn) === false,
    isOfNewResource: (arn) => beginnings(arn).some((beginning) => arns.has(beginning)),
    isNew: (address) => created.has(address),
  };
}

/** Some seconds' worth; what is asked for later does not count as new. */
const MOST_WORK = 3_000_000;

/** An ARN up to each of its colons and slashes, and all of it. */
function beginnings(arn: string): string[] {
  return [...arn.matchAll(/[:/]|$/g)].map(({ index }) => arn.slice(0, index));
}

/**
 * Tells whether a caller that may invoke an ARN, and nothing else, reaches a route of some APIs; undefined where the
 * budget is not enough to tell.
 */
function routeFinder(apis: Apis, budget: Budget): (arn: string) => boolean | undefined {
  const routes = [...apis.values()].flatMap((api) => {
    const model = toAuthorizedApi({ ...api, policy: undefined });
    return api.stages.flatMap((stage) =>
      api.routes.map((route) => [placeOf(model, stage, route), { api, model, stage, route }] as const),
    );
  });
  const find = prefixIndex(routes);
  const known = new Map<string, boolean | undefined>();
  return (arn) => {
    if (known.has(arn)) return known.get(arn);
    const candidates = [...find(beginningOf(arn))];
    const isFound = budget.spend(candidates.length * WORK_OF_A_DECISION)
      ? candidates.some(
          ({ api, model, stage, route }) =>
            accessOf(model, stage, route, holderOf(invoking(arn), api)) !== "none",
        )
      : undefined;
    known.set(arn, isFound);
    return isFound;
  };
}

function invoking(arn: string): NamedPolicy {
  const Statement = { Effect: "Allow", Action: "execute-api:Invoke", Resource: arn } as const;
  return { address: "invoking", name: "invoking", document: { Version: "2012-10-17", Statement } };
}
