import { groupBy } from "#plan/grouping";
import { type Action, type Change, changedAttributes, type Plan } from "#plan/plan";
import { isStandIn } from "#plan/secrets";
import { hasUnknown } from "#plan/snapshot";
import type { Rule } from "#plan-rules/rule";
import { ruleFor, TABLE } from "#plan-rules/table";
import { isList, isObject, type Value } from "#terraform/value";
import { parseJson } from "#text/parse-json";
import { type Markdown, visible } from "./markdown";

/** Longer lines are cut. A policy that fills its quota is longer; what it says is told elsewhere. */
const LONGEST_LINE = 1_000;

/**
 * A plan as text, a line for each resource and attribute that changes, as they stand in a fenced block of Markdown.
 * Attributes that stay are left out, and so is what AWS assigns. Of a new resource, what another part of the review shows is
 * left out, too, and of many new ones there is a line for each type.
 * @param notJudged - the addresses of what is written out in any case
 */
export function planText(
  changes: readonly Change[],
  isConfigured: Plan["isConfigured"],
  notJudged: ReadonlySet<string>,
): Markdown[] {
  const isPlain = ({ action, address }: Change) => action === "create" && !notJudged.has(address);
  const plain = changes.filter(isPlain);
  const isShort = plain.length > MOST_WRITTEN_OUT;
  const types = isShort ? groupBy(plain, ({ type }) => type) : new Map<string, Change[]>();
  return [
    ...[...types].map(([type, each]) => visible(`+ ${type} (${each.length})`, LONGEST_LINE)),
    ...changes
      .filter((change) => change.action !== "no-op" && !(isShort && isPlain(change)))
      .flatMap((change) => [headline(change), ...attributeLines(change, isConfigured)])
      .map((line) => visible(line, LONGEST_LINE)),
  ];
}

/** More new resources are a first deployment, which is not read line by line. */
const MOST_WRITTEN_OUT = 30;

const SIGNS: Readonly<Record<Action, string>> = {
  create: "+",
  read: "<=",
  update: "~",
  replace: "-/+",
  delete: "-",
  forget: ".",
  "no-op": " ",
};

function headline({ action, address, replacedFor }: Change): string {
  const reason = replacedFor.length > 0 ? ` # ${replacedFor.join(", ")} cannot change in place` : "";
  return `${SIGNS[action]} ${address}${reason}`;
}

function attributeLines(change: Change, isConfigured: Plan["isConfigured"]): string[] {
  const { action, address, type, before, after, unknown } = change;
  // What goes is shown without what it was.
  if (action === "delete" || action === "forget") return [];
  const row = TABLE.get(type);
  const isShown = (name: string) => action === "create" && row !== undefined && isSaid(ruleFor(row, name));
  return changedAttributes(change)
    .filter(
      (name) =>
        !isShown(name) && (unknown[name] !== true || isConfigured(address, name) || isStandIn(before[name])),
    )
    .filter((name) => action !== "create" || !isNothing(after[name]) || hasUnknown(unknown[name]))
    .map((name) => {
      const now = describe(after[name], unknown[name]);
      return action === "create" || action === "read"
        ? `    + ${name} = ${now}`
        : `    ~ ${name} = ${describe(before[name])} -> ${now}`;
    });
}

/** Whether a rule says that a value is told elsewhere, or means nothing. */
function isSaid(rule: Rule | undefined): boolean {
  return rule !== undefined && /^(shown in|harmless)/.test(rule.is);
}

/** Whether a text is an object's JSON, as policies are; it is read more easily without quotes around it. */
function isJson(text: string): boolean {
  return text.startsWith("{") && isObject(parseJson(text));
}

function isNothing(value: Value | undefined): boolean {
  if (isList(value) || isObject(value)) return Object.keys(value).length === 0;
  return value === undefined || value === null;
}

function describe(value: Value | undefined, unknown?: Value): string {
  if (unknown === true) return "(known after apply)";
  const text = typeof value === "string" && isJson(value) ? value : JSON.stringify(value ?? null);
  return hasUnknown(unknown) ? `${text} (in part known after apply)` : text;
}
