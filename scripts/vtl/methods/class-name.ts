import { isInt, isLong } from "../values/java-number";
import { isObject, type ListKind, type Value } from "../values/value";
import { VtlError } from "../vtl-error";

/**
 * The name of a value's class, which `$x.class.name` and `$x.getClass().getName()` return: templates tell types apart
 * by it. It is a text, and leads nowhere.
 * Source: https://github.com/sam-goodwin/functionless/issues/23 (tried on AWS)
 */
export function classNameOf(value: Value): string {
  if (typeof value === "string") return "java.lang.String";
  if (typeof value === "boolean") return "java.lang.Boolean";
  if (typeof value === "number") return "java.lang.Double";
  if (typeof value === "bigint")
    return isInt(value) ? "java.lang.Integer" : isLong(value) ? "java.lang.Long" : "java.math.BigInteger";
  if (isObject(value)) {
    const name = value.type === "list" ? LISTS[value.kind] : undefined;
    if (name !== undefined) return name;
    if (value.type === "map" && !value.silent) return "java.util.LinkedHashMap";
    if (value.type === "decimal") return "java.math.BigDecimal";
    if (value.type === "class") return "java.lang.Class";
  }
  throw new VtlError("unsupported", "got the class of an object of API Gateway, whose name is not known");
}

// ---------------------------------------------------------------------------------------------------- internal

const LISTS: Readonly<Partial<Record<ListKind, string>>> = {
  json: "net.minidev.json.JSONArray",
  plain: "java.util.ArrayList",
};
