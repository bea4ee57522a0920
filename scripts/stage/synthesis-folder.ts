import { join, resolve } from "node:path";
import type { LocalIdentity } from "#load/load-model";
import { PROJECT_ROOT } from "#modules/project";

/** The folder of all synthesized stacks. CDKTF itself writes where the variable says. */
export function synthesisFolder(env: NodeJS.ProcessEnv): string {
  return resolve(PROJECT_ROOT, env.CDKTF_OUTDIR || "cdktf.out");
}

/** Where Terraform runs for one stack. */
export function stackFolder(stack: string, outdir: string): string {
  return join(outdir, "stacks", stack);
}

/** One stack's Terraform. */
export function terraformFile(stack: string, outdir: string): string {
  return join(stackFolder(stack, outdir), "cdk.tf.json");
}

/** Stands for what AWS would assign, where nobody is shown an id or an account. */
export const UNDEPLOYED: LocalIdentity = { accountId: "000000000000", seed: "undeployed" };
