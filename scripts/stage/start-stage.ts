import { type LocalApi, type LocalOptions, startLocal } from "#local/start";
import type { Model } from "#model/model";
import { stackId } from "#modules/settings";
import { writeLocalFiles } from "./local-files";
import { seedEmptyTables } from "./seed-empty-tables";

/** How a stage is served. The rest of what the gateway needs follows from the stage's name. */
export interface StageOptions extends Omit<LocalOptions, "prefix" | "onTables"> {
  readonly stageName: string;
}

/** A stage that a local gateway serves. */
export interface StartedStage {
  readonly api: LocalApi;
  /** `http://127.0.0.1:3000/dev` */
  readonly url: string;
  /**
   * Writes what clients need: the address, the outputs, the credentials and the API keys.
   * @param model - what is served now
   * @param folder - such as `.local`
   */
  writeFiles(model: Model, folder: string): void;
}

/**
 * Serves a stage on this machine and seeds its empty tables.
 * @throws UserError if the port is taken, a package or the data folder cannot be read, or the seeds do not fit the stack
 */
export async function startStage({ stageName, ...options }: StageOptions): Promise<StartedStage> {
  const stack = stackId(stageName);
  const api = await startLocal({
    ...options,
    prefix: `${stack}-`,
    onTables: (connection) => seedEmptyTables(connection, options.model),
  });
  const url = `${api.url}/${stageName}`;
  return {
    api,
    url,
    writeFiles: ({ region, outputs, apiKeys }, folder) => {
      const { credentials, localize } = api;
      const files = { stageUrl: url, region, stage: stageName, stack, outputs, apiKeys };
      writeLocalFiles({ ...files, credentials, localize }, folder);
    },
  };
}
