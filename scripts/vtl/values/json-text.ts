import type { Budget } from "../limits";
import { VtlError } from "../vtl-error";
import { formatDouble } from "./java-number";
import { isObject, type Value } from "./value";

/**
 * A value as JSON, in the way of json-smart, which the recordings show: no spaces, a Double as Java prints it.
 * `$input.json` leaves a slash alone; a list that is printed escapes it.
 * Source: https://github.com/netplex/json-smart-v2 JStylerObj, whose output the tests compare
 *
 * @throws VtlError for a value that JSON has no word for, and past the limits
 */
export function jsonText(value: Value, budget: Budget, slash: "/" | "\\/"): string {
  budget.spend(1);
  if (value === null) return "null";
  if (typeof value === "string") return quote(value, budget, slash);
  if (typeof value === "number") return Number.isFinite(value) ? formatDouble(value) : "null";
  if (!isObject(value)) return String(value);
  switch (value.type) {
    case "decimal":
      return value.text;
    case "list":
      return budget.nested(() =>
        budget.text(`[${value.items.map((item) => jsonText(item, budget, slash)).join(",")}]`),
      );
    case "map":
      return budget.nested(() => {
        const members = [...value.entries].map(
          ([key, item]) => `${quote(String(key), budget, slash)}:${jsonText(item, budget, slash)}`,
        );
        return budget.text(`{${members.join(",")}}`);
      });
    default:
      throw new VtlError("unsupported", `a ${value.type} inside of JSON is not supported`);
  }
}

// ---------------------------------------------------------------------------------------------------- internal

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["\b", "\\b"],
  ["\f", "\\f"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

const ESCAPED = /["\\/\p{Cc}\u2000-\u20ff]/gu;

function quote(text: string, budget: Budget, slash: "/" | "\\/"): string {
  budget.length(text.length);
  const escaped = text.replace(ESCAPED, (character) =>
    character === "/" ? slash : (ESCAPES.get(character) ?? unicodeEscape(character)),
  );
  return budget.text(`"${escaped}"`);
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}
