import { accessOf } from "../lib/authorization-matrix";
import type { Principal } from "../local/model";
import type { PlannedApi } from "./apis";
import type { Change } from "./plan";
import { toModel, toRoute } from "./route-access";
import type { Snapshot } from "./snapshot";

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
  const isRouteIn = (apis: Apis, arn: string) => [...apis.values()].some((api) => reachesRoute(api, arn));
  const answers = new Map<string, boolean>();
  const size = [...before.values(), ...afterApis.values()].reduce(
    (sum, { routes }) => sum + routes.length,
    1,
  );
  return {
    isOfNewRoutes: (arn) => {
      const isNew =
        answers.get(arn) ??
        (answers.size * size < MOST_DECISIONS && isRouteIn(afterApis, arn) && !isRouteIn(before, arn));
      answers.set(arn, isNew);
      return isNew;
    },
    isOfNewResource: (arn) => beginnings(arn).some((beginning) => arns.has(beginning)),
    isNew: (address) => created.has(address),
  };
}

/** How many times a route is looked at; what is behind that does not count as new. */
const MOST_DECISIONS = 100_000;

/** An ARN up to each of its colons and slashes, and all of it. */
function beginnings(arn: string): string[] {
  return [...arn.matchAll(/[:/]|$/g)].map(({ index }) => arn.slice(0, index));
}

/** Whether somebody who may invoke an ARN, and nothing else, reaches a route of an API. */
function reachesRoute(api: PlannedApi, arn: string): boolean {
  const model = toModel({ ...api, policy: undefined });
  const holder = holderOf(arn, api);
  return api.stages.some((stage) =>
    api.routes.some((route) => accessOf(model, stage, toRoute(route), holder) !== "none"),
  );
}

function holderOf(arn: string, { partition, accountId }: PlannedApi): Principal {
  const Statement = { Effect: "Allow", Action: "execute-api:Invoke", Resource: arn } as const;
  const address = "holder";
  return {
    address,
    kind: "user",
    name: address,
    arn: `arn:${partition}:iam::${accountId}:user/${address}`,
    uniqueId: address,
    identityPolicies: [{ address, name: address, document: { Version: "2012-10-17", Statement } }],
    tags: {},
  };
}
