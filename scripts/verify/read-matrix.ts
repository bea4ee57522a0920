import { readFileSync } from "node:fs";
import type { RouteAccess } from "#access/authorization-matrix";
import { UserError } from "#modules/project";
import { isList, isObject, member, type Value } from "#terraform/value";
import { parseJson } from "#text/parse-json";
import { escapeControls } from "#text/printable";

const EXPECTED = "what 'make routes ARGS=--json' prints";

/**
 * Reads an authorization matrix that was saved, to hold an API against.
 * @throws UserError if the file is no such matrix, or has no routes: nothing would be checked
 */
export function readMatrix(path: string): readonly RouteAccess[] {
  const shown = escapeControls(path);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new UserError(`--expect ${shown}: cannot read it, expected ${EXPECTED}`, { cause });
  }
  const json = parseJson(text);
  if (!isList(json) || json.length === 0) {
    throw new UserError(`--expect ${shown}: got no list of routes, expected ${EXPECTED}`);
  }
  return json.map((row, index) => {
    if (isRoute(row)) return row;
    throw new UserError(`--expect ${shown}: entry ${index + 1} is not a route, expected ${EXPECTED}`);
  });
}

function isRoute(row: unknown): row is RouteAccess {
  const value = row as Value;
  if (!isObject(value)) return false;
  const principals = member(value, "principals");
  return (
    ["stage", "method", "path", "integration"].every((name) => typeof member(value, name) === "string") &&
    ["NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS"].includes(String(member(value, "authorization"))) &&
    typeof member(value, "apiKeyRequired") === "boolean" &&
    ACCESSES.includes(member(value, "anonymous")) &&
    isList(principals) &&
    principals.every(
      (each) =>
        isObject(each) &&
        typeof member(each, "name") === "string" &&
        ACCESSES.includes(member(each, "access")),
    )
  );
}

const ACCESSES: readonly (Value | undefined)[] = ["full", "part", "none"];

/** The routes of one matrix that another does not have: `GET /products`. */
export function routesBeyond(matrix: readonly RouteAccess[], other: readonly RouteAccess[]): string[] {
  const known = new Set(other.map(nameOf));
  return matrix.map(nameOf).filter((name) => !known.has(name));
}

function nameOf({ method, path }: RouteAccess): string {
  return `${method} ${path}`;
}
