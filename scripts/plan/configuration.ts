import { isList, isObject, type ObjectValue, type Value } from "#terraform/value";
import { listAt, objectAt, textAt } from "./read-plan";

/** How the configuration writes an attribute. */
export interface Expression {
  /**
   * The value as written, templates and all. Terraform has it for what is JSON, as CDKTF writes it, and for constants;
   * of another expression the plan has references alone.
   */
  readonly written?: Value;
  /** What the expression refers to: each attribute, followed by what it is an attribute of. */
  readonly references: readonly string[];
}

/** Finds the expression of a resource's attribute; undefined where the configuration does not set it. */
export type FindExpression = (address: string, attribute: string) => Expression | undefined;

/**
 * Reads the expressions of a plan's configuration.
 * Source: https://developer.hashicorp.com/terraform/internals/json-format#expression-representation
 */
export function readExpressions(configuration: ObjectValue): FindExpression {
  const resources = new Map(
    resourcesOf(configuration).map(({ path, resource }) => [
      `${path}${textAt(resource, "address")}`,
      objectAt(resource, "expressions"),
    ]),
  );
  return (address, attribute) => {
    const expressions = resources.get(withoutKeys(address));
    if (expressions === undefined || !Object.hasOwn(expressions, attribute)) return undefined;
    const expression = objectAt(expressions, attribute);
    return {
      written: expression["constant_value"],
      references: listAt(expression, "references").filter((each) => typeof each === "string"),
    };
  };
}

/**
 * Finds out whether a configuration sets an attribute of a resource, or one in its blocks: `settings.caching_enabled`. A
 * resource that the configuration does not show counts as setting all, and so does a value that is not written in parts.
 */
export function settingFinder(configuration: ObjectValue): (address: string, path: string) => boolean {
  const resources = new Map(
    resourcesOf(configuration).map(({ path, resource }) => [
      `${path}${textAt(resource, "address")}`,
      objectAt(resource, "expressions"),
    ]),
  );
  return (address, path) => {
    const expressions = resources.get(withoutKeys(address));
    return expressions === undefined || isSet(expressions, path.split("."));
  };
}

/** Whether expressions have one at a path. Of several blocks, any may have it. */
function isSet(expressions: Value | undefined, [name, ...rest]: readonly string[]): boolean {
  if (isList(expressions))
    return expressions.some((each) => isSet(each, name === undefined ? [] : [name, ...rest]));
  if (!isObject(expressions)) return false;
  if (name === undefined) return true;
  const isWhole = Object.hasOwn(expressions, "constant_value") || Object.hasOwn(expressions, "references");
  if (isWhole) return true;
  if (!Object.hasOwn(expressions, name)) return false;
  return rest.length === 0 || isSet(expressions[name], rest);
}

/** Finds what Terraform makes or changes before a resource, by address; the resource itself is among it. */
export type FindPrerequisites = (address: string) => ReadonlySet<string>;

/**
 * Reads the order that a plan's configuration asks for, by `depends_on` and by references. What goes by way of a local
 * value, a variable or a module's output cannot be told from a plan, and counts as not ordered.
 * Source: https://developer.hashicorp.com/terraform/internals/json-format#configuration-representation
 */
export function readOrder(configuration: ObjectValue): FindPrerequisites {
  const awaited = new Map<string, readonly string[]>();
  const dependencies = resourcesOf(configuration).map(({ path, resource }) => {
    const named = listAt(resource, "depends_on").map((name) => path + withoutKeys(String(name)));
    const referred = referencesIn(objectAt(resource, "expressions")).map((name) => path + withoutKeys(name));
    return { address: `${path}${textAt(resource, "address")}`, named, referred };
  });
  const addresses = dependencies.map(({ address }) => address);
  for (const { address, named, referred } of dependencies) {
    // A whole module can be waited for.
    const inModules = named
      .filter((name) => /(^|\.)module\.[^.]+$/.test(name))
      .flatMap((module) => addresses.filter((each) => each.startsWith(`${module}.`)));
    awaited.set(address, [...named, ...referred, ...inModules]);
  }
  return (address) => {
    const found = new Set([withoutKeys(address)]);
    for (const each of found) {
      for (const name of awaited.get(each) ?? []) if (awaited.has(name)) found.add(name);
    }
    return found;
  };
}

/** What expressions refer to, at any depth. */
function referencesIn(expressions: Value): string[] {
  if (isList(expressions)) return expressions.flatMap(referencesIn);
  if (!isObject(expressions)) return [];
  return Object.entries(expressions).flatMap(([name, value]) => {
    if (name === "constant_value") return [];
    return name === "references" && isList(value) ? value.map(String) : referencesIn(value);
  });
}

/** The resources of a configuration, and the path of the module that each is in: `module.m.`. */
export function resourcesOf(configuration: ObjectValue): readonly { path: string; resource: ObjectValue }[] {
  const found: { path: string; resource: ObjectValue }[] = [];
  const modules = [{ path: "", module: objectAt(configuration, "root_module") }];
  for (const { path, module } of modules) {
    found.push(
      ...listAt(module, "resources")
        .filter(isObject)
        .map((resource) => ({ path, resource })),
    );
    for (const [name, call] of Object.entries(objectAt(module, "module_calls"))) {
      modules.push({ path: `${path}module.${name}.`, module: objectAt(call, "module") });
    }
  }
  return found;
}

/** Instances that `count` or `for_each` made have one expression. */
export function withoutKeys(address: string): string {
  return address.replace(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g, "");
}
