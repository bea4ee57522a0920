/** A request that its sender has to change: answered with 400. The message names the field and what was expected. */
export class InvalidRequest extends Error {
  override readonly name = "InvalidRequest";
}

/** Says what was got where something else was expected, short whatever its size: `"abc"`, `15.99`, `a list`, `nothing`. */
export function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
