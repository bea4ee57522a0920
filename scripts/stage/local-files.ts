import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { writePrivateFile } from "#cli/private-files";
import type { LocalCredentials } from "#iam/identity";
import { credentialsFile } from "#local/credentials";
import type { Output } from "#model/model";
import type { ApiKey } from "#model/usage-plan";
import { findProjectFolder, projectFolder, UserError } from "#modules/project";
import { withoutPrefix } from "./stack-name";

/** The folder with what clients of the local gateway need. Only the user can read it, since it contains credentials. */
export function localFolder(): string {
  return join(projectFolder(), ".local");
}

/** Where a client looks for it: outside of projects in the working directory, where a copy of it may lie. */
export function foundLocalFolder(): string {
  return join(findProjectFolder() ?? process.cwd(), ".local");
}

/** The account in local ARNs. */
export const LOCAL_ACCOUNT_ID = "123456789012";

/** `.local/outputs.json`: the address of the local API, and the outputs of its stack. */
export interface LocalOutputs {
  readonly stage_url: string;
  readonly region: string;
  readonly stage: string;
  /** API keys by client. */
  readonly api_keys: Readonly<Record<string, string>>;
  /** As `cdktf deploy --outputs-file` writes them, by stack, without the sensitive ones. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What {@link writeLocalFiles} writes. */
export interface LocalFiles {
  readonly stageUrl: string;
  readonly region: string;
  readonly stage: string;
  readonly stack: string;
  readonly outputs: Readonly<Record<string, Output>>;
  readonly apiKeys: readonly ApiKey[];
  readonly credentials: readonly LocalCredentials[];
  /** Replaces the addresses in an output with the local ones. */
  readonly localize: (text: string) => string;
}

/**
 * The secret that credentials, keys and ids are derived from. It is the same for all runs in this folder, so that what a
 * shell has exported still works after a restart.
 * @throws UserError if other users can read it, or it is damaged: credentials could be guessed from it
 */
export function localSeed(folder = localFolder()): string {
  const path = join(folder, "seed");
  if (!existsSync(path)) writePrivateFile(path, randomBytes(32).toString("hex"));
  const shown = relative(process.cwd(), path);
  const { mode } = statSync(path);
  if ((mode & 0o077) !== 0) {
    throw new UserError(
      `${shown}: got the mode ${(mode & 0o777).toString(8)}, expected 600, since credentials are derived from it; remove it, and all credentials are generated again`,
    );
  }
  const seed = readFileSync(path, "utf8");
  if (/^[0-9a-f]{64}$/.test(seed)) return seed;
  throw new UserError(
    `${shown}: got ${seed.length} characters, expected 64 hexadecimal digits; remove it, and all credentials are generated again`,
  );
}

/** Writes what clients of the local API need: its address and outputs, AWS credentials, and configuration for curl. */
export function writeLocalFiles(files: LocalFiles, folder = localFolder()): void {
  const keys = apiKeysByClient(files);
  const outputs: LocalOutputs = {
    stage_url: files.stageUrl,
    region: files.region,
    stage: files.stage,
    api_keys: keys,
    outputs: { [files.stack]: publicOutputs(files) },
  };
  writePrivateFile(join(folder, "outputs.json"), `${JSON.stringify(outputs, null, 2)}\n`);
  writePrivateFile(join(folder, "credentials"), credentialsFile(files.credentials, files.region));
  for (const each of files.credentials)
    writePrivateFile(join(folder, "curl", each.profile), curlConfig(each));
  for (const client of clientsOfCurl(files)) {
    writePrivateFile(join(folder, "curl", `${client}.key`), `x-api-key: ${keys[client]}\n`);
  }
}

/** The clients with a key file for curl, `curl/CLIENT.key`: those whose name needs no quotes. */
export function clientsOfCurl(files: KeysOfStack): readonly string[] {
  return Object.keys(apiKeysByClient(files)).filter((client) => /^\w[\w.@-]*$/.test(client));
}

// ---------------------------------------------------------------------------------------------------- internal

type KeysOfStack = Pick<LocalFiles, "stack" | "outputs" | "apiKeys">;

/** The API keys by client, as the stack's output has them. Other keys have their own names, without the stack's prefix. */
function apiKeysByClient({ stack, outputs, apiKeys }: KeysOfStack): Record<string, string> {
  const clients = (outputs.api_key_values?.value ?? {}) as Record<string, string>;
  const known = new Set(Object.values(clients));
  const others = apiKeys.filter(({ value }) => !known.has(value));
  return {
    ...Object.fromEntries(others.map(({ name, value }) => [withoutPrefix(name, `${stack}-`), value])),
    ...clients,
  };
}

function publicOutputs({ outputs, localize }: LocalFiles): Record<string, unknown> {
  const shown = Object.entries(outputs).filter(([, { sensitive }]) => !sensitive);
  // As text, so that addresses in lists and objects are replaced as well.
  return JSON.parse(
    localize(JSON.stringify(Object.fromEntries(shown.map(([name, { value }]) => [name, value])))),
  );
}

/** A file for `curl --config`, which keeps secrets off the command line and out of the shell's history. */
function curlConfig({ accessKeyId, secretAccessKey, sessionToken }: LocalCredentials): string {
  const token = sessionToken === undefined ? "" : `header = "x-amz-security-token: ${sessionToken}"\n`;
  return `user = "${accessKeyId}:${secretAccessKey}"\n${token}`;
}
