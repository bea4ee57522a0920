import type { Budget } from "../limits";
import { VtlError } from "../vtl-error";
import { formatDouble } from "./java-number";
import { jsonText } from "./json-text";
import { isObject, type ObjectValue, type Value } from "./value";

/**
 * A value as it is printed and compared, which is Java's `toString`; undefined if it has no text. Maps print as `{a=1,
 * b=x}`, lists of a body as JSON, also inside of maps.
 * Source: `test_input_path_template_formatting` of localstack/localstack, recorded from AWS
 *
 * @throws VtlError for a text that differs each time or is not known, and past the limits
 */
export function textOf(value: Value, budget: Budget): string | undefined {
  budget.spend(1);
  if (value === null) return undefined;
  if (typeof value === "string") return budget.text(value);
  if (typeof value === "number") return formatDouble(value);
  if (!isObject(value)) return String(value);
  return budget.nested(() => textOfObject(value, budget));
}

// ---------------------------------------------------------------------------------------------------- internal

function textOfObject(value: ObjectValue, budget: Budget): string | undefined {
  switch (value.type) {
    case "decimal":
      return value.text;
    case "class":
      return `class ${value.className}`;
    case "entry":
      return budget.text(`${inner(value.key, budget)}=${inner(value.value, budget)}`);
    case "block": {
      const written: string[] = [];
      return value.renderInto((text) => written.push(text)) ? budget.text(written.join("")) : undefined;
    }
    case "list":
      if (value.kind === "array")
        throw new VtlError(
          "unsupported",
          "got an array to print, which Java prints as an address; print its items, by #foreach",
        );
      if (value.kind === "json") return jsonText(value, budget, "\\/");
      return budget.text(
        `[${value.items.map((item) => (item === value ? "(this Collection)" : inner(item, budget))).join(", ")}]`,
      );
    case "map": {
      // `$context.get("identity")` was recorded to print nothing, and so were the maps in requestOverride and
      // responseOverride.
      // Source: test_sqs_amz_json_protocol of localstack/localstack, recorded from AWS
      if (value.silent) return "";
      const members = [...value.entries].map(
        ([key, item]) => `${inner(key, budget)}=${item === value ? "(this Map)" : inner(item, budget)}`,
      );
      return budget.text(`{${members.join(", ")}}`);
    }
    case "loop":
      return "{}";
    case "native":
      throw new VtlError("unsupported", `got ${value.reference} to print; print what its methods return`);
  }
}

/** A value inside of another: Java prints `null` for one that does not exist. */
function inner(value: Value, budget: Budget): string {
  return textOf(value, budget) ?? "null";
}
