import { type Action, type Change, changedAttributes } from "#plan/plan";
import { hasUnknown } from "#plan/snapshot";
import { isList, isObject, type Value } from "#terraform/value";
import { parseJson } from "#text/parse-json";
import { type Markdown, visible } from "./markdown";

/** Longer lines are cut. A policy that fills its quota is longer; what it says is told elsewhere. */
const LONGEST_LINE = 1_000;

/**
 * A plan as text, a line for each resource and attribute that changes, as they stand in a fenced block of Markdown.
 * Attributes that stay are left out.
 */
export function planText(changes: readonly Change[]): Markdown[] {
  return changes
    .filter(({ action }) => action !== "no-op")
    .flatMap((change) => [headline(change), ...attributeLines(change)])
    .map((line) => visible(line, LONGEST_LINE));
}

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

function attributeLines(change: Change): string[] {
  const { action, before, after, unknown } = change;
  // Of what goes, nobody asks what it was.
  if (action === "delete" || action === "forget") return [];
  return changedAttributes(change)
    .filter((name) => action !== "create" || !isNothing(after[name]) || hasUnknown(unknown[name]))
    .map((name) => {
      const now = describe(after[name], unknown[name]);
      return action === "create" || action === "read"
        ? `    + ${name} = ${now}`
        : `    ~ ${name} = ${describe(before[name])} -> ${now}`;
    });
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
