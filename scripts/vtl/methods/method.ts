import type { Budget } from "../limits";
import { isInt } from "../values/java-number";
import type { Value } from "../values/value";
import { VtlError } from "../vtl-error";

/**
 * A method of Java, on one kind of value.
 *
 * @returns undefined if Java has no method of this name for arguments of these types: a template goes on with nothing then
 */
export type Method<T> = (self: T, args: readonly Value[], budget: Budget) => Value | undefined;

interface MethodRow<T> {
  readonly counts: readonly number[];
  readonly call: Method<T>;
}

/** The methods of one class of Java: those that are built here, and the names of those that are not. */
export interface MethodTable<T> {
  /** As a message names it: `a string`. */
  readonly of: string;
  readonly methods: ReadonlyMap<string, MethodRow<T>>;
  readonly notBuilt: ReadonlySet<string>;
}

/** A method with its name, and how many arguments it takes. */
export type NamedMethod<T> = readonly [name: string, counts: readonly number[], call: Method<T>];

/** @param notBuilt - names, separated by spaces */
export function methodTable<T>(
  of: string,
  notBuilt: string,
  methods: readonly NamedMethod<T>[],
): MethodTable<T> {
  return {
    of,
    notBuilt: new Set([...OF_EVERY_OBJECT, ...notBuilt.split(" ")]),
    methods: new Map(methods.map(([name, counts, call]) => [name, { counts, call }])),
  };
}

/** @throws VtlError for a method of Java's that is not built here */
export function callFrom<T>(
  { of, methods, notBuilt }: MethodTable<T>,
  self: T,
  name: string,
  args: readonly Value[],
  budget: Budget,
): Value {
  const row = methods.get(name);
  if (row === undefined) {
    if (notBuilt.has(name))
      throw new VtlError(
        "unsupported",
        `got ${name}() of ${of}; supported: ${[...methods.keys()].sort().join(", ")}`,
      );
    return null;
  }
  if (!row.counts.includes(args.length))
    throw new VtlError(
      "unsupported",
      `got ${name}() of ${of} with ${args.length} arguments, expected ${row.counts.join(" or ")}`,
    );
  return row.call(self, args, budget) ?? null;
}

/** A whole number that fits where Java takes an `int`; undefined for any other value. */
export function asInt(value: Value | undefined): number | undefined {
  return typeof value === "bigint" && isInt(value) ? Number(value) : undefined;
}

/** Java throws an exception here, so the template has no result. */
export function failed(reason: string): VtlError {
  return new VtlError("failed", reason);
}

// ---------------------------------------------------------------------------------------------------- internal

const OF_EVERY_OBJECT = ["hashCode", "notify", "notifyAll", "wait"];
