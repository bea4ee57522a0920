import { readSettings, stackId } from "../../modules/settings";

/**
 * The stack of the stage that was asked for: by the `--stage` flag, else by the variable STAGE, else dev.
 * @throws UserError for a stage that is not declared; it names those that are
 */
export function chosenStack(flag: string | undefined, env: NodeJS.ProcessEnv): string {
  return stackId(readSettings({ STAGE: flag ?? env.STAGE }).stageName);
}
