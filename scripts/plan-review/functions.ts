import type { PlannedResource, Snapshot } from "#plan/snapshot";
import type { SettingChanged } from "#plan-rules/judge-changes";
import type { PlannedApi } from "./apis";
import type { RoleExchanged } from "./finding";
import type { Grant } from "./grants";
import { comparePermissions } from "./permission-changes";
import { Budget } from "./policies";
import type { PlannedPrincipal } from "./principals";

/** Everything at one time, and the principals of it. */
export interface RoleSide {
  readonly snapshot: Snapshot;
  readonly principals: ReadonlyMap<string, PlannedPrincipal>;
}

/**
 * Finds the functions that get another role, and the new ones that get a role that was there: what they may do changes,
 * though no policy does.
 */
export function reviewRoles(before: RoleSide, after: RoleSide): RoleExchanged[] {
  const budget = new Budget(MOST_WORK);
  const roles = [before, after].map(({ snapshot }) => roleNames(snapshot));
  const [oldRoles, newRoles] = roles;
  const found = after.snapshot.all("aws_lambda_function").flatMap((each): RoleExchanged[] => {
    if (each.text("role") === undefined && !each.isUnknown("role")) return [];
    const former = before.snapshot.get(each.address);
    const [from, to] = [former && nameOfRole(former, oldRoles), nameOfRole(each, newRoles)];
    const isOfStack = newRoles?.has(each.link("role")) === true;
    const isNewRole = isOfStack && !before.principals.has(`role ${to}`);
    if (from === to || (former === undefined && isNewRole)) return [];
    const changes = comparePermissions(
      from === undefined ? undefined : before.principals.get(`role ${from}`),
      after.principals.get(`role ${to}`),
      budget,
    );
    const gained = changes
      .filter(({ kind }) => kind !== "loses")
      .map(({ action }) => action || "what is not known");
    return [
      {
        kind: "role-exchanged",
        function: each.link("function_name"),
        ...(from !== undefined && { from }),
        to,
        allows: isOfStack ? [...new Set(gained)] : ["what is not known"],
      },
    ];
  });
  const isNew = ({ from }: RoleExchanged) => from === undefined;
  return [...found.filter((each) => !isNew(each)), ...mergeNew(found.filter(isNew))];
}

/** One finding for new functions: in another region, all are new, and their roles are not. */
function mergeNew(found: readonly RoleExchanged[]): RoleExchanged[] {
  const [first, ...others] = found;
  if (first === undefined || others.length === 0) return [...found];
  const allows = [...new Set(found.flatMap((each) => each.allows))];
  return [
    {
      ...first,
      // What is wide must not be among what a review leaves out.
      allows: allows.toSorted((one, other) => Number(isWide(other)) - Number(isWide(one))),
      others: others.map((each) => ({ function: each.function, to: each.to })),
    },
  ];
}

function isWide(action: string): boolean {
  return /\*|^iam:|^sts:|^what is/.test(action);
}

/**
 * Finds the functions that still answer routes, and that API Gateway may not call any more: their routes answer 500.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-troubleshooting-lambda.html
 */
export function reviewCallable(before: CallSide, after: CallSide): SettingChanged[] {
  const [old, now] = [calledFunctions(before), calledFunctions(after)];
  const answering = new Set(
    [...after.apis.values()].flatMap(({ routes }) =>
      routes.flatMap(({ integration }) => integration.target ?? []),
    ),
  );
  return [...old]
    .filter(([name]) => answering.has(name) && !now.has(name))
    .map(([name, address]) => ({
      kind: "setting-changed",
      what: "Lambda",
      name,
      address,
      action: "update",
      effect: "API Gateway may not call it any more, so that its routes answer 500",
      settings: [],
    }));
}

/** What answers, and who may call it. */
export interface CallSide {
  readonly apis: ReadonlyMap<string, PlannedApi>;
  readonly grants: ReadonlyMap<string, Grant>;
}

/** The functions that API Gateway may call, by name, each with its address. */
function calledFunctions({ grants }: CallSide): ReadonlyMap<string, string> {
  const called = [...grants.values()].filter(
    ({ on, effect, grantee }) =>
      on.kind === "function" &&
      effect === "Allow" &&
      (grantee === "*" || grantee === "apigateway.amazonaws.com"),
  );
  return new Map(called.map(({ on, address }) => [on.name, address]));
}

/** Some seconds' worth. */
const MOST_WORK = 1_000_000;

function roleNames(snapshot: Snapshot): ReadonlyMap<string, string> {
  return new Map(snapshot.all("aws_iam_role").map((role) => [role.link("arn"), role.link("name")]));
}

function nameOfRole(resource: PlannedResource, names: ReadonlyMap<string, string> | undefined): string {
  const arn = resource.link("role");
  return names?.get(arn) ?? arn.split(":role/").at(-1) ?? arn;
}
