import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { makePrivateFolder } from "#cli/private-files";
import { projectFolder, UserError } from "#modules/project";
import { readRegion } from "#modules/settings";
import { replaceFile } from "#modules/write-file";
import { parseJson } from "#text/parse-json";

/** The outputs of a deployed stack, by name. Sensitive outputs are not among them. */
export type StackOutputs = Readonly<Record<string, unknown>>;

/** The file with the outputs of a stack that `make deploy` saves, in the format of `cdktf deploy --outputs-file`. */
export function outputsPath(stack: string): string {
  return join(projectFolder(), ".state", `${stack}.outputs.json`);
}

/** Makes the folder of local states and outputs. Only the user can enter it, since a state contains the API keys. */
export function makeStateFolder(): void {
  makePrivateFolder(dirname(outputsPath("")));
}

/**
 * Saves the outputs of a stack in the same file as `make deploy`, without the sensitive ones.
 * @param json - the output of `terraform output -json`
 */
export function saveOutputs(stack: string, json: string, path = outputsPath(stack)): void {
  const outputs = JSON.parse(json) as Record<
    string,
    { readonly value: unknown; readonly sensitive: boolean }
  >;
  const shown = Object.entries(outputs).filter(([, { sensitive }]) => !sensitive);
  const saved = { [stack]: Object.fromEntries(shown.map(([name, { value }]) => [name, value])) };
  makePrivateFolder(dirname(path));
  replaceFile(path, `${JSON.stringify(saved, null, 2)}\n`);
}

/**
 * Reads the outputs that `make deploy` saved.
 * @throws UserError if there are no outputs or they cannot be read; the message says what to run
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
 * The output with the region.
 * @throws UserError if it is not an AWS region
 */
export function outputRegion(outputs: StackOutputs): string {
  return readRegion("the saved output 'region'", outputText(outputs, "region"));
}

/**
 * An output with the URL of a stage, without slashes at its end.
 * @throws UserError if it is not such a URL
 */
export function outputUrl(outputs: StackOutputs, name: string): string {
  const url = stageUrl(outputText(outputs, name));
  if (url !== undefined) return url;
  throw new UserError(
    `the saved output '${name}' is not the address of a stage such as https://API.execute-api.REGION.amazonaws.com/dev; run 'make deploy' again`,
  );
}

/** The URL of a stage in the form that request URLs are built from; undefined if a text is not such a URL. */
export function stageUrl(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) return undefined;
  const { username, password, search, hash, href } = url;
  if ([username, password, search, hash].some((part) => part !== "")) return undefined;
  let end = href.length;
  while (href[end - 1] === "/") end--;
  return href.slice(0, end);
}

/**
 * An output that is a string.
 * @throws UserError if the stack has no such output
 */
export function outputText(outputs: StackOutputs, name: string): string {
  const value = outputs[name];
  if (typeof value !== "string") {
    throw new UserError(
      `the saved outputs have no '${name}' (have: ${Object.keys(outputs).join(", ")}); if main.ts declares it, run 'make deploy' again`,
    );
  }
  return value;
}
