import {
  bootstrapStack,
  isBootstrap,
  namedStack,
  readBootstrapSettings,
  readSettings,
  stackId,
} from "#modules/settings";

/**
 * The stack of the chosen stage: the one of the `--stage` flag, else of the variable STAGE, else dev.
 * @throws UserError for a stage that is not declared; the message lists the declared ones
 */
export function chosenStack(flag: string | undefined, env: NodeJS.ProcessEnv): string {
  return stackId(readSettings({ STAGE: flag ?? env.STAGE }).stageName);
}

/**
 * The stack to run Terraform for: the bootstrap stack or another stack of the stage if STACK names it, else that of STAGE.
 * @throws UserError for settings that the stack could not be synthesized with
 */
export function targetStack(env: NodeJS.ProcessEnv): string {
  if (!isBootstrap(env)) return stackId(readSettings(env).stageName, namedStack(env));
  readBootstrapSettings(env);
  return bootstrapStack();
}

/**
 * A physical name without the stack's prefix, as people of this project say it: `get-products`.
 * @param prefix - `signed-inventory-dev-`
 */
export function withoutPrefix(name: string, prefix: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}
