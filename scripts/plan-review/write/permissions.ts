import { groupBy } from "#plan/grouping";
import { isList, isObject, type Value } from "#terraform/value";
import { parseJson } from "#text/parse-json";
import type {
  AccessGained,
  Conditions,
  Gain,
  GrantedAction,
  Grantee,
  PolicyHolder,
  PolicySource,
  Target,
} from "../finding";
import type { Basis, PermissionEntry } from "../permissions";
import { code, list, listWithin, type Markdown, tableRow } from "./markdown";
import type { ShowName } from "./names";

/** The columns of {@link permissionRows}. */
export const PERMISSION_COLUMNS = [" ", "Who", "What", "By"];

/** What principals gain or lose: a row for what one gains, and one for what it loses. */
export function permissionRows(entries: readonly PermissionEntry[], show: ShowName): Markdown[] {
  const rows = groupBy(entries, ({ change, who }) => JSON.stringify([change, who]));
  return [...rows.values()].flatMap((each) => {
    const [first] = each;
    if (first === undefined) return [];
    const { change, who } = first;
    return [
      tableRow([
        change === "loses" || change === "denied" ? VERBS[change] : `**${VERBS[change]}**`,
        writeGrantee(who, show),
        lines(toWhat(each, show)),
        lines([...new Set(each.map((entry) => basisOf(entry, show)))]),
      ]),
    ];
  });
}

/** More lines in a cell are read by no one; the folded plan has the policies. */
const MOST_LINES = 8;

function lines(items: readonly Markdown[]): Markdown {
  const more = items.length > MOST_LINES ? [`and ${items.length - MOST_LINES} more`] : [];
  return [...items.slice(0, MOST_LINES), ...more].join("<br>");
}

/** Actions with what they are on; what the same actions are on, together. */
function toWhat(entries: readonly PermissionEntry[], show: ShowName): Markdown[] {
  const alike = groupBy(entries, ({ actions }) => list(actions.map((action) => writeAction(action, show))));
  return [...alike].map(([actions, each]) => {
    const places = [...new Set(each.map(({ on }) => writeTarget(on, show)))].filter((place) => place !== "");
    return places.length === 0 ? actions : `${actions} on ${list(places)}`;
  });
}

function basisOf({ by, conditions }: PermissionEntry, show: ShowName): Markdown {
  return [writeBasis(by, show), conditions ? writeConditions(conditions) : ""]
    .filter((each) => each !== "")
    .join(" ");
}

const VERBS: Readonly<Record<PermissionEntry["change"], Markdown>> = {
  gains: "gains",
  "may-gain": "may gain",
  "not-denied": "is not denied any more",
  loses: "loses",
  denied: "is denied",
};

/** `role … gains … on …` */
export function accessGained({ who, gains }: AccessGained, show: ShowName): Markdown {
  return `${writeGrantee(who, show)} ${list(toPhrases(gains, show), 2)}`;
}

/** Of where something is gained; the table has the rest. */
const LONGEST_PHRASE = 100;

/** What a principal gains; places with the same actions in one phrase. */
function toPhrases(gains: readonly Gain[], show: ShowName): Markdown[] {
  const alike = groupBy(gains, ({ change, actions, conditions }) => {
    const written = actions.map((action) => writeAction(action, show));
    return JSON.stringify([
      `${VERBS[change]} ${list(written, 3)}`,
      conditions ? ` ${writeConditions(conditions)}` : "",
    ]);
  });
  return [...alike].map(([key, each]) => {
    const [gain, conditions] = JSON.parse(key) as [string, string];
    const places = each.map(({ on }) => writeTarget(on, show)).filter((place) => place !== "");
    const room = LONGEST_PHRASE - conditions.length;
    return places.length === 0 ? gain + conditions : `${gain} on ${listWithin(places, room, 2)}${conditions}`;
  });
}

/** `if sub repo:acme/app:*`, and what it was instead. */
function writeConditions({ from, to }: Conditions): Markdown {
  const now = to === undefined ? "without conditions" : `if ${conditionText(to, from)}`;
  if (from === undefined) return now;
  return `**${now}**, ${from === "" ? "before without conditions" : `before if ${conditionText(from, to)}`}`;
}

/**
 * The keys and values of conditions, without their operators, of which the names say little.
 * @param other - the conditions that they are compared with: what is the same in both is left out
 */
function conditionText(json: string, other = ""): Markdown {
  const parsed = parseJson(json);
  const pairs = Object.values(isObject(parsed) ? parsed : {}).flatMap((keys) =>
    Object.entries(isObject(keys) ? keys : {}),
  );
  const changed = pairs.filter(
    ([key, value]) => !other.includes(`${JSON.stringify(key)}:${JSON.stringify(value)}`),
  );
  const parts = (changed.length > 0 ? changed : pairs).map(([key, value]) => {
    const values = (isList(value) ? value : [value])
      .toSorted((one, another) => Number(isIn(one, other)) - Number(isIn(another, other)))
      .map((each) => code(String(each).slice(0, 60)));
    return `${code(key.split(":").at(-1) ?? key)} ${listWithin(values, 50, 2)}`;
  });
  return parts.length === 0 ? code(json.slice(0, 80)) : list(parts, 3);
}

function isIn(value: Value, json: string): boolean {
  return json.includes(JSON.stringify(value));
}

/** What the rows have been taken from, if that is not the policies themselves. */
export function foreseenNote(policies: readonly string[], show: ShowName): Markdown {
  return `Known after apply, and taken from the configuration: the policies ${list(policies.map(show))}.`;
}

function writeGrantee(who: Grantee, show: ShowName): Markdown {
  switch (who.kind) {
    case "everyone":
      return "**everyone**";
    case "unknown":
      return "an unknown principal";
    case "holder":
      return `everyone with policy ${show(who.policy)}`;
    case "account":
      return `account ${code(who.id)}${markOther(who)}`;
    case "principal":
      return `${show(who.written)}${markOther(who)}`;
    default:
      return `${who.kind} ${show(who.name)}`;
  }
}

function markOther({ isOther }: { readonly isOther: boolean }): Markdown {
  return isOther ? " **(another account)**" : "";
}

function writeAction(action: GrantedAction, show: ShowName): Markdown {
  if (typeof action === "string") return pattern(action);
  const { unread, why } = action;
  const policy = writeSource(unread, show);
  return `what ${unread.kind === "resource-policy" ? "the policy of " : ""}${policy} allows (${why})`;
}

/** What the actions are on; empty if that cannot be told. */
function writeTarget(on: Target | undefined, show: ShowName): Markdown {
  const { holder, resource } = on ?? {};
  const shown = [
    ...(holder ? [writeHolder(holder, show)] : []),
    ...(holder?.kind === "function" && resource !== undefined ? ["from"] : []),
    ...(resource !== undefined ? [pattern(resource, show)] : []),
  ];
  return shown.join(" ");
}

function writeBasis(by: Basis, show: ShowName): Markdown {
  switch (by.kind) {
    case "Deny":
      return "a Deny";
    case "Allow":
      return by.isConditional ? "with conditions" : "";
    default:
      return `${writeSource(by, show)}${by.isConditional ? " (with conditions)" : ""}`;
  }
}

function writeSource(source: PolicySource, show: ShowName): Markdown {
  return source.kind === "policies" ? list(source.names.map(show)) : writeHolder(source.holder, show);
}

function writeHolder({ kind, name }: PolicyHolder, show: ShowName): Markdown {
  return `${kind} ${show(name)}`;
}

/** A pattern of a policy; one that is not a plain name says so. */
function pattern(text: string, show: ShowName = code): Markdown {
  return /[*?]|^everything but/.test(text) ? `${show(text)} **(wildcard)**` : show(text);
}
