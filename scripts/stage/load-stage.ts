import { LoadError, loadModel } from "#load/load-model";
import type { Model } from "#model/model";
import { UserError } from "#modules/project";
import { LOCAL_ACCOUNT_ID } from "./local-files";
import type { Synthesis } from "./synthesize";

/**
 * The model of a synthesized stage, as a local gateway serves it.
 * @param seed - what ids, ARNs and API keys are derived from
 * @throws UserError if the synthesis failed, or the gateway cannot serve its Terraform
 */
export function loadStage(synthesis: Synthesis, seed: string): Model {
  if (!synthesis.done) throw new UserError(synthesis.error);
  try {
    return loadModel({ terraform: synthesis.terraform, identity: { accountId: LOCAL_ACCOUNT_ID, seed } });
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    throw new UserError(error.message, { cause: error });
  }
}
