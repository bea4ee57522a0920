import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { loadModel } from "#load/load-model";
import type { Model } from "#model/model";
import { stackId } from "#modules/settings";
import { terraformFile } from "#stage/cdktf-out";
import { synthesize } from "#stage/synthesize";
import { ACCOUNT_ID, REGION } from "./api-terraform";
import { SEED } from "./local-gateway";
import { sharedFolder } from "./shared-folder";
import type { Terraform } from "./terraform-json";

/** The project's own stack for the stage dev, as its program synthesizes it, deployment packages included. */
export interface SynthesizedProject {
  /** What physical names begin with. */
  readonly prefix: string;
  /** Loads the stack, with a change to its Terraform where one is given. @throws LoadError */
  load(change?: (terraform: Terraform) => void): Model;
}

/** Runs the program, once for all test files of a run. @param own - where it writes if the run shares nothing */
export async function synthesizeProject(own: string): Promise<SynthesizedProject> {
  const stack = stackId("dev");
  const folder = await sharedFolder("project", own, async (outdir) => {
    const synthesis = await synthesize(stack, outdir, {
      PATH: process.env.PATH,
      STAGE: "dev",
      AWS_REGION: REGION,
    });
    if (!synthesis.done) throw new Error(synthesis.error);
  });
  const file = terraformFile(stack, folder);
  const json = readFileSync(file, "utf8");
  return {
    prefix: `${stack}-`,
    load(change) {
      const terraform = JSON.parse(json) as Terraform;
      change?.(terraform);
      return loadModel({
        terraform,
        directory: dirname(file),
        identity: { accountId: ACCOUNT_ID, seed: SEED },
      });
    },
  };
}
