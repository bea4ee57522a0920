import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "#modules/project";
import { parseJson } from "#text/parse-json";
import type { LocalOutputs } from "./local-files";
import { gatewayFolders, show } from "./local-folder";
import { stageUrl } from "./outputs";

/** The outputs of a gateway, and their folder. */
export interface FoundOutputs {
  readonly folder: string;
  readonly outputs: LocalOutputs;
}

/**
 * The outputs of the chosen gateway: that of the stage if several are running, else that of `.local`.
 *
 * @param stage - the variable STAGE
 * @param root - `.local`
 * @throws UserError if there are no outputs, or they are not in the form that `make dev` writes
 */
export function findLocalOutputs(stage: string | undefined, root: string): FoundOutputs {
  const [main, ...others] = gatewayFolders(root);
  const first = main === undefined ? undefined : readIfThere(main);
  const isChosen = first === undefined || stage === undefined || first.outputs.stage === stage;
  const found = (isChosen ? undefined : findStage(stage, others)) ?? first;
  if (found !== undefined) return found;
  throw new UserError(
    `no local API: ${show(join(root, "outputs.json"))} does not exist; start it with 'make dev', or name a deployed stage with --stage`,
  );
}

/**
 * The outputs of all gateways, that of `.local` first.
 * @throws UserError if one is not in the form that `make dev` writes
 */
export function allLocalOutputs(root: string): readonly FoundOutputs[] {
  return gatewayFolders(root).flatMap((folder) => readIfThere(folder) ?? []);
}

// ---------------------------------------------------------------------------------------------------- internal

function findStage(stage: string, folders: readonly string[]): FoundOutputs | undefined {
  return folders.map(readIfThere).find((each) => each?.outputs.stage === stage);
}

function readIfThere(folder: string): FoundOutputs | undefined {
  const path = join(folder, "outputs.json");
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new UserError(`cannot read ${show(path)} (${code}): ${RESTART}`, { cause: error });
  }
  const outputs = parseJson(text);
  const fault = faultOf(outputs);
  if (fault !== undefined) throw new UserError(`${show(path)}: ${fault}; ${RESTART}`);
  return { folder, outputs: outputs as LocalOutputs };
}

const RESTART = "remove it, and start 'make dev' again";

/** What is wrong with outputs that were changed by hand. Values are not shown, since API keys are among them. */
function faultOf(outputs: unknown): string | undefined {
  if (!isRecord(outputs)) return "expected a JSON object";
  const { stage_url, region, stage, api_keys, outputs: stacks } = outputs;
  if (!isStageUrl(stage_url)) return "expected stage_url to be the http address of a stage";
  if (typeof region !== "string" || !/^[a-z0-9-]+$/.test(region))
    return "expected region to be an AWS region";
  if (typeof stage !== "string") return "expected stage to be the name of a stage";
  if (!isRecord(api_keys) || !Object.values(api_keys).every((key) => typeof key === "string")) {
    return "expected api_keys to have a string for each client";
  }
  if (!isRecord(stacks) || !Object.values(stacks).every(isRecord)) {
    return "expected outputs to have an object for each stack";
  }
  return undefined;
}

/** Whether a value is a stage's URL in the form that the gateway writes. */
function isStageUrl(value: unknown): boolean {
  return typeof value === "string" && value.startsWith("http:") && stageUrl(value) === value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
