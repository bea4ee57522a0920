/**
 * The values of a template, none of which is a JavaScript object that a template could look into:
 *
 * - `bigint` is an Integer, Long or BigInteger of Java, by its size; `number` is a Double;
 * - a list, a map or one of API Gateway's objects is an instance of a class below, told apart by its `type`.
 *
 * A template reaches a value's contents through `methods/` alone, by tables. Names such as `constructor` mean nothing
 * there.
 */
export type Value = null | boolean | string | bigint | number | ObjectValue;

export type ObjectValue =
  | VtlList
  | VtlMap
  | VtlEntry
  | VtlDecimal
  | VtlClass
  | VtlBlock
  | VtlLoop
  | VtlNative;

/** What a map's keys can be. Java knows others, such as lists; they are refused. */
export type Key = boolean | string | bigint | number;

/**
 * Where a list comes from decides how it is printed and what it can do:
 *
 * - `json`, from a body: prints as JSON (json-smart's JSONArray);
 * - `plain`, from a template: prints as `[a, b]` (ArrayList);
 * - `view`, of a map's keys, values or entries: cannot be changed or indexed (a Set or Collection);
 * - `array`, from `split`: cannot grow, and what it prints as is different each time (String[]).
 */
export type ListKind = "json" | "plain" | "view" | "array";

export class VtlList {
  readonly type = "list";
  readonly kind: ListKind;
  readonly items: Value[];
  /** Grows with each addition and removal; a loop over a list that changes fails, as in Java. */
  changes = 0;
  /** The map that this is a view of. */
  readonly of: VtlMap | undefined;

  constructor(kind: ListKind, items: Value[], of?: VtlMap) {
    this.kind = kind;
    this.items = items;
    this.of = of;
  }
}

export class VtlMap {
  readonly type = "map";
  /** In the order of insertion, as in a LinkedHashMap. */
  readonly entries = new Map<Key, Value>();
  /** Prints as nothing: `$context` and every map in it do. */
  readonly silent: boolean;
  changes = 0;

  constructor(silent = false) {
    this.silent = silent;
  }

  /** Sets a key, and returns what it was before. */
  put(key: Key, value: Value): Value {
    const before = this.entries.get(key) ?? null;
    if (!this.entries.has(key)) this.changes += 1;
    this.entries.set(key, value);
    return before;
  }
}

/** One of a map's entries, from `entrySet`. */
export class VtlEntry {
  readonly type = "entry";
  readonly key: Key;
  readonly value: Value;

  constructor(key: Key, value: Value) {
    this.key = key;
    this.value = value;
  }
}

/** A number of JSON with more digits than a Double holds: it is printed and compared, never calculated with. */
export class VtlDecimal {
  readonly type = "decimal";
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What `$x.class` is: a name, and nothing that leads anywhere. */
export class VtlClass {
  readonly type = "class";
  readonly className: string;

  constructor(className: string) {
    this.className = className;
  }
}

/** What #define defines. Its text is rendered each time it is asked for. */
export class VtlBlock {
  readonly type = "block";
  /**
   * Writes what it renders to now; false, and nothing written, if it is nested in itself more often than Velocity
   * allows.
   */
  readonly renderInto: (write: (text: string) => void) => boolean;

  constructor(renderInto: (write: (text: string) => void) => boolean) {
    this.renderInto = renderInto;
  }
}

/** What `$foreach` is inside of a loop. */
export class VtlLoop {
  readonly type = "loop";
  index = -1;
  hasNext = false;
  readonly parent: VtlLoop | undefined;

  constructor(parent: VtlLoop | undefined) {
    this.parent = parent;
  }
}

/** `$input` or `$util`: a table of methods and one of properties, all of them written here. */
export class VtlNative {
  readonly type = "native";
  /** As a template names it, for messages: `$util`. */
  readonly reference: string;
  readonly methods: ReadonlyMap<string, NativeMethod>;
  readonly properties: ReadonlyMap<string, () => Value>;

  constructor(
    reference: string,
    methods: ReadonlyMap<string, NativeMethod>,
    properties: ReadonlyMap<string, () => Value> = new Map(),
  ) {
    this.reference = reference;
    this.methods = methods;
    this.properties = properties;
  }
}

/** @returns undefined if the method does not take these arguments */
export type NativeMethod = (args: readonly Value[]) => Value | undefined;

export function isObject(value: Value): value is ObjectValue {
  return typeof value === "object" && value !== null;
}

export function isKey(value: Value): value is Key {
  return value !== null && typeof value !== "object";
}
