import { notFollowed, Problems, Unsupported, unsupported } from "#terraform/problem";
import {
  describe,
  isList,
  isObject,
  member,
  type ObjectValue,
  parseNumber,
  toText,
  type Value,
} from "#terraform/value";

/** The position of a property, and how its expressions are evaluated. */
export interface Place {
  /** Address and property: `aws_lambda_function.f.environment`. */
  readonly address: string;
  /** Type and property, the same for all resources of a type: `aws_lambda_function.*.environment`. */
  readonly kind: string;
  /** @throws Unsupported */
  evaluate(raw: Value, address: string): Value;
  /** Takes note of a property without effect on the local gateway. */
  ignore(kind: string): void;
}

/** Converts a value as Terraform would for a property of this type. @throws Unsupported */
export type Reader<T> = (value: Value, at: Place) => T;

/** How the local gateway reads one property of a resource type. */
export type Rule<T> =
  | {
      readonly kind: "understood";
      /** @param raw - the value as written, undefined if there is none */
      readonly read: (raw: Value | undefined, at: Place) => T;
    }
  | { readonly kind: "ignored" }
  | { readonly kind: "refused"; readonly action: string };

/** Every known property of a resource type, by its Terraform name. Other properties are refused by name. */
export type PropertyTable = Readonly<Record<string, Rule<unknown>>>;

/** The values of the understood properties of a table. */
export type Values<T extends PropertyTable> = {
  readonly [K in keyof T as T[K] extends { kind: "understood" } ? K : never]: T[K] extends {
    read: (raw: Value | undefined, at: Place) => infer V;
  }
    ? V
    : never;
};

type Understood<T> = Extract<Rule<T>, { kind: "understood" }>;

/** Has no effect on how the local gateway answers; its expressions are not evaluated. */
export const ignored: Rule<never> & { kind: "ignored" } = { kind: "ignored" };

/** Would change what is answered or who can call, in a way that the local gateway does not support. */
export function refused(action: string): Rule<never> & { kind: "refused" } {
  return { kind: "refused", action };
}

export function required<const T>(reader: Reader<T>): Understood<T> {
  return understood((value, at) => {
    if (value === undefined) throw unsupported(at.address, "nothing", "a value", "set it");
    return reader(value, at);
  });
}

export function optional<const T>(reader: Reader<T>): Understood<T | undefined> {
  return understood((value, at) => (value === undefined ? undefined : reader(value, at)));
}

/** A property to which Terraform or AWS gives a value if the stack does not. */
export function otherwise<const T>(reader: Reader<T>, value: NoInfer<T>): Understood<T> {
  return understood((given, at) => (given === undefined ? value : reader(given, at)));
}

/** A property that is understood only with the value that it has when it is left out. */
export function only<T extends string | number | boolean>(
  reader: Reader<string | number | boolean>,
  value: T,
  action: string,
): Understood<T> {
  return understood((given, at) => {
    if (given === undefined || reader(given, at) === value) return value;
    throw notFollowed(at.address, describe(given), `only ${describe(value)}`, action);
  });
}

export const text: Reader<string> = (value, at) => {
  const converted = toText(value);
  if (converted === undefined) throw unsupported(at.address, describe(value), "text", "correct it");
  return converted;
};

export const flag: Reader<boolean> = (value, at) => {
  if (value === true || value === "true") return true;
  if (value === false || value === "false") return false;
  throw unsupported(at.address, describe(value), "true or false", "correct it");
};

/** A number within limits, both included. */
export function number(minimum: number, maximum: number): Reader<number> {
  return (value, at) => {
    const converted = typeof value === "string" ? parseNumber(value) : value;
    if (typeof converted === "number" && converted >= minimum && converted <= maximum) return converted;
    const range = maximum === Number.MAX_SAFE_INTEGER ? `from ${minimum}` : `from ${minimum} to ${maximum}`;
    throw unsupported(at.address, describe(value), `a number ${range}`, "correct it");
  };
}

/** A whole number within limits, both included. */
export function whole(minimum: number, maximum: number = Number.MAX_SAFE_INTEGER): Reader<number> {
  const read = number(minimum, maximum);
  return (value, at) => {
    const converted = read(value, at);
    if (Number.isInteger(converted)) return converted;
    throw unsupported(at.address, describe(value), "a whole number", "correct it");
  };
}

/** One of a few texts. */
export function oneOf<const T extends string>(values: readonly T[], action = "use one of these"): Reader<T> {
  return (value, at) => {
    const found = values.find((candidate) => candidate === value);
    if (found !== undefined) return found;
    throw unsupported(at.address, describe(value), values.map(describe).join(", "), action);
  };
}

/** Text of a given form. @param form - the form in words */
export function matching(pattern: RegExp, form: string): Reader<string> {
  return (value, at) => {
    const converted = text(value, at);
    if (!pattern.test(converted)) throw unsupported(at.address, describe(converted), form, "correct it");
    return converted;
  };
}

export function listOf<const T>(reader: Reader<T>): Reader<readonly T[]> {
  return (value, at) => {
    if (!isList(value)) throw unsupported(at.address, describe(value), "a list", "correct it");
    return value.map((item, index) => reader(item, inside(at, `${index}`)));
  };
}

export function mapOf<T>(reader: Reader<T>): Reader<Readonly<Record<string, T>>> {
  return (value, at) => {
    if (!isObject(value)) throw unsupported(at.address, describe(value), "an object", "correct it");
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, reader(item, inside(at, JSON.stringify(name)))]),
    );
  };
}

/** A block that may occur at most once. */
export function block<T extends PropertyTable>(table: T): Understood<Values<T> | undefined> {
  const read = blocks(table).read;
  return {
    kind: "understood",
    read: (raw, at) => {
      const [first, ...more] = read(raw, at);
      if (more.length > 0)
        throw unsupported(at.address, `${more.length + 1} blocks`, "one block", "keep one");
      return first;
    },
  };
}

/** Blocks that may occur any number of times. */
export function blocks<T extends PropertyTable>(table: T): Understood<readonly Values<T>[]> {
  return {
    kind: "understood",
    read: (raw, at) => {
      if (raw === undefined) return [];
      const problems = new Problems();
      const read = problems.attemptEach(blockBodies(raw, at), (body) => readProperties(table, body, at));
      if (problems.list().length > 0) throw new Unsupported(problems.list());
      return read;
    },
  };
}

/**
 * Reads the properties of a block by the table of its type.
 * @throws Unsupported with every problem of the block
 */
export function readProperties<T extends PropertyTable>(table: T, body: ObjectValue, at: Place): Values<T> {
  const problems = new Problems();
  for (const [name, raw] of Object.entries(body)) {
    if (raw !== null && !Object.hasOwn(table, name)) {
      problems.add({
        address: `${at.address}.${name}`,
        got: "a property that is not known",
        supported: Object.keys(table).join(", "),
        action: "remove it, or teach scripts/load what it does",
        notFollowed: true,
      });
    }
  }
  const values: Record<string, unknown> = {};
  for (const [name, rule] of Object.entries(table)) {
    const raw = member(body, name);
    if (raw === undefined && rule.kind !== "understood") continue;
    problems.attempt(() => {
      values[name] = applyRule(rule, raw, inside(at, name));
    });
  }
  if (problems.list().length > 0) throw new Unsupported(problems.list());
  return values as Values<T>;
}

/**
 * Reads one property.
 * @param raw - the value as written, undefined if there is none
 * @returns its value; undefined for one without effect
 * @throws Unsupported
 */
export function applyRule(rule: Rule<unknown>, raw: Value | undefined, at: Place): unknown {
  if (rule.kind === "understood") return rule.read(raw ?? undefined, at);
  if (raw === undefined || raw === null) return undefined;
  if (rule.kind === "ignored") at.ignore(at.kind);
  else if (!isEmpty(raw)) throw notFollowed(at.address, describe(raw), "nothing", rule.action);
  return undefined;
}

export function inside(at: Place, name: string): Place {
  return { ...at, address: `${at.address}.${name}`, kind: `${at.kind}.${name}` };
}

/** A rule that evaluates what is written, treats null as absent, and passes the value on. */
function understood<T>(read: (value: Value | undefined, at: Place) => T): Understood<T> {
  return {
    kind: "understood",
    read: (raw, at) => read(raw === undefined ? undefined : (at.evaluate(raw, at.address) ?? undefined), at),
  };
}

/** One block is written as an object, several as a list; CDKTF can also write a list with one element. */
function blockBodies(raw: Value, at: Place): readonly ObjectValue[] {
  const bodies = isList(raw) ? raw : [raw];
  const other = bodies.find((body) => !isObject(body));
  if (other !== undefined) {
    throw unsupported(at.address, describe(other), "a block, or a list of blocks", "write the blocks out");
  }
  return bodies as readonly ObjectValue[];
}

function isEmpty(raw: Value): boolean {
  return isList(raw) && raw.length === 0;
}
