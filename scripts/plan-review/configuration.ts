import type { ObjectValue, Value } from "../local/terraform/value";
import { listAt, objectAt, textAt } from "./json";

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
  const resources = new Map<string, ObjectValue>();
  const modules: { path: string; module: ObjectValue }[] = [
    { path: "", module: objectAt(configuration, "root_module") },
  ];
  for (const { path, module } of modules) {
    for (const resource of listAt(module, "resources")) {
      resources.set(`${path}${textAt(resource, "address")}`, objectAt(resource, "expressions"));
    }
    for (const [name, call] of Object.entries(objectAt(module, "module_calls"))) {
      modules.push({ path: `${path}module.${name}.`, module: objectAt(call, "module") });
    }
  }
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

/** Instances that `count` or `for_each` made have one expression. */
function withoutKeys(address: string): string {
  return address.replace(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g, "");
}
