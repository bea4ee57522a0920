import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { loadModel } from "#load/load-model";
import type { Model } from "#model/model";
import { stackId } from "#modules/settings";
import { synthesize } from "#stage/synthesize";
import { ACCOUNT_ID, REGION } from "./api-terraform";
import { SEED } from "./local-gateway";
import type { Terraform } from "./terraform-json";

/** The project's own stack for the stage dev, as its program synthesizes it, deployment packages included. */
export interface SynthesizedProject {
  /** What physical names begin with. */
  readonly prefix: string;
  /** Loads the stack, with a change to its Terraform where one is given. @throws LoadError */
  load(change?: (terraform: Terraform) => void): Model;
}

/** Runs the program. @param folder - where it writes */
export async function synthesizeProject(folder: string): Promise<SynthesizedProject> {
  const stack = stackId("dev");
  const synthesis = await synthesize(stack, folder, {
    PATH: process.env.PATH,
    STAGE: "dev",
    AWS_REGION: REGION,
  });
  if (!synthesis.done) throw new Error(synthesis.error);
  const json = readFileSync(synthesis.terraform, "utf8");
  return {
    prefix: `${stack}-`,
    load(change) {
      const terraform = JSON.parse(json) as Terraform;
      change?.(terraform);
      return loadModel({
        terraform,
        directory: dirname(synthesis.terraform),
        identity: { accountId: ACCOUNT_ID, seed: SEED },
      });
    },
  };
}
