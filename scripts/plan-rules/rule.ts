import type { ObjectValue, Value } from "#terraform/value";
import type { Monthly, MonthlyPrice } from "./prices";

/** A change of one attribute, down to the value that differs. */
export interface Leaf {
  /** `environment.variables.TABLE`; blocks of which there is one have no index. */
  readonly path: string;
  /** Undefined if there is none. */
  readonly before: Value | undefined;
  readonly after: Value | undefined;
  /** Whether the value, or a part of it, is known after apply only. */
  readonly isUnknown: boolean;
  /** Whether the resource is made. */
  readonly isNew: boolean;
}

/**
 * What a change amounts to. `care`: a reason for care; `told`: it is listed and needs none; `quiet`: it has no effect that
 * a reviewer has to know of, or another part of the review shows it.
 */
export interface Opinion {
  readonly level: "care" | "told" | "quiet";
  /** What follows, after the name of the resource: `anyone can call it without a signature`. */
  readonly effect?: string;
  /** What it costs in a month afterwards, if it is paid by the hour. */
  readonly monthly?: Monthly;
}

/** Judges changes of an attribute. */
export interface Rule {
  /** What the rule is, for the table in docs/plan-review-coverage.md. */
  readonly is: string;
  readonly judge: (leaf: Leaf, resource: ObjectValue) => Opinion;
}

/** What is known of a type of resources. What it does not list is not judged. */
export interface TypeRow {
  /** What a resource is called: `function URL`. */
  readonly what: string;
  readonly area: Area;
  /** That one is made, before its attributes are looked at. */
  readonly made: Opinion;
  /** That one is destroyed; replaced ones are listed in any case. */
  readonly gone: Opinion;
  /** The attributes that say which one it is, if its name does not: they are named with it. */
  readonly shows?: readonly string[];
  /** Rules by path. The longest path that a change is at, or within, decides. */
  readonly attributes: Readonly<Record<string, Rule>>;
}

/** The part of a review that a change belongs to. */
export type Area = "routes" | "permissions" | "data" | "limits" | "code" | "operation";

/** Rows by type of resource. */
export type Table = Readonly<Record<string, TypeRow>>;

export const QUIET: Opinion = { level: "quiet" };
export const TOLD: Opinion = { level: "told" };
export function CARE(effect: string): Opinion {
  return { level: "care", effect };
}

/** A part of the review shows each change of the attribute. */
export function shownIn(part: "routes" | "permissions" | "limits" | "data" | "what goes live"): Rule {
  return { is: `shown in ${part}`, judge: () => QUIET };
}

/** Each change is harmless. */
export function harmless(why: string): Rule {
  return { is: `harmless: ${why}`, judge: () => QUIET };
}

/** The rule of a description. */
export const DESCRIPTION = harmless("a text for people");

/** Each change is listed; on a new resource it is a part of what is new. */
export const listed: Rule = { is: "listed", judge: ({ isNew }) => (isNew ? QUIET : TOLD) };

/** Each change of what is there needs care. */
export function careful(effect: string): Rule {
  return { is: `care: ${effect}`, judge: ({ isNew }) => (isNew ? QUIET : CARE(effect)) };
}

/** Each value needs care, also on a new resource, unless there is none. */
export function always(effect: string): Rule {
  return {
    is: `care, also if new: ${effect}`,
    judge: ({ isNew, ...leaf }) => (isNew && isNone(leaf) ? QUIET : CARE(effect)),
  };
}

/** A switch that protects: off needs care. */
export function on(effect: string): Rule {
  return {
    is: `care if off: ${effect}`,
    judge: ({ before, after, isUnknown, isNew }) => {
      if (isNew) return QUIET;
      return isOn(before) && (isUnknown || !isOn(after)) ? CARE(effect) : TOLD;
    },
  };
}

/** A switch that opens: on needs care, also on a new resource. */
export function off(effect: string): Rule {
  return {
    is: `care if on: ${effect}`,
    judge: ({ before, after, isUnknown, isNew }) => {
      if (!isOn(before) && (isUnknown || isOn(after))) return CARE(effect);
      return isNew ? QUIET : TOLD;
    },
  };
}

/** A number that protects: less needs care. */
export function least(effect: string, nothing: "is-most" | "is-least" = "is-least"): Rule {
  const size = (value: Value | undefined) =>
    (isNothing(value) || value === 0) && nothing === "is-most" ? Infinity : Number(value ?? 0);
  return {
    is: `care if less: ${effect}`,
    judge: ({ before, after, isUnknown, isNew }) => {
      if (isNew) return QUIET;
      return isUnknown || !(size(after) >= size(before)) ? CARE(effect) : TOLD;
    },
  };
}

/** A number that opens or costs: more needs care. */
export function most(effect: string): Rule {
  return {
    is: `care if more: ${effect}`,
    judge: ({ before, after, isUnknown, isNew }) => {
      if (isNew) return QUIET;
      return isUnknown || !(Number(after ?? 0) <= Number(before ?? 0)) ? CARE(effect) : TOLD;
    },
  };
}

/** What is paid by the hour: more needs care, and so does a new one that costs more than people look away from. */
export function paid(effect: string, price: MonthlyPrice): Rule {
  const rule = most(effect);
  return {
    is: rule.is,
    judge: (leaf, resource) => {
      const monthly = leaf.isUnknown ? undefined : price(leaf.after, resource);
      const opinion =
        leaf.isNew && (monthly?.usd ?? 0) >= WORTH_A_LOOK ? CARE(effect) : rule.judge(leaf, resource);
      return opinion.level === "care" && monthly ? { ...opinion, monthly } : opinion;
    },
  };
}

/** In US dollars a month. */
const WORTH_A_LOOK = 50;

/** A value that opens: it needs care if it is there and was not, also on a new resource. What it may be counts. */
export function becomes(pattern: RegExp, effect: string): Rule {
  const isOpen = (value: Value | undefined) => !isNothing(value) && pattern.test(textOf(value));
  return {
    is: `care if ${String(pattern)}: ${effect}`,
    judge: ({ before, after, isUnknown, isNew }) => {
      if (isOpen(after) && !isOpen(before)) return CARE(effect);
      if (isUnknown && !isNew) return CARE(effect);
      return isNew ? QUIET : TOLD;
    },
  };
}

/** Like {@link becomes}, for what may be so on a new resource. */
export function turns(pattern: RegExp, effect: string): Rule {
  const rule = becomes(pattern, effect);
  return { is: rule.is, judge: (leaf, resource) => (leaf.isNew ? QUIET : rule.judge(leaf, resource)) };
}

/** A value that protects as long as it is there: another one, or none, needs care. */
export function kept(effect: string): Rule {
  return {
    is: `care if it changes or goes: ${effect}`,
    judge: ({ before, isNew }) => {
      if (isNew) return QUIET;
      return isNothing(before) ? TOLD : CARE(effect);
    },
  };
}

/** A value that protects: another one needs care. That it goes is said by another attribute. */
export function exchanged(effect: string): Rule {
  return {
    is: `care if it changes: ${effect}`,
    judge: ({ before, after, isUnknown, isNew }) => {
      if (isNew || isNothing(before) || (isNothing(after) && !isUnknown)) return isNew ? QUIET : TOLD;
      return CARE(effect);
    },
  };
}

/** Steps from the strongest to the weakest: a weaker one, or one that is not known, needs care. */
export function steps(values: readonly string[], effect: string): Rule {
  const rank = (value: Value | undefined) => {
    const found = values.indexOf(String(value ?? ""));
    return found < 0 ? values.length : found;
  };
  return {
    is: `care if weaker (${values.map((value) => value || "none").join(", ")}): ${effect}`,
    judge: ({ before, after, isUnknown, isNew }) => {
      if (isNew) return QUIET;
      return isUnknown || rank(after) > rank(before) ? CARE(effect) : TOLD;
    },
  };
}

/** Whether there is nothing of a value: what is not set, and what is empty. */
export function isNothing(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

function isNone({ after, isUnknown }: Pick<Leaf, "after" | "isUnknown">): boolean {
  return !isUnknown && isNothing(after);
}

/** Terraform has switches as booleans, AWS as `Enabled`, `ENABLED`, `ACTIVE`, `ON`. */
function isOn(value: Value | undefined): boolean {
  return value === true || /^(true|enabled|active|on)$/i.test(typeof value === "string" ? value : "");
}

function textOf(value: Value | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}
