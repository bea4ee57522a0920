import { methodArn } from "#gateway/gates/authorize";
import { callerKeys, toCaller } from "#iam/caller";
import { evaluate } from "#iam/evaluate";
import type { Principal } from "#iam/identity";
import { type PolicyStatement, toList } from "#iam/policy";
import { createContext } from "#iam/request-context";
import type { Model } from "#model/model";

/** What the roles of a stack may do, and what of it is too much. */
export interface Privileges {
  /** For each role, by its name without the stack's, what it is granted: `dynamodb:GetItem table/items`. Sorted. */
  readonly granted: Readonly<Record<string, readonly string[]>>;
  /** One line for everything that goes beyond the stack; none in a stack of least privilege. */
  readonly excess: readonly string[];
}

/**
 * Proves least privilege of a stack from its policies, by the evaluator that the gateway decides with. What is granted
 * is listed, to be held against what is meant. Too much is: an action or a resource by a wildcard, other than those of path
 * parameters and of the streams of a role's own log group; a resource that is not one of the stack's; an action next to
 * a granted one, on it or beside it; a role that everyone may assume; one without a boundary, or with less room than it is
 * granted.
 * @param prefix - what the names of the stack begin with: `orders-dev-`
 */
export function privilegesOf(model: Model, prefix: string): Privileges {
  const roles = [...model.principals].sort((one, other) => (one.name < other.name ? -1 : 1));
  const named = roles.map((role) => [role.name.replace(prefix, ""), role, grantsOf(role)] as const);
  return {
    granted: Object.fromEntries(
      named.map(([name, , grants]) => [name, grants.map((grant) => shown(grant, model, prefix)).sort()]),
    ),
    excess: named.flatMap(([name, role, grants]) =>
      [...excessOf(model, role, grants)].map((what) => `${name}: ${what}`),
    ),
  };
}

// ---------------------------------------------------------------------------------------------------- internal

interface Grant {
  readonly action: string;
  readonly resource: string;
  /** The condition keys that it depends on. */
  readonly conditions: readonly string[];
}

function statementsOf({ identityPolicies }: Principal): PolicyStatement[] {
  return identityPolicies
    .flatMap(({ document }) => toList(document.Statement))
    .filter(({ Effect }) => Effect === "Allow");
}

function grantsOf(role: Principal): Grant[] {
  return statementsOf(role).flatMap(({ Action = [], Resource = [], Condition = {} }) =>
    toList(Action).flatMap((action) =>
      toList(Resource).map((resource) => ({
        action,
        resource,
        conditions: Object.values(Condition).flatMap((each) => Object.keys(each)),
      })),
    ),
  );
}

function shown({ action, resource, conditions }: Grant, { api }: Model, prefix: string): string {
  const place = resource.split(":").slice(5).join(":") || resource;
  const short = place.replace(`${api.id}/`, "").replaceAll(prefix, "");
  return `${action} ${short}${conditions.length > 0 ? ` if ${conditions.join(", ")}` : ""}`;
}

function* excessOf(model: Model, role: Principal, grants: readonly Grant[]): Generator<string> {
  for (const { NotAction, NotResource } of statementsOf(role)) {
    if (NotAction !== undefined) yield "allows all actions but some (NotAction)";
    if (NotResource !== undefined) yield "allows all resources but some (NotResource)";
  }
  const { trustPolicy, permissionsBoundary } = role;
  for (const { Principal: who } of toList(trustPolicy?.document.Statement ?? [])) {
    if (
      who === "*" ||
      Object.values(who ?? {})
        .flatMap(toList)
        .includes("*")
    )
      yield "everyone may assume it";
  }
  if (permissionsBoundary === undefined) yield "has no permissions boundary";
  for (const grant of grants) {
    const { action, resource } = grant;
    const what = `${action} on ${resource}`;
    if (/[*?]/.test(action)) yield `${what}: the action is a wildcard`;
    else if (!isOfStack(model, role, grant)) yield `${what}: the resource is none of the stack's`;
    else if (grant.conditions.length === 0 && !allows(model, role, action, sample(resource), true)) {
      yield `${what}: its boundary does not allow it`;
    }
  }
  // What is next to a grant: another action of its service, the same thing in another account, a longer name.
  const asked = new Set<string>();
  for (const { action, resource } of grants) {
    const next = `${action.split(":")[0]}:${NEXT_ACTION}`;
    const neighbours = [
      [next, sample(resource)],
      ...(resource === "*"
        ? []
        : [[action, sample(resource).replace(model.accountId, OTHER_ACCOUNT)] as const]),
      ...(resource.startsWith("arn:") && !/[*]$/.test(resource)
        ? [[action, `${resource}-next`] as const]
        : []),
    ] as const;
    for (const [asks, on] of neighbours) {
      if (asked.has(`${asks} ${on}`)) continue;
      asked.add(`${asks} ${on}`);
      if (allows(model, role, asks as string, on as string, false))
        yield `${asks} on ${on} is allowed, and not needed`;
    }
  }
}

/** An action that no service has today; what allows it is a wildcard. */
const NEXT_ACTION = "GetTomorrow";
const OTHER_ACCOUNT = "444455556666";

/** Actions that know no resources, so that IAM takes the wildcard alone. Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html */
const WITHOUT_RESOURCES = /^xray:Put(TraceSegments|TelemetryRecords)$/;

function isOfStack(model: Model, role: Principal, { action, resource }: Grant): boolean {
  if (resource === "*") return WITHOUT_RESOURCES.test(action);
  return resourcesOf(model, role).has(resource) || isOtherOfAccount(model, resource);
}

/** The ARNs that a policy may name: routes, tables and their indexes, functions, the log group of the role's function. */
function resourcesOf(model: Model, role: Principal): ReadonlySet<string> {
  const { api, tables, functions, partition, region, accountId } = model;
  const routes = api.stages.flatMap(({ name }) =>
    api.routes.map(({ httpMethod, resourcePath }) =>
      methodArn(
        model,
        name,
        httpMethod === "ANY" ? "*" : httpMethod,
        resourcePath.replace(/\{[^}]*\}/g, "*"),
      ),
    ),
  );
  const own = functions.filter(({ roleArn }) => roleArn === role.arn);
  return new Set([
    ...routes,
    ...tables.flatMap(({ arn, globalSecondaryIndexes, localSecondaryIndexes }) => [
      arn,
      ...[...globalSecondaryIndexes, ...localSecondaryIndexes].map(({ name }) => `${arn}/index/${name}`),
    ]),
    ...functions.map(({ arn }) => arn),
    ...own.map(({ logGroup }) => `arn:${partition}:logs:${region}:${accountId}:log-group:${logGroup}:*`),
  ]);
}

/** A thing of another kind (a queue, a parameter) is taken for the stack's if it is one thing, in the stack's account. */
function isOtherOfAccount({ accountId }: Model, resource: string): boolean {
  const [, , service = "", , account] = resource.split(":");
  const known = ["execute-api", "dynamodb", "lambda", "logs"].includes(service);
  return !known && account === accountId && !/[*?]/.test(resource);
}

/** A resource that a pattern matches. */
function sample(resource: string): string {
  return resource.replaceAll("*", "any");
}

function allows(model: Model, role: Principal, action: string, resource: string, bounded: boolean): boolean {
  const caller = toCaller(role, "any-session");
  const context = createContext({
    ...callerKeys(caller),
    "aws:RequestedRegion": model.region,
    "aws:SecureTransport": true,
  });
  const request = { caller, action, resource, resourceAccountId: model.accountId, context };
  const boundary = bounded ? role.permissionsBoundary : undefined;
  return evaluate(request, { identity: role.identityPolicies, boundary }).decision === "Allowed";
}
