import { isList, isObject, type ObjectValue, type Value } from "#terraform/value";
import { objectAt, textAt } from "./read-plan";
import { secretVariables } from "./secret-variables";

/** What stands for a secret in a review. */
export const SECRET = "(sensitive value)";

/**
 * Takes the secrets out of plans before anything else reads them, so that nothing made of them can show one: what
 * Terraform marks as sensitive, what the AWS provider forgets to mark, and every copy of either in any text of any of
 * the plans; and of what variables hold, what looks like a secret. A redacted value is still told from another: each has
 * a stand-in of its own, all of which {@link hideStandIns} makes the same.
 * @param plans - from `terraform show -json`; any JSON that is not nested without end
 * @returns the plans in the same order
 * Source: https://developer.hashicorp.com/terraform/internals/json-format#change-representation
 */
export function redactPlans(plans: readonly Value[]): Value[] {
  const secrets = new Secrets();
  for (const plan of plans) {
    secrets.collect(plan, "");
    secrets.collectVariables(plan);
  }
  return plans.map((plan) => secrets.redact(plan, ""));
}

/** Whether a value of a redacted plan stands for a secret. */
export function isStandIn(value: Value | undefined): boolean {
  return typeof value === "string" && /^\(sensitive value \d+\)$/.test(value);
}

/** Makes the stand-ins of all secrets the same: which of them are equal is not to be seen. */
export function hideStandIns(text: string): string {
  return text.replace(/\(sensitive value \d+\)/g, SECRET);
}

/**
 * Secrets by resource type that must not depend on being marked. The provider forgets the copy of an API key that a
 * usage plan's key has.
 * Source: https://github.com/hashicorp/terraform-provider-aws/issues/26739
 */
const ALWAYS_SECRET: ReadonlyMap<string, Value> = new Map<string, Value>([
  ["aws_api_gateway_usage_plan_key", { value: true }],
  ["aws_api_gateway_api_key", { value: true }],
  ["aws_iam_access_key", { secret: true, ses_smtp_password_v4: true }],
]);

/** The members of a plan that have values, and the members beside them that mark what of those is sensitive. */
const MARKS: ReadonlyMap<string, string> = new Map([
  ["before", "before_sensitive"],
  ["after", "after_sensitive"],
  ["values", "sensitive_values"],
  ["value", "sensitive"],
]);

/** Shorter secrets are redacted where they stand and not looked for elsewhere: they would be part of other words. */
const SHORTEST_COPY = 8;

class Secrets {
  private readonly standIns = new Map<string, string>();
  /** The texts to look for, by how they begin; the longest first. */
  private readonly copies = new Map<string, readonly string[]>();
  /** Texts that were looked through: a plan says most things four times. */
  private readonly seen = new Map<string, string>();

  /**
   * Takes note of what is marked anywhere in a plan.
   * @param type - of the resource that the part belongs to
   */
  collect(json: Value, type: string): void {
    if (isList(json)) for (const item of json) this.collect(item, type);
    if (!isObject(json)) return;
    const ownType = typeIn(json) ?? type;
    for (const [name, value] of Object.entries(json)) {
      for (const marks of marksOf(json, name, ownType)) this.collectMarked(value, marks);
      this.collect(value, ownType);
    }
  }

  /** Takes note of the values of sensitive input variables, whose marks stand apart from them. */
  collectVariables(plan: Value): void {
    const declared = objectAt(plan, "configuration", "root_module", "variables");
    for (const [name, variable] of Object.entries(objectAt(plan, "variables"))) {
      if (objectAt(declared, name)["sensitive"] === true) this.collectMarked(variable, true);
    }
  }

  private collectMarked(value: Value, marks: Value | undefined): void {
    if (isList(value)) value.forEach((item, index) => void this.collectMarked(item, markOf(marks, index)));
    else if (isObject(value)) {
      for (const [name, part] of Object.entries(value)) this.collectMarked(part, markOf(marks, name));
    } else if (marks === true && (typeof value === "string" || typeof value === "number")) {
      this.lookFor(String(value));
    }
  }

  private lookFor(secret: string): void {
    if (secret.length < SHORTEST_COPY || this.standIns.has(secret)) return;
    const standIn = this.standInOf(secret);
    for (const written of waysToWrite(secret)) {
      this.standIns.set(written, standIn);
      const start = written.slice(0, SHORTEST_COPY);
      const others = (this.copies.get(start) ?? []).filter((other) => other !== written);
      this.copies.set(
        start,
        [...others, written].sort((one, other) => other.length - one.length),
      );
    }
  }

  /** The same plan without secrets. Parts that have none are not copied. */
  redact(json: Value, type: string): Value {
    if (typeof json === "string") return this.redactText(json);
    if (typeof json === "number") return this.standIns.get(String(json)) ?? json;
    if (isList(json)) return mapItems(json, (item) => this.redact(item, type));
    if (!isObject(json)) return json;
    const ownType = typeIn(json) ?? type;
    return mapMembers(json, (value, name) => {
      // Copies of what only looks like a secret stay: else the name of a variable could blank out a review.
      const marks = [...marksOf(json, name, ownType), ...guessesOf(value, name, ownType)];
      const unmarked = marks.reduce<Value>((rest, mark) => this.redactMarked(rest, mark), value);
      return [this.redactText(name), this.redact(unmarked, ownType)];
    });
  }

  private redactMarked(value: Value, marks: Value | undefined): Value {
    if (marks === true && value !== null) {
      return this.standInOf(typeof value === "string" ? value : JSON.stringify(value));
    }
    if (isList(value)) return mapItems(value, (item, index) => this.redactMarked(item, markOf(marks, index)));
    if (!isObject(value)) return value;
    return mapMembers(value, (part, name) => [name, this.redactMarked(part, markOf(marks, name))]);
  }

  private redactText(text: string): string {
    if (text.length < SHORTEST_COPY || this.copies.size === 0) return text;
    const known = this.seen.get(text);
    if (known !== undefined) return known;
    const redacted = this.replaceCopies(text);
    this.seen.set(text, redacted);
    return redacted;
  }

  private replaceCopies(text: string): string {
    let redacted = "";
    let from = 0;
    let position = 0;
    while (position <= text.length - SHORTEST_COPY) {
      const candidates = this.copies.get(text.slice(position, position + SHORTEST_COPY));
      const copy = candidates?.find((candidate) => text.startsWith(candidate, position));
      if (copy === undefined) {
        position += 1;
        continue;
      }
      redacted += text.slice(from, position) + this.standInOf(copy);
      position += copy.length;
      from = position;
    }
    return redacted + text.slice(from);
  }

  private standInOf(secret: string): string {
    const known = this.standIns.get(secret);
    if (known !== undefined) return known;
    const standIn = `(sensitive value ${this.standIns.size + 1})`;
    this.standIns.set(secret, standIn);
    return standIn;
  }
}

/** The type of the resource that an object describes. */
function typeIn(object: ObjectValue): string | undefined {
  return textAt(object, "address") === undefined ? undefined : textAt(object, "type");
}

/** The marks for a member's value. */
function marksOf(object: ObjectValue, name: string, type: string): readonly Value[] {
  const beside = MARKS.get(name);
  if (beside === undefined) return [];
  const marks = Object.hasOwn(object, beside) ? object[beside] : undefined;
  const always = name === "value" ? undefined : ALWAYS_SECRET.get(type);
  return [marks, always].filter((each) => each !== undefined);
}

/** What to mark of a resource's values that are not marked yet. */
function guessesOf(value: Value, name: string, type: string): readonly Value[] {
  return MARKS.has(name) && name !== "value" ? secretVariables(type, value) : [];
}

function markOf(marks: Value | undefined, part: string | number): Value | undefined {
  if (marks === true) return true;
  if (isList(marks)) return marks[part as number];
  return isObject(marks) && Object.hasOwn(marks, part) ? marks[part] : undefined;
}

/** A secret as it stands in plain text, in JSON, in a URL and in base64. */
function waysToWrite(secret: string): Set<string> {
  const bytes = Buffer.from(secret);
  const inJson = JSON.stringify(secret).slice(1, -1);
  return new Set([secret, inJson, encodeURIComponent(bytes.toString()), bytes.toString("base64")]);
}

function mapItems(items: readonly Value[], map: (item: Value, index: number) => Value): Value {
  const mapped = items.map(map);
  return mapped.some((item, index) => item !== items[index]) ? mapped : items;
}

function mapMembers(object: ObjectValue, map: (value: Value, name: string) => [string, Value]): Value {
  let isChanged = false;
  const members = Object.entries(object).map(([name, value]) => {
    const mapped = map(value, name);
    isChanged ||= mapped[0] !== name || mapped[1] !== value;
    return mapped;
  });
  return isChanged ? Object.fromEntries(members) : object;
}
