import type { Access } from "#access/authorization-matrix";
import type { PlannedIntegration } from "../apis";
import type { Authorization, GateLost, LostGate } from "../finding";
import type { ApiKeyNeed, Caller, RouteNote, RouteRow, RouteState } from "../routes";
import { changedList, code, list, type Markdown, tableRow } from "./markdown";
import type { Names, ShowName } from "./names";
import { deploymentNotRead } from "./settings";
import { transportNote } from "./transport";

type WriteCell = (state: RouteState, show: ShowName) => Markdown[];

const COLUMNS: readonly (readonly [title: string, write: WriteCell])[] = [
  ["Authorization", ({ authorization }) => [writeAuthorization(authorization)]],
  ["API key", ({ apiKey }) => [writeKey(apiKey)]],
  ["Answered by", ({ integration }, show) => [writeIntegration(integration, show)]],
  ["May call", ({ callers }, show) => writeCallers(callers, show)],
  ["By policy", ({ policies }, show) => policies.map(({ name, access }) => show(name) + suffix(access))],
];

/** The columns of {@link routeRow}. */
export const ROUTE_COLUMNS = [" ", "Route", ...COLUMNS.map(([title]) => title)];

/** A route, before and after. */
export function routeRow({ before, after, isChanged }: RouteRow, { show, route }: Names): Markdown {
  const mark = !before ? "**new**" : !after ? "**gone**" : isChanged ? "**changed**" : " ";
  const state = after ?? before;
  const cells = COLUMNS.map(([, write]) => {
    const [old = [], now = []] = [before, after].map((each) => (each ? write(each, show).toSorted() : []));
    return changedList(old, now);
  });
  return tableRow([mark, state ? route(state.name) : "", ...cells]);
}

function writeAuthorization({ type, authorizer }: Authorization): Markdown {
  if (type === undefined) return "known after apply";
  return authorizer === undefined ? code(type) : `${code(type)} by ${code(authorizer)}`;
}

function writeKey({ isRequired, source }: ApiKeyNeed): Markdown {
  if (isRequired === undefined) return "known after apply";
  if (!isRequired) return "no";
  return source === undefined ? "yes" : `yes, from ${code(source)}`;
}

function writeIntegration({ kind, target, credentials }: PlannedIntegration, show: ShowName): Markdown {
  const what = kind === "mock" || kind === "none" || kind === "Lambda" ? kind : code(kind);
  const who =
    credentials === undefined ? "" : ` as ${CALLER.test(credentials) ? "its caller" : show(credentials)}`;
  return target === undefined ? what : `${what} ${show(target)}${who}`;
}

/** Source: https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html (`credentials`) */
const CALLER = /^arn:[a-z-]+:iam::\*:user\/\*$/;

function writeCallers(callers: readonly Caller[], show: ShowName): Markdown[] {
  return callers.length === 0 ? ["nobody"] : callers.map((caller) => writeCaller(caller, show));
}

function writeCaller(caller: Caller, show: ShowName): Markdown {
  switch (caller.kind) {
    case "anyone":
      return `anyone${caller.needsKey ? " with a key" : ""}${suffix(caller.access)}`;
    case "authorizer":
      return "whom the authorizer lets in";
    case "any-account":
      return `any AWS account${suffix(caller.access)}`;
    case "role":
      return show(caller.name) + suffix(caller.access);
    default:
      return `${caller.kind} ${show(caller.name)}${suffix(caller.access)}`;
  }
}

function suffix(access: Access | "unknown"): string {
  return access === "part" ? " (in part)" : access === "unknown" ? " (known after apply)" : "";
}

/** `GET /a loses its signature (…) and becomes public` */
export function gateLost({ route, how, from, lost, isNowPublic }: GateLost, names: Names): Markdown {
  const [name, former] = [names.route(route), from ? names.route(from) : ""];
  const subjects: Readonly<Record<GateLost["how"], Markdown>> = {
    changed: name,
    new: `${name} is new and`,
    "takes-over": `${name} takes over from ${former} and`,
    inherits: `${former} is gone: its requests reach ${name}, which`,
  };
  const phrases = [
    ...lost.map(writeLoss),
    ...(isNowPublic ? [how === "new" ? "is public" : "becomes public"] : []),
  ];
  return `${subjects[how]} ${phrases.join(" and ")}`;
}

function writeLoss(lost: LostGate): Markdown {
  switch (lost.gate) {
    case "authorization":
      return lost.loss === "unknown" ? "has an authorization that is known after apply" : writeExchange(lost);
    case "api-key":
      return KEY_LOSSES[lost.loss];
    case "api-policy":
      return "lets in more callers who sign nothing, by the API's policy";
  }
}

function writeExchange({ loss, from, to }: Extract<LostGate, { readonly from: Authorization }>): Markdown {
  const change = `${writeAuthorization(from)} → ${writeAuthorization(to)}`;
  if (loss === "exchanged") return `exchanges its authorization (${change})`;
  return `loses its ${from.type === "AWS_IAM" ? "signature" : "authorizer"} (${change})`;
}

const KEY_LOSSES = {
  unknown: "needs an API key or not: that is known after apply",
  removed: "needs no API key any more",
  exchanged: "takes its API key from elsewhere",
} as const;

/** A note below the table. */
export function routeNote(note: RouteNote): Markdown {
  switch (note.kind) {
    case "connections":
      return transportNote(note.api, note.before, note.now);
    case "no-api":
      return "There is no REST API in this plan.";
    case "no-stage":
      return `API ${code(note.api)} has no stage here, so its policies were read for none.`;
    case "deployment-not-read":
      return `Not in the table: ${deploymentNotRead({ api: note.api, ...note.unread })}.`;
    case "routes-in-document":
      return `Routes that API ${code(note.api)} has from an OpenAPI document are not in the table.`;
    case "unread-policies": {
      const policies = note.policies.map(
        ({ name, owner, why }) => `${code(name)} of ${owner.kind} ${code(owner.name)} (${why})`,
      );
      return `What these policies allow is not in the table: ${list(policies)}.`;
    }
  }
}
