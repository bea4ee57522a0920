import { readFileSync, statSync } from "node:fs";
import { UserError } from "#modules/project";
import { isList, isObject, member, type ObjectValue, type Value } from "#terraform/value";
import { escapeControls } from "#text/printable";

/**
 * Reads what `terraform show -json PLAN` printed. What it says in a refusal is never the file's own text, which may
 * hold secrets.
 * @throws UserError, in one line, where it is no such file
 */
export function readPlan(path: string): Value {
  const shown = escapeControls(path);
  return parsePlan(readText(path, shown), shown);
}

/**
 * Parses what `terraform show -json PLAN` printed.
 * @param shown - how to call it in a refusal
 * @throws UserError, in one line, where it is not the JSON of a plan, or not of a version that is understood
 * Source: https://developer.hashicorp.com/terraform/internals/json-format
 */
export function parsePlan(text: string, shown: string): Value {
  const plan = parseJson(text, shown);
  const version = at(plan, "format_version");
  if (typeof version !== "string" || !/^\d{1,9}\.\d{1,9}$/.test(version)) {
    throw new UserError(`${shown}: got JSON without a format version, expected ${EXPECTED}`);
  }
  if (!version.startsWith("1.")) {
    throw new UserError(
      `${shown}: got format version ${version}, expected 1.x; use a Terraform 1.x whose plans have it`,
    );
  }
  if (!isObject(at(plan, "planned_values"))) {
    const got = at(plan, "values") === undefined ? "JSON that is not a plan's" : "a state";
    throw new UserError(`${shown}: got ${got}, expected ${EXPECTED}`);
  }
  if (isTooDeep(plan)) {
    throw new UserError(`${shown}: got values within more than ${DEEPEST} others, expected ${EXPECTED}`);
  }
  return plan;
}

const EXPECTED = "what 'terraform show -json PLAN' prints";
/** No plan of a stack that could be deployed comes near it. */
const LARGEST = 256 * 1024 * 1024;
const DEEPEST = 200;

function readText(path: string, shown: string): string {
  try {
    const { size } = statSync(path);
    if (size > LARGEST) {
      throw new UserError(`${shown}: got ${size} bytes, expected at most ${LARGEST}; split the stack`);
    }
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof UserError) throw error;
    const reason = (error as NodeJS.ErrnoException).code ?? "unreadable";
    throw new UserError(`cannot read ${shown} (${reason}): expected ${EXPECTED}`);
  }
}

function parseJson(text: string, shown: string): Value {
  if (text.startsWith("PK")) {
    throw new UserError(
      `${shown}: got Terraform's own form of a plan; pass the output of 'terraform show -json' instead`,
    );
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    // The parser's own message quotes the file.
    throw new UserError(
      `${shown}: got ${text.length} characters that are not JSON as a whole, expected ${EXPECTED}; was it cut off?`,
    );
  }
}

/** Whether values are nested deeper than those who walk through them can follow. */
function isTooDeep(json: Value): boolean {
  let level: readonly Value[] = [json];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) return true;
    level = level.flatMap((value) => (isList(value) ? value : isObject(value) ? Object.values(value) : []));
  }
  return false;
}

/** What a plan has at a path of members, where there is something; a plan may be anything. */
export function at(value: unknown, ...path: readonly string[]): Value | undefined {
  let found = value;
  for (const name of path) {
    if (!isObject(found)) return undefined;
    found = member(found, name);
  }
  return found as Value | undefined;
}

/** The list at a path; an empty one where there is none. */
export function listAt(value: unknown, ...path: readonly string[]): readonly Value[] {
  const found = at(value, ...path);
  return isList(found) ? found : [];
}

/** The object at a path; an empty one where there is none. */
export function objectAt(value: unknown, ...path: readonly string[]): ObjectValue {
  const found = at(value, ...path);
  return isObject(found) ? found : {};
}

/** The text at a path, where there is one. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === "string" ? found : undefined;
}
