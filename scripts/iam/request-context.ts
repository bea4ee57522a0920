import { lowerCaseAscii } from "./fold-case";
import { type OneOrMany, toList } from "./policy";

/**
 * Returns the condition keys of a request. A key with a value is present; one with `undefined` is known to be absent,
 * which is a fact that conditions may rely on; any other key is not known here.
 */
export type RequestContext = () => ReadonlyMap<string, readonly string[] | undefined>;

export type ContextKeys = Readonly<Record<string, OneOrMany<string | number | boolean> | undefined>>;

/**
 * Builds the context of a request only when a condition or a variable needs it: most policies have none.
 * @param keys - condition key → its value, its values, or `undefined` if the request is known not to carry it; or a
 * function that returns these. A key that ends in `/*` stands for every other key of its family: `"aws:PrincipalTag/*":
 * undefined` means that there are no tags except those listed. Names are not case-sensitive, as in IAM; if several sets
 * have a key, the last one wins.
 * @example createContext({ "aws:SourceIp": "203.0.113.7", "aws:username": undefined, "aws:PrincipalTag/*": undefined })
 */
export function createContext(...keys: readonly (ContextKeys | (() => ContextKeys))[]): RequestContext {
  let context: ReturnType<RequestContext> | undefined;
  return () => {
    context ??= merge(keys.map((each) => (typeof each === "function" ? each() : each)));
    return context;
  };
}

function merge(layers: readonly ContextKeys[]): ReturnType<RequestContext> {
  const context = new Map<string, readonly string[] | undefined>();
  for (const layer of layers) {
    for (const [key, value] of Object.entries(layer)) context.set(lowerCaseAscii(key), valuesOf(value));
  }
  return context;
}

function valuesOf(value: ContextKeys[string]): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const values = toList(value).map(String);
  return values.length > 0 ? values : undefined;
}

/** The values of a condition key, or whether it is absent from this request or not known here. */
export function lookUp(context: RequestContext, key: string): readonly string[] | "absent" | "unknown" {
  const name = lowerCaseAscii(key);
  const family = `${name.slice(0, name.indexOf("/") + 1)}*`;
  const keys = context();
  if (keys.has(name)) return keys.get(name) ?? "absent";
  return keys.has(family) ? "absent" : "unknown";
}
