import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { PROJECT_ROOT } from "../../modules/bundle";
import { UserError } from "../../modules/user-error";
import { parseJson } from "../local/parse-json";
import { makePrivateFolder } from "./private-files";

/** What a deployed stage says of itself: the outputs of its stack, by name. Secrets are not among them. */
export type StackOutputs = Readonly<Record<string, unknown>>;

/** Where `make deploy` saves the outputs of a stack, in the format of `cdktf deploy --outputs-file`. */
export function outputsPath(stack: string): string {
  return join(PROJECT_ROOT, ".state", `${stack}.outputs.json`);
}

/** Makes the folder of local states and outputs, which nobody but the user may enter: a state holds the API keys. */
export function makeStateFolder(): void {
  makePrivateFolder(dirname(outputsPath("")));
}

/**
 * Saves the outputs of a stack where `make deploy` does, without the secret ones.
 * @param json - what `terraform output -json` printed
 */
export function saveOutputs(stack: string, json: string, path = outputsPath(stack)): void {
  const outputs = JSON.parse(json) as Record<
    string,
    { readonly value: unknown; readonly sensitive: boolean }
  >;
  const told = Object.entries(outputs).filter(([, { sensitive }]) => !sensitive);
  const saved = { [stack]: Object.fromEntries(told.map(([name, { value }]) => [name, value])) };
  makePrivateFolder(dirname(path));
  writeFileSync(path, `${JSON.stringify(saved, null, 2)}\n`);
}

/**
 * Reads the outputs that `make deploy` saved.
 * @throws UserError where there are none or they cannot be read; it says what to run
 */
export function readOutputs(stack: string, path = outputsPath(stack)): StackOutputs {
  const shown = relative(process.cwd(), path);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new UserError(
      `no outputs at ${shown}: stack '${stack}' was not deployed from here; run 'make deploy' first`,
    );
  }
  const outputs = (parseJson(text) as StackOutputs | null | undefined)?.[stack];
  if (typeof outputs !== "object" || outputs === null) {
    throw new UserError(
      `${shown}: expected the outputs of stack '${stack}' as JSON; run 'make deploy' again`,
    );
  }
  return outputs as StackOutputs;
}

/**
 * Takes one text output.
 * @throws UserError where the stack has none of that name
 */
export function outputText(outputs: StackOutputs, name: string): string {
  const value = outputs[name];
  if (typeof value !== "string") {
    throw new UserError(
      `the saved outputs have no '${name}' (have: ${Object.keys(outputs).join(", ")}); if main.ts has it, run 'make deploy' again`,
    );
  }
  return value;
}
