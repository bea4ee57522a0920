import { LoadError, loadModel } from "#load/load-model";
import type { LocalSettings } from "#load/local-settings";
import type { Model } from "#model/model";
import { UserError } from "#modules/project";
import { LOCAL_ACCOUNT_ID } from "./local-files";
import type { Synthesis } from "./synthesize";

/**
 * The model of a synthesized stage, as a local gateway serves it.
 * @param seed - what ids, ARNs and API keys are derived from
 * @param local - how functions run that are not Node.js
 * @throws UserError if the synthesis failed, or the gateway cannot serve its Terraform
 */
export function loadStage(synthesis: Synthesis, seed: string, local?: LocalSettings): Model {
  if (!synthesis.done) throw new UserError(synthesis.error);
  try {
    return loadModel({
      terraform: synthesis.terraform,
      identity: { accountId: LOCAL_ACCOUNT_ID, seed },
      ...(local && { local }),
    });
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    throw new UserError(error.message, { cause: error });
  }
}
