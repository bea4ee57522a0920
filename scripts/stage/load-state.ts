import { dirname, resolve } from "node:path";
import { LoadError, loadModel } from "#load/load-model";
import type { LocalSettings } from "#load/local-settings";
import type { Model } from "#model/model";
import { UserError } from "#modules/project";
import { LOCAL_ACCOUNT_ID } from "./local-files";

export interface StateOptions {
  /** The address of the REST API, if there are several. @default the first one */
  readonly api?: string | undefined;
  /** How functions run that are not Node.js. @default none */
  readonly local?: LocalSettings | undefined;
  /** Whether the file is of a plan. @default false, it is of a state */
  readonly isPlan?: boolean;
}

/**
 * The model of an applied stack, or of one as a plan will leave it, from what `terraform show -json` says of it. Packages of functions are looked for from the
 * file's folder on.
 * @throws UserError if the file is not such a document, or the gateway cannot serve it
 */
export function loadState(
  file: string,
  seed: string,
  { api, local, isPlan = false }: StateOptions = {},
): Model {
  const path = resolve(file);
  try {
    const model = loadModel({
      terraform: path,
      isState: !isPlan,
      isPlan,
      directory: dirname(path),
      identity: { accountId: LOCAL_ACCOUNT_ID, seed },
      ...(api !== undefined && { api }),
      ...(local && { local }),
    });
    const addresses = [model.api.address, ...(model.otherApis ?? [])];
    if (api === undefined || model.api.address === api) return model;
    throw new UserError(`--api: got '${api}', expected one of ${addresses.join(", ")}`);
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    throw new UserError(error.message, { cause: error });
  }
}
