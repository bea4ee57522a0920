import {
  BOOTSTRAP_STACK,
  isBootstrap,
  readBootstrapSettings,
  readSettings,
  stackId,
} from "#modules/settings";

/**
 * The stack of the stage that was asked for: by the `--stage` flag, else by the variable STAGE, else dev.
 * @throws UserError for a stage that is not declared; it names those that are
 */
export function chosenStack(flag: string | undefined, env: NodeJS.ProcessEnv): string {
  return stackId(readSettings({ STAGE: flag ?? env.STAGE }).stageName);
}

/**
 * The stack that Terraform is to be run for: the bootstrap stack where STACK names it, else that of STAGE.
 * @throws UserError for settings that it could not be synthesized with
 */
export function targetStack(env: NodeJS.ProcessEnv): string {
  if (!isBootstrap(env)) return stackId(readSettings(env).stageName);
  readBootstrapSettings(env);
  return BOOTSTRAP_STACK;
}
