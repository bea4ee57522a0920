import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import type { LocalSettings } from "#load/local-settings";
import type { LocalRun } from "#model/local-run";
import { UserError } from "#modules/project";
import { parseJson } from "#text/parse-json";

/**
 * Reads `local.json`, which says how functions run here that are not Node.js, or whose packages are not here:
 *
 *     { "functions": { "NAME": { "command": ["python3", "-m", "awslambdaric", "app.handler"], "directory": "src" } } }
 *
 * Paths are relative to the file. Members that are not known are refused by name.
 * @param file - if it was named, it has to be there
 * @returns undefined if there is no such file
 * @throws UserError if it does not have this form
 */
export function readLocalJson(file: string, isNamed: boolean): LocalSettings | undefined {
  const shown = relative(process.cwd(), file) || file;
  if (!existsSync(file)) {
    if (!isNamed) return undefined;
    throw new UserError(`--local: there is no ${shown}`);
  }
  const refuse: Refuse = (at, got, expected) => {
    throw new UserError(`${shown}: ${at}: got ${show(got)}, expected ${expected}`);
  };
  const root = object(parseJson(readFileSync(file, "utf8")), "the file", refuse);
  knownOnly(root, ["functions"], "", refuse);
  const functions = object(root["functions"] ?? {}, "functions", refuse);
  const folder = dirname(resolve(file));
  return {
    file: shown,
    functions: Object.fromEntries(
      Object.entries(functions).map(([name, value]) => [
        name,
        readRun(value, `functions.${name}`, folder, refuse),
      ]),
    ),
  };
}

// ---------------------------------------------------------------------------------------------------- internal

type Members = Readonly<Record<string, unknown>>;
type Refuse = (at: string, got: unknown, expected: string) => never;

const MEMBERS = ["command", "url", "directory", "layers", "environment"];

function readRun(value: unknown, at: string, folder: string, refuse: Refuse): LocalRun {
  const members = object(value, at, refuse);
  knownOnly(members, MEMBERS, `${at}.`, refuse);
  const { command, url, directory, layers, environment } = members;
  if (command !== undefined && url !== undefined)
    refuse(at, "a command and a url", "one of them: a command is started, a url is called");
  const path = (text: unknown, where: string): string => {
    const whole = typeof text === "string" ? resolve(folder, text) : "";
    return whole !== "" && statSync(whole, { throwIfNoEntry: false })?.isDirectory()
      ? whole
      : refuse(where, text, `a folder, from ${relative(process.cwd(), folder) || "."} on`);
  };
  return {
    ...(command !== undefined && { command: texts(command, `${at}.command`, refuse) }),
    ...(url !== undefined && { url: address(url, `${at}.url`, refuse) }),
    ...(command !== undefined && directory === undefined && { directory: folder }),
    ...(directory !== undefined && { directory: path(directory, `${at}.directory`) }),
    ...(layers !== undefined && {
      layers: texts(layers, `${at}.layers`, refuse).map((each, index) =>
        path(each, `${at}.layers[${index}]`),
      ),
    }),
    ...(environment !== undefined && { environment: variables(environment, `${at}.environment`, refuse) }),
  };
}

function object(value: unknown, at: string, refuse: Refuse): Members {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Members)
    : refuse(at, value, "a JSON object");
}

function knownOnly(members: Members, known: readonly string[], prefix: string, refuse: Refuse): void {
  const other = Object.keys(members).find((name) => !known.includes(name));
  if (other !== undefined) refuse(`${prefix}${other}`, "a member that is not known", known.join(", "));
}

function texts(value: unknown, at: string, refuse: Refuse): readonly string[] {
  const isList = Array.isArray(value) && value.length > 0;
  return isList && value.every((each) => typeof each === "string" && each !== "")
    ? value
    : refuse(at, value, 'a list of texts: a program and its arguments, such as ["python3", "app.py"]');
}

function address(value: unknown, at: string, refuse: Refuse): string {
  const isUrl = typeof value === "string" && URL.canParse(value) && /^https?:\/\/[^@]*$/.test(value);
  return isUrl ? value : refuse(at, value, "a URL such as http://127.0.0.1:9000");
}

/** Values are not shown: they may be secrets. */
function variables(value: unknown, at: string, refuse: Refuse): Readonly<Record<string, string>> {
  const members = object(value, at, refuse);
  const wrong = Object.keys(members).find((name) => typeof members[name] !== "string");
  if (wrong !== undefined) refuse(`${at}.${wrong}`, `a ${typeof members[wrong]}`, "a text");
  return members as Readonly<Record<string, string>>;
}

function show(value: unknown): string {
  return typeof value === "string" && value.includes(" ") && !value.includes("\n")
    ? value.slice(0, 80)
    : (JSON.stringify(value) ?? "nothing").slice(0, 80);
}
