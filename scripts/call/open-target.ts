import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Model } from "#model/model";
import { projectConfig } from "#modules/config/load-config";
import { UserError } from "#modules/project";
import { readSettings, stackId } from "#modules/settings";
import { headerValue } from "#sigv4/request";
import { loadStage } from "#stage/load-stage";
import { localFolder } from "#stage/local-files";
import { startStage } from "#stage/start-stage";
import { synthesize } from "#stage/synthesize";
import { send } from "./send";
import { findTarget, type Target } from "./target";

/** A stage that was synthesized from the program in this folder. */
export interface SynthesizedStage {
  readonly stageName: string;
  readonly model: Model;
  /** Removes the build's files. */
  remove(): void;
}

/** An API that can be called until it is closed. */
export interface OpenedApi {
  readonly target: Target;
  /** Whether it was started for this command. */
  readonly startedHere: boolean;
  close(): Promise<void>;
}

/**
 * Builds and synthesizes the stage of the environment in a temporary folder.
 * @param seed - ids, ARNs and API keys are derived from it
 * @throws UserError if the program fails, or its Terraform cannot be loaded
 */
export async function synthesizeStage(
  env: NodeJS.ProcessEnv,
  seed = randomBytes(32).toString("hex"),
): Promise<SynthesizedStage> {
  const { stageName } = readSettings(env);
  const outdir = mkdtempSync(join(tmpdir(), `${projectConfig().name}-`));
  const remove = (): void => rmSync(outdir, { recursive: true, force: true });
  try {
    const synthesis = await synthesize(stackId(stageName), outdir, env);
    return { stageName, model: loadStage(synthesis, seed), remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/**
 * The gateway of `make dev`, if it serves this stage.
 * @param folder - with the gateway's files
 */
export async function findRunning(
  env: NodeJS.ProcessEnv,
  folder = localFolder(),
): Promise<OpenedApi | undefined> {
  const { stageName } = readSettings(env);
  try {
    const target = findTarget({ target: { kind: "local" } }, env, folder);
    const { pathname, host } = new URL(target.baseUrl);
    if (pathname !== `/${stageName}`) return undefined;
    const request = {
      method: "GET",
      target: pathname,
      headers: [["host", host]],
      body: Buffer.alloc(0),
    } as const;
    const { headers } = await send(request, target.baseUrl, true);
    // Another program may listen on the port of a gateway that has ended.
    if (headerValue(headers, "x-amzn-requestid") === undefined) return undefined;
    return { target, startedHere: false, close: async () => {} };
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/**
 * A deployed stage.
 * @param outputs - the path of its saved outputs. @default those that `make deploy` saved
 * @throws UserError if the stage is unknown, or was not deployed from here
 */
export function findDeployed(stage: string, outputs: string | undefined, env: NodeJS.ProcessEnv): OpenedApi {
  const target = findTarget({ target: { kind: "stage", stage }, outputs }, env, localFolder());
  return { target, startedHere: false, close: async () => {} };
}

/**
 * Serves a synthesized stage on a free port, with a seeded table, and with credentials that are valid until it is
 * closed.
 */
export async function startHere(stage: SynthesizedStage): Promise<OpenedApi> {
  const { stageName, model } = stage;
  const { api, writeFiles } = await startStage({
    stageName,
    model,
    seed: randomBytes(32).toString("hex"),
    // A command calls few of the functions, and waits for those alone.
    warmFunctions: false,
  });
  const folder = mkdtempSync(join(tmpdir(), `${projectConfig().name}-`));
  writeFiles(model, folder);
  return {
    target: findTarget({ target: { kind: "local" } }, {}, folder),
    startedHere: true,
    close: async () => {
      rmSync(folder, { recursive: true, force: true });
      await api.close();
    },
  };
}
