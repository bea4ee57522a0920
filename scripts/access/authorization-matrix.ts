import { type AuthorizedApi, expandResourcePolicy, methodArn } from "#gateway/gates/authorize";
import { ANONYMOUS, callerKeys, toCaller } from "#iam/caller";
import { type ApplicablePolicies, evaluate } from "#iam/evaluate";
import type { NamedPolicy, Principal } from "#iam/identity";
import { createContext } from "#iam/request-context";
import { type AccessRequest, type PolicyKind, placeStatements, statementMatches } from "#iam/statement";
import { isUnknown } from "#iam/verdict";
import type { Model } from "#model/model";
import { backendName, type NotServed, type Route } from "#model/rest-api";
import { possibleArns, type RoutePlace } from "./possible-arns";

/** One route of a stage: what it requires of a caller, what answers, and who has access. */
export interface RouteAccess {
  readonly stage: string;
  readonly method: string;
  readonly path: string;
  readonly authorization: Route["authorization"];
  /** Of a method that could not be read, `authorization` is `UNKNOWN`, and this says nothing. */
  readonly apiKeyRequired: boolean;
  /** The name of the Lambda function, or `mock`; `unknown` if it could not be read. */
  readonly integration: string;
  /** What of the route is not understood. @default nothing */
  readonly notServed?: NotServed;
  /** How far those who sign nothing get. */
  readonly anonymous: Access;
  /** The roles and users of the stack that can invoke it in full or in part, by name; of an authorizer's route none. */
  readonly principals: readonly { readonly name: string; readonly access: Exclude<Access, "none"> }[];
}

/**
 * `part`: only for some requests, because a policy names single values of a path parameter or has a condition that
 * depends on the request (the caller's address, the time).
 */
export type Access = "full" | "part" | "none";

/**
 * Determines who can call what, by evaluating the policies that the stack gives its roles and its API. Callers from
 * outside the stack are not considered: their policies are not in it. Sorted by path and method.
 */
export function authorizationMatrix(model: Model): readonly RouteAccess[] {
  const routes = [...model.api.routes].sort(routeOrder);
  return model.api.stages.flatMap((stage) =>
    routes.map((route) => ({
      stage: stage.name,
      method: route.httpMethod,
      path: route.resourcePath,
      authorization: route.authorization,
      apiKeyRequired: route.apiKeyRequired,
      integration: integrationName(model, route),
      ...(route.notServed && { notServed: route.notServed }),
      anonymous: anonymousAccess(model, stage.name, route),
      principals: route.authorization === "AWS_IAM" ? principalsOf(model, stage.name, route) : [],
    })),
  );
}

const ACTION = "execute-api:Invoke";
/** A role session by a name that no policy names. */
const SESSION = "any-session";

/** Sorts routes by path, then by method. */
export function routeOrder(one: Route, other: Route): number {
  return sortKey(one) < sortKey(other) ? -1 : 1;
}

function sortKey({ resourcePath, httpMethod }: Route): string {
  return `${resourcePath} ${httpMethod}`;
}

function integrationName(model: Model, { integration }: Route): string {
  if (!("functionArn" in integration)) return backendName(integration);
  const { functionArn } = integration;
  return model.functions.find(({ arn }) => arn === functionArn)?.name ?? functionArn;
}

function anonymousAccess(model: Model, stage: string, route: Route): Access {
  // What a method that could not be read asks for is not known: nothing is said to be open.
  if (route.authorization !== "NONE") return "none";
  if (model.api.policy === undefined) return "full";
  return accessOf(model, stage, placeOf(route), undefined);
}

function principalsOf(model: Model, stage: string, route: Route): RouteAccess["principals"] {
  return model.principals
    .flatMap((principal) => {
      const access = accessOf(model, stage, placeOf(route), principal);
      return access === "none" ? [] : [{ name: principal.name, access }];
    })
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function placeOf({ httpMethod, resourcePath }: Route): RoutePlace {
  return { method: httpMethod, path: resourcePath };
}

/**
 * A principal's access to a route by the policies only: it does not consider whether the route requires a signature.
 * @param principal - who signs; undefined for an anonymous caller
 */
export function accessOf(
  model: AuthorizedApi,
  stage: string,
  route: RoutePlace,
  principal: Principal | undefined,
): Access {
  const policies = policiesOf(model, stage, principal);
  const caller = principal ? toCaller(principal, SESSION) : ANONYMOUS;
  const context = createContext({
    ...callerKeys(caller),
    "aws:RequestedRegion": model.region,
    "aws:SecureTransport": true,
  });
  const request: AccessRequest = {
    caller,
    action: ACTION,
    // If a statement matches some of these and not others, it is unknown whether it applies, as it should be.
    resource: possibleArns(model, stage, route, policies, context),
    resourceAccountId: model.accountId,
    context,
  };
  return decideAccess(request, policies);
}

/** Decides a request that is only partly known: whether it passes always, sometimes or never. */
export function decideAccess(request: AccessRequest, policies: ApplicablePolicies): Access {
  if (evaluate(request, policies).decision === "Allowed") return "full";
  return evaluate(request, atBest(policies, request)).decision === "Allowed" ? "part" : "none";
}

function policiesOf(
  model: AuthorizedApi,
  stage: string,
  principal: Principal | undefined,
): ApplicablePolicies {
  const { policy } = model.api;
  const [apiArn = ""] = methodArn(model, stage, "GET", "/").split("/");
  return {
    identity: principal?.identityPolicies ?? [],
    boundary: principal?.permissionsBoundary,
    resource: policy && expandResourcePolicy(policy, apiArn),
  };
}

/**
 * The policies in the most favourable case: a statement that may or may not apply counts as applying only if it allows.
 */
function atBest(policies: ApplicablePolicies, request: AccessRequest): ApplicablePolicies {
  const settle = (kind: PolicyKind, policy: NamedPolicy): NamedPolicy => {
    const Statement = placeStatements(kind, policy).flatMap((placed) => {
      const { statement } = placed;
      if (!isUnknown(statementMatches(placed, request))) return [statement];
      if (statement.Effect === "Deny") return [];
      return [{ ...statement, Resource: "*", NotResource: undefined, Condition: undefined }];
    });
    return { ...policy, document: { ...policy.document, Statement } };
  };
  const { identity, boundary, resource } = policies;
  return {
    identity: identity.map((policy) => settle("identity", policy)),
    boundary: boundary && settle("boundary", boundary),
    resource: resource && settle("resource", resource),
  };
}
