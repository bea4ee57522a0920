import { groupBy } from "#plan/grouping";
import type { NotJudged, Setting, SettingChanged, ToldChange } from "#plan-rules/judge-changes";
import { type Monthly, PRICES } from "#plan-rules/prices";
import { isList, type Value } from "#terraform/value";
import type {
  AccountAppears,
  CheckFailed,
  DeploymentNotRead,
  Drifted,
  PlaceChanged,
  RoleExchanged,
  RunsProgram,
  StillUsed,
} from "../finding";
import { code, count, list, listWithin, type Markdown, visible } from "./markdown";
import type { Names } from "./names";

/** `function URL …: anyone can call it without a signature (authorization_type AWS_IAM → NONE)` */
export function settingChanged({
  what,
  name,
  address,
  action,
  effect,
  settings,
  others = [],
}: SettingChanged): Markdown {
  const made = action === "create" ? "new " : "";
  const gone = action === "delete" ? " is destroyed" : "";
  const names = listWithin(distinct([{ name, address }, ...others]).map(code), 80, 3);
  const said = `${made}${what} ${names}${gone}: ${effect}`;
  if (settings.length === 0) return said;
  return `${said} (${listWithin(settings.map(writeSetting), LONGEST_LINE - said.length - 20, 4)})`;
}

/** Names, or addresses if things have the same name: settings of methods have that of their stage. */
function distinct(things: readonly { readonly name: string; readonly address: string }[]): string[] {
  const names = things.map(({ name }) => name);
  return new Set(names).size === names.length ? names : things.map(({ address }) => address);
}

/** A longer line is not read as one. What cannot be shorter is. */
const LONGEST_LINE = 190;

/** Longer values say nothing at a glance; the folded plan has them. */
const LONGEST_VALUE = 40;

function writeSetting({ path, before, after, isUnknown, monthly }: Setting): Markdown {
  const change = isUnknown ? undefined : memberChange(before, after);
  const now = isUnknown ? "known after apply" : writeValue(after);
  const both = change ?? (before === undefined ? now : `${writeValue(before)} → ${now}`);
  return `${code(shortPath(path))} ${both}${monthly ? `, ${writeMonthly(monthly)}` : ""}`;
}

/** Of two lists, what the one has and the other does not. */
function memberChange(before: Value | undefined, after: Value | undefined): Markdown | undefined {
  if (!isList(before) || !isList(after) || ![...before, ...after].every(isPlain)) return undefined;
  const gained = after.filter((each) => !before.includes(each)).map(writeValue);
  const lost = before.filter((each) => !after.includes(each)).map(writeValue);
  if (gained.length + lost.length === 0) return undefined;
  return [
    ...(gained.length > 0 ? [`gets ${listWithin(gained, 60)}`] : []),
    ...(lost.length > 0 ? [`loses ${listWithin(lost, 60)}`] : []),
  ].join(", ");
}

function isPlain(value: Value): boolean {
  return typeof value !== "object";
}

/** The end of a long path says which attribute it is; the folded plan has all of it. */
function shortPath(path: string): string {
  return path.length > 40 ? path.split(".").slice(-2).join(".") : path;
}

/** `about 9,490 USD a month in us-east-1` */
function writeMonthly({ usd, per }: Monthly): Markdown {
  const figure = usd.toLocaleString("en-US", { maximumFractionDigits: usd < 10 ? 2 : 0 });
  return `about ${figure} USD a month${per === undefined ? "" : ` for each ${per}`} in ${PRICES.region}`;
}

/** The end of a long ARN says what it is of: `123456789012:policy/limits`. */
function shortArn(text: string): string {
  if (text.length <= LONGEST_VALUE) return text;
  return /^arn:[^:]*:[^:]*:[^:]*:(\d*:.+)$/.exec(text)?.[1] ?? text;
}

function writeValue(value: Value | undefined): Markdown {
  if (value === undefined) return "none";
  const text = typeof value === "string" ? shortArn(value) : JSON.stringify(value);
  return text.length > LONGEST_VALUE ? `\`${visible(text, LONGEST_VALUE)}\`` : code(text);
}

/** `account … appears in …` */
export function accountAppears({ account, isOwnKnown, in: places }: AccountAppears): Markdown {
  const where = places.map(({ address, path }) => `${code(address)} (${code(path)})`);
  if (!isOwnKnown)
    return `account ${code(account)} appears in ${list(where, 2)}; the plan does not say whether the stack is in it`;
  return `**another account**, ${code(account)}, appears in ${list(where, 2)}`;
}

/** `Lambda … runs with role … instead of …, and gains …` */
export function roleExchanged({ function: name, from, to, allows, others = [] }: RoleExchanged): Markdown {
  if (others.length > 0) return newWithRoles([{ function: name, to }, ...others], allows);
  const former = from === undefined ? ", which was there before" : ` instead of ${code(from)}`;
  if (/^\(.+\)$/.test(to))
    return `Lambda ${code(name)} runs with ${from === undefined ? "a" : "another"} role that is known after apply${from === undefined ? "" : `, instead of ${code(from)}`}: what it may do is not known`;
  const said = `Lambda ${code(name)} runs with role ${code(to)}${former}`;
  if (allows.length === 0) return said;
  return `${said}: it gains ${listWithin(allows.map(writeAllowed), LONGEST_LINE - said.length - 25, 4)}`;
}

/** New functions, each with a role that was there. */
function newWithRoles(
  functions: readonly { readonly function: string; readonly to: string }[],
  allows: RoleExchanged["allows"],
): Markdown {
  const names = listWithin(
    functions.map(({ function: name, to }) => (name === to ? code(name) : `${code(name)} (${code(to)})`)),
    50,
    2,
  );
  const gain = allows.length === 0 ? "" : `: they gain ${listWithin(allows.map(writeAllowed), 60, 3)}`;
  return `${functions.length} new Lambdas run with roles that were there before, ${names}${gain}`;
}

function writeAllowed(action: string): Markdown {
  return action === "what is not known" ? action : code(action);
}

/** `Lambda … is destroyed, and still answers …` */
export function stillUsed({ what, name, routes, usedBy }: StillUsed, names: Names): Markdown {
  const use =
    routes.length > 0
      ? `still answers ${list(routes.map(names.route), 4)}, which fail then`
      : `${list(usedBy.map(code), 3)} still ${usedBy.length > 1 ? "use" : "uses"} it`;
  return `${what} ${code(name)} is destroyed, and ${use}`;
}

/** `stage … of API … serves deployment …, which is not in the plan` */
export function deploymentNotRead({
  api,
  stage,
  deployment,
  percent,
}: Omit<DeploymentNotRead, "kind">): Markdown {
  const part = percent === undefined ? "" : `${percent} % of `;
  return `${part}stage ${code(stage)} of API ${code(api)} serves deployment ${code(deployment)}, which is not in the plan: what it asks of callers is not known`;
}

/** `the region changes from … to …` */
export function placeChanged({ what, from, to }: PlaceChanged): Markdown {
  return `the ${what} changes from ${code(from)} to ${code(to)}: all is made again there, and what is in ${code(from)} stays without Terraform, data included`;
}

/** `… was changed without Terraform` */
export function driftLine({ address, how, attributes, isUndone }: Drifted): Markdown {
  const what = attributes.length === 0 ? "" : ` (${list(attributes.map(code), 3)})`;
  const end = isUndone ? "this plan takes it back" : "this plan leaves it";
  return `${code(address)} was ${how} without Terraform${what}: ${end}`;
}

/** `check … fails: …` */
export function checkFailed({ address, problems }: CheckFailed): Markdown {
  const said =
    problems.length === 0
      ? ""
      : `: ${list(
          problems.map((each) => code(each.slice(0, 100))),
          1,
        )}`;
  return `check ${code(address)} fails${said}`;
}

/** `… runs a program (local-exec): …` */
export function runsProgram({ address, by, command }: RunsProgram): Markdown {
  const said = command === undefined ? "" : `: \`${visible(command, 80).trim() || "\\u{20}"}\``;
  return `${code(address)} runs a program (${code(by)})${said}`;
}

const ACTIONS: Readonly<Record<NotJudged["action"], Markdown>> = {
  create: "new",
  update: "changed",
  replace: "replaced",
  delete: "destroyed",
  forget: "forgotten",
  read: "read",
  "no-op": "changed",
};

/** `aws_x.y (new)`, `aws_x.y: attribute` */
export function notJudgedLine({ address, action, attributes }: NotJudged): Markdown {
  const how = action === "update" && attributes.length > 0 ? "" : ` (${ACTIONS[action]})`;
  const which = attributes.length === 0 ? "" : `: ${list(attributes.map(code), 4)}`;
  return `${code(address)}${how}${which}`;
}

/** A line for each kind of thing that is made or goes, and for each one that changes. */
export function toldLines(told: readonly ToldChange[]): Markdown[] {
  const moves = told
    .filter(({ from }) => from !== undefined)
    .map(({ from = "", address }) => `${code(from)} → ${code(address)}`);
  const changed = told.filter(({ settings }) => settings.length > 0);
  const whole = groupBy(
    told.filter(({ settings, from }) => settings.length === 0 && from === undefined),
    ({ how, what }) => `${how} ${what}`,
  );
  return [
    ...(moves.length > 0
      ? [`other addresses in Terraform, the same in AWS: ${listWithin(moves, 130, 3)}`]
      : []),
    ...alike(changed).map(
      ({ what, names, settings }) =>
        `${what} ${listWithin(names.map(code), 90, 5)}: ${listWithin(settings.map(writeSetting), 80, 3)}`,
    ),
    ...[...whole.values()].flatMap((each) => {
      const [first] = each;
      if (first === undefined) return [];
      const number = each.length > 1 ? `${count(each.length, "times", "times")} ` : "";
      return [`${first.how}: ${number}${first.what} ${listWithin(distinct(each).map(code), 130, 5)}`];
    }),
  ];
}

/** Things of which the same changes are in one line. */
function alike(
  told: readonly ToldChange[],
): { what: string; names: string[]; settings: readonly Setting[] }[] {
  const groups = groupBy(told, ({ what, settings }) => JSON.stringify([what, settings]));
  return [...groups.values()].flatMap((each) => {
    const [first] = each;
    return first ? [{ what: first.what, names: each.map(({ name }) => name), settings: first.settings }] : [];
  });
}
