import { type Access, accessOf } from "../lib/authorization-matrix";
import { methodArn } from "../local/gates/authorize";
import { toList } from "../local/iam/one-or-many";
import type { PolicyStatement } from "../local/iam/policy";
import { matchesAction } from "../local/iam/wildcard";
import type { Model, Principal, RestApi, Route } from "../local/model";
import type { PlannedApi, PlannedRoute } from "./apis";
import { type PlannedPolicy, understood } from "./policies";
import { prefixIndex } from "./prefix-index";
import type { PlannedPrincipal } from "./principals";

/** One route of a stage, and who gets through to it. */
export interface RouteAccess {
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
 * @param budget - how many decisions may still be taken; those that are taken are taken off
 * @returns undefined where that is not enough
 */
export function accessToRoutes(
  api: PlannedApi,
  principals: ReadonlyMap<string, PlannedPrincipal>,
  budget: { decisions: number },
): RouteAccess[] | undefined {
  const model = toModel(api);
  const withoutPolicy = toModel({ ...api, policy: undefined });
  const candidates = findCandidates(api, principals);
  // An API that is published nowhere is looked at as if it were, under a name that no policy has.
  const stages = api.stages.length > 0 ? api.stages : [UNPUBLISHED];
  const found: RouteAccess[] = [];
  for (const stage of stages) {
    for (const route of api.routes) {
      const { authorization } = route;
      const place = placeOf(model, stage, route);
      const isSigned = authorization === "AWS_IAM" || authorization === undefined;
      const callers = isSigned ? candidates.callers(place) : [];
      const policies = isSigned ? candidates.policies(place) : [];
      budget.decisions -= callers.length + policies.length + 1;
      if (budget.decisions < 0) return undefined;
      const access = (who?: Principal) => accessOf(model, stage, toRoute(route), who);
      found.push({
        api: api.name,
        stage,
        route,
        anonymous: authorization === "NONE" ? anonymousAccess(api, access) : "none",
        outsiders: isSigned && api.policy !== undefined ? access(OUTSIDER) : "none",
        callers: gettingThrough(callers, ({ principal }) => access(principal)),
        policies: gettingThrough(policies, ({ principal }) =>
          accessOf(withoutPolicy, stage, toRoute(route), principal),
        ),
      });
    }
  }
  return found;
}

/** The stage of an API that is published nowhere. */
const UNPUBLISHED = "(no stage)";

/** Without a policy an API lets everybody in; what one lets in that cannot be read is not known. */
function anonymousAccess({ policy }: PlannedApi, access: () => Access): Access {
  if (policy === undefined) return "full";
  return policy.document === undefined ? "part" : access();
}

/** Somebody who could get through. */
interface Candidate {
  readonly name: string;
  readonly principal: Principal;
}

/** Finds those who could get through to where the ARNs of a route's requests begin. */
type FindCandidates = (place: string) => readonly Candidate[];

function findCandidates(
  api: PlannedApi,
  principals: ReadonlyMap<string, PlannedPrincipal>,
): { readonly callers: FindCandidates; readonly policies: FindCandidates } {
  const callers = [...principals]
    .filter(([, { kind }]) => kind !== "holder")
    .map(([name, { principal, policies }]) => ({ name, principal, policies }));
  const policies = new Map(
    [...principals.values()].flatMap((each) => each.policies).map((policy) => [policy.name, policy]),
  );
  const holders = [...policies].map(([name, policy]) => ({
    name,
    principal: holderOf(policy, api),
    policies: [policy],
  }));
  return {
    // A policy of the API may let somebody in whom no other one does.
    callers: api.policy ? () => callers : indexByPlace(callers),
    policies: indexByPlace(holders),
  };
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
    Resource === undefined ? [""] : toList(Resource).map((pattern) => pattern.split(/[*?$]/)[0] ?? ""),
  );
}

function mayInvoke({ Effect, Action }: PolicyStatement): boolean {
  if (Effect !== "Allow") return false;
  return (
    Action === undefined || toList(Action).some((pattern) => matchesAction(pattern, "execute-api:Invoke"))
  );
}

/** What the ARNs of requests to a route begin with, up to its first parameter. */
function placeOf(model: EvaluatedApi, stage: string, { method, path }: PlannedRoute): string {
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

/** Somebody of an account that no stack belongs to, whose own policy allows everything. */
const OUTSIDER: Principal = {
  address: "outsider",
  kind: "user",
  name: "outsider",
  arn: "arn:aws:iam::000000000001:user/outsider",
  uniqueId: "outsider",
  identityPolicies: [
    {
      address: "outsider",
      name: "everything",
      document: { Version: "2012-10-17", Statement: { Effect: "Allow", Action: "*", Resource: "*" } },
    },
  ],
  tags: {},
};

function holderOf(policy: PlannedPolicy, { partition, accountId }: PlannedApi): Principal {
  const account = /^\d{12}$/.test(accountId) ? accountId : "000000000000";
  return {
    address: policy.address,
    kind: "user",
    name: "holder",
    arn: `arn:${partition}:iam::${account}:user/holder`,
    uniqueId: "holder",
    identityPolicies: understood([policy]),
    tags: {},
  };
}

/** An API, and where it is. */
export type EvaluatedApi = Pick<Model, "partition" | "region" | "accountId" | "api">;

/** An API for what looks at nothing but its id and policy. */
export function toModel({ name, id, partition, region, accountId, policy }: PlannedApi): EvaluatedApi {
  const api: RestApi = {
    address: name,
    id,
    name,
    apiKeySource: "HEADER",
    binaryMediaTypes: [],
    policy: policy && understood([policy])[0],
    routes: [],
    stages: [],
    gatewayResponses: [],
  };
  return { partition, region, accountId, api };
}

/** A route for what looks at nothing but its method and path. */
export function toRoute({ address, method, path }: PlannedRoute): Route {
  return {
    address,
    resourceId: "",
    resourcePath: path,
    httpMethod: method,
    authorization: "NONE",
    apiKeyRequired: false,
    requestParameters: {},
    validator: { body: false, parameters: false },
    requestModels: {},
    integration: {
      type: "MOCK",
      address,
      passthroughBehavior: "NEVER",
      requestTemplates: {},
      responses: [],
    },
  };
}
