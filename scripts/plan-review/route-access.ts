import { type Access, accessOf } from "#access/authorization-matrix";
import { type AuthorizedApi, methodArn } from "#gateway/gates/authorize";
import type { NamedPolicy, Principal } from "#iam/identity";
import { type PolicyStatement, toList } from "#iam/policy";
import { matchesAction } from "#iam/wildcard";
import { prefixIndex } from "#plan/grouping";
import type { PlannedApi, PlannedRoute } from "./apis";
import { type Budget, type PlannedPolicy, patternsIn, understood, WORK_OF_A_DECISION } from "./policies";
import type { PlannedPrincipal } from "./principals";

/** One route of a stage, and who gets through to it. */
export interface PlannedAccess {
  readonly api: string;
  readonly stage: string;
  readonly route: PlannedRoute;
  /** How far those get who sign nothing, where the route asks for no signature. */
  readonly anonymous: Access;
  /** How far those of other accounts get whose own policies let them; only a policy of the API lets them. */
  readonly outsiders: Access;
  /** Who of the stack gets through if they sign: `role reader`. */
  readonly callers: ReadonlyMap<string, Access>;
  /** Policies that let their holder through, by name. */
  readonly policies: ReadonlyMap<string, Access>;
}

/**
 * Works out who may call the routes of an API, by evaluating policies as the local gateway does.
 * @returns undefined where the budget is not enough
 */
export function accessToRoutes(
  api: PlannedApi,
  principals: ReadonlyMap<string, PlannedPrincipal>,
  budget: Budget,
): PlannedAccess[] | undefined {
  const model = toAuthorizedApi(api);
  const withoutPolicy = toAuthorizedApi({ ...api, policy: undefined });
  const candidates = findCandidates(api, principals);
  // An API that is published nowhere is looked at as if it were, under a name that no policy has.
  const stages = api.isPublished ? api.stages : [UNPUBLISHED];
  const found: PlannedAccess[] = [];
  for (const stage of stages) {
    for (const route of api.routes) {
      const { authorization } = route;
      const place = placeOf(model, stage, route);
      const isSigned = authorization === "AWS_IAM" || authorization === undefined;
      const callers = isSigned ? candidates.callers(place) : [];
      const policies = isSigned ? candidates.policies(place) : [];
      const work = [...callers, ...policies].reduce((sum, each) => sum + each.work, 0);
      if (!budget.spend(work + WORK_OF_A_DECISION * (1 + callers.length + policies.length))) return undefined;
      const access = (who?: Principal) => accessOf(model, stage, route, who);
      found.push({
        api: api.name,
        stage,
        route,
        anonymous: authorization === "NONE" ? anonymousAccess(api, access) : "none",
        outsiders: isSigned && api.policy !== undefined ? access(OUTSIDER) : "none",
        callers: gettingThrough(callers, ({ principal }) => access(principal)),
        policies: gettingThrough(policies, ({ principal }) =>
          accessOf(withoutPolicy, stage, route, principal),
        ),
      });
    }
  }
  return found;
}

/** The stage of an API that is published nowhere. */
const UNPUBLISHED = "(no stage)";

/** Without a policy an API lets all callers in; what one lets in that cannot be read is not known. */
function anonymousAccess({ policy }: PlannedApi, access: () => Access): Access {
  if (policy === undefined) return "full";
  return policy.document === undefined ? "part" : access();
}

/** A caller that could get through. */
interface Candidate {
  readonly name: string;
  readonly principal: Principal;
  /** How many patterns there are to look at. */
  readonly work: number;
}

/** Finds those who could get through to where the ARNs of a route's requests begin. */
type FindCandidates = (place: string) => readonly Candidate[];

function findCandidates(
  api: PlannedApi,
  principals: ReadonlyMap<string, PlannedPrincipal>,
): { readonly callers: FindCandidates; readonly policies: FindCandidates } {
  const callers = [...principals]
    .filter(([, { kind }]) => kind !== "holder")
    .map(([name, { principal, policies }]) => ({
      name,
      principal,
      policies,
      work: workFor(policies),
    }));
  const policies = new Map(
    [...principals.values()].flatMap((each) => each.policies).map((policy) => [policy.name, policy]),
  );
  const holders = [...policies].map(([name, policy]) => ({
    name,
    principal: holderOf(understood([policy])[0], api),
    policies: [policy],
    work: workFor([policy]),
  }));
  return {
    // A policy of the API may let a caller in that no other one does.
    callers: api.policy ? () => callers : indexByPlace(callers),
    policies: indexByPlace(holders),
  };
}

function workFor(policies: readonly PlannedPolicy[]): number {
  return patternsIn(policies.flatMap(({ document }) => toList(document?.Statement ?? [])));
}

function indexByPlace(
  candidates: readonly (Candidate & { readonly policies: readonly PlannedPolicy[] })[],
): FindCandidates {
  const find = prefixIndex(
    candidates.flatMap((each) =>
      each.policies.flatMap(beginningsIn).map((beginning) => [beginning, each] as const),
    ),
  );
  return (place) => [...find(place)];
}

/** What the ARNs begin with, up to the first wildcard, that a policy may allow to be invoked. */
function beginningsIn({ document }: PlannedPolicy): string[] {
  const statements: readonly PolicyStatement[] = document ? toList(document.Statement) : [];
  return statements.filter(mayInvoke).flatMap(({ Resource }) =>
    // What is not listed may be anything.
    Resource === undefined ? [""] : toList(Resource).map(beginningOf),
  );
}

/** A pattern up to its first wildcard or variable. */
export function beginningOf(pattern: string): string {
  return pattern.split(/[*?$]/)[0] ?? "";
}

function mayInvoke({ Effect, Action }: PolicyStatement): boolean {
  if (Effect !== "Allow") return false;
  return (
    Action === undefined || toList(Action).some((pattern) => matchesAction(pattern, "execute-api:Invoke"))
  );
}

/** What the ARNs of requests to a route begin with, up to its first parameter. */
export function placeOf(model: AuthorizedApi, stage: string, { method, path }: PlannedRoute): string {
  const [arn = ""] = methodArn(model, stage, method, path).split("{");
  return method === "ANY" ? arn.slice(0, arn.indexOf(`/${stage}/`) + stage.length + 2) : arn;
}

function gettingThrough(
  candidates: readonly Candidate[],
  access: (candidate: Candidate) => Access,
): ReadonlyMap<string, Access> {
  return new Map(
    candidates
      .map((each): [string, Access] => [each.name, access(each)])
      .filter(([, found]) => found !== "none"),
  );
}

/** A principal of an account that no stack belongs to, whose own policy allows everything. */
const OUTSIDER = holderOf(
  {
    address: "outsider",
    name: "everything",
    document: { Version: "2012-10-17", Statement: { Effect: "Allow", Action: "*", Resource: "*" } },
  },
  { partition: "aws", accountId: "000000000001" },
);

/** A principal of an API's account that has one policy and no other. */
export function holderOf(
  policy: NamedPolicy | undefined,
  { partition, accountId }: Pick<PlannedApi, "partition" | "accountId">,
): Principal {
  return {
    address: "holder",
    kind: "user",
    name: "holder",
    arn: `arn:${partition}:iam::${accountId}:user/holder`,
    uniqueId: "holder",
    identityPolicies: policy ? [policy] : [],
    tags: {},
  };
}

/** An API as policies are evaluated for it. */
export function toAuthorizedApi({ id, partition, region, accountId, policy }: PlannedApi): AuthorizedApi {
  return { partition, region, accountId, api: { id, policy: policy && understood([policy])[0] } };
}
