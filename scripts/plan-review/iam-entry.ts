import { ANY_SOURCE, type Grant } from "./grants";
import type { NewThings } from "./new-things";
import type { PermissionChange } from "./permission-changes";
import { code, list, type Markdown } from "./write/markdown";
import type { ShowName } from "./write/names";

/** One line: somebody gains or loses something. */
export interface IamEntry {
  readonly kind: PermissionChange["kind"];
  readonly who: Markdown;
  readonly actions: readonly Markdown[];
  /** What it is that the actions are on; empty where that cannot be told. */
  readonly place: Markdown;
  readonly by: Markdown;
  readonly needsCare: boolean;
}

/** What an entry is judged and written by. */
export interface IamView {
  readonly newThings: NewThings;
  readonly show: ShowName;
  /** The account of the stack; whoever is of another one is a stranger. */
  readonly accountId: string;
}

/**
 * An entry for what a principal gains or loses.
 * @param key - kind and name of the principal: `role reader`
 * @param isNew - whether there was no such principal
 */
export function permissionEntry(
  key: string,
  isNew: boolean,
  change: PermissionChange,
  { newThings, show }: IamView,
): IamEntry {
  const { kind, action, resource, policies, isConditional, opaque } = change;
  const [owner = ""] = key.split(" ");
  const name = show(key.slice(owner.length + 1));
  const who = owner === "holder" ? `whoever has policy ${name}` : `${owner} ${name}`;
  const by = list(policies.map(show));
  if (opaque !== undefined) {
    return {
      kind,
      who,
      actions: [`what ${by} allows (${opaque})`],
      place: "",
      by,
      needsCare: kind === "may gain",
    };
  }
  const isHarmless =
    newThings.isOfNewResource(resource) ||
    (action.toLowerCase() === "execute-api:invoke" && newThings.isOfNewRoutes(resource)) ||
    (isNew && TELEMETRY.has(action));
  return {
    kind,
    who,
    actions: [pattern(action)],
    place: pattern(resource),
    by: isConditional ? `${by} (with conditions)` : by,
    needsCare: kind === "gains" && !isHarmless,
  };
}

/**
 * Actions that every new function has, on the `*` that IAM takes alone for them: they send traces and metrics.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
 */
const TELEMETRY = new Set(["xray:PutTraceSegments", "xray:PutTelemetryRecords", "cloudwatch:PutMetricData"]);

/** An entry for what a policy of a resource grants, or does not grant any more. */
export function grantEntry(kind: "gains" | "loses", grant: Grant, view: IamView): IamEntry {
  const { on, effect, grantee, action, resource, condition, opaque } = grant;
  const { show } = view;
  const holder = `${on.kind} ${show(on.name)}`;
  if (opaque !== undefined) {
    const isGain = kind === "gains";
    return {
      kind: isGain ? "may gain" : kind,
      who: "somebody",
      actions: [`what the policy of ${holder} allows (${opaque})`],
      place: "",
      by: holder,
      needsCare: isGain,
    };
  }
  const from = on.kind === "function" ? " from " : " ";
  return {
    kind,
    who: describeGrantee(grantee, view),
    actions: [pattern(action)],
    place: resource === "" ? holder : `${holder}${from}${pattern(resource)}`,
    by: effect === "Deny" ? "a Deny" : condition === "" ? "" : "with conditions",
    needsCare: kind === "gains" && opensMore(grant, view),
  };
}

/** Whether a grant that is new could open what was there, or opens what is new to strangers. */
function opensMore(
  { on, address, effect, grantee, resource }: Grant,
  { newThings, accountId }: IamView,
): boolean {
  const isForAll = grantee === "*" || grantee.startsWith("everyone but") || resource === ANY_SOURCE;
  if (isForAll || effect === "Deny") return true;
  if (newThings.isNew(address)) return isStranger(grantee, accountId);
  return !(on.kind === "function" && grantee.endsWith(".amazonaws.com") && newThings.isOfNewRoutes(resource));
}

/** An account is written as its number, or as the ARN of its root: either stands for everybody in it. */
function describeGrantee(grantee: string, { show, accountId }: IamView): Markdown {
  if (grantee === "*") return EVERYONE;
  const account = /^(?:arn:[^:]*:iam::)?(\d{12})(?::root)?$/.exec(grantee)?.[1];
  const who = account === undefined ? show(grantee) : `account ${code(account)}`;
  return isStranger(grantee, accountId) ? `${who} **(another account)**` : who;
}

/** Whom a policy means by `*`. */
export const EVERYONE: Markdown = "**everyone**";

function isStranger(grantee: string, accountId: string): boolean {
  const account = /^(?:arn:[^:]*:(?:iam|sts)::)?(\d{12})(?:$|:)/.exec(grantee)?.[1];
  return account !== undefined && account !== accountId;
}

/** A pattern of a policy; one that is not a plain name says so. */
function pattern(text: string): Markdown {
  return /[*?]|^everything but/.test(text) ? `${code(text)} **(wildcard)**` : code(text);
}
