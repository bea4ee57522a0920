import { join, resolve } from "node:path";
import type { LocalIdentity } from "#load/load-model";
import { projectFolder } from "#modules/project";

/** The folder that all stacks are synthesized into. CDKTF itself writes to the folder that the variable names. */
export function cdktfOut(env: NodeJS.ProcessEnv): string {
  return resolve(projectFolder(), env.CDKTF_OUTDIR || "cdktf.out");
}

/** The folder in which Terraform runs for one stack. */
export function stackFolder(stack: string, outdir: string): string {
  return join(outdir, "stacks", stack);
}

/** The Terraform JSON of one stack. */
export function terraformFile(stack: string, outdir: string): string {
  return join(stackFolder(stack, outdir), "cdk.tf.json");
}

/** Takes the place of what AWS would assign, for commands that show neither ids nor the account. */
export const UNDEPLOYED: LocalIdentity = { accountId: "000000000000", seed: "undeployed" };
