import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { stackId } from "../../modules/settings";
import { synthesize } from "../../scripts/lib/synthesize";
import { loadModel } from "../../scripts/local/load-model";
import type { Model } from "../../scripts/local/model";
import { ACCOUNT_ID, REGION } from "./api-terraform";
import { SEED } from "./local-gateway";
import type { Properties, Terraform } from "./synth";

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

/** A resource by the path of its construct: `/products/GET/method`. The object is the Terraform's own, to be changed. */
export function resourceAt(terraform: Terraform, type: string, path: string): Properties {
  const found = Object.values(terraform.resource[type] ?? {}).filter((each) => pathOf(each).endsWith(path));
  if (found.length !== 1) throw new Error(`${found.length} resources ${type} at ${path}, expected one`);
  return found[0] as Properties;
}

/** Takes resources away: of a type, those whose construct's path ends so. */
export function removeResource(terraform: Terraform, type: string, path: string): void {
  const removed = resourceAt(terraform, type, path);
  const resources = terraform.resource[type] ?? {};
  for (const [name, resource] of Object.entries(resources)) if (resource === removed) delete resources[name];
}

/** Changes the statements of a policy, which Terraform holds as text. */
export function changeStatements(
  resource: Properties,
  change: (statements: readonly Properties[]) => readonly Properties[],
): void {
  const document = JSON.parse(resource.policy);
  resource.policy = JSON.stringify({ ...document, Statement: change(document.Statement) });
}

// ---------------------------------------------------------------------------------------------------- internal

function pathOf(resource: Properties): string {
  return resource["//"]?.metadata?.path ?? "";
}
