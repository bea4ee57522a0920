import type { Sink } from "#cli/command";
import { UserError } from "#modules/project";
import { takeApart } from "#plan/plan";
import { parsePlan } from "#plan/read-plan";
import type { TerraformRunner } from "#stage/terraform-runner";

/**
 * Parts of an API that are removed are still in the deployment that is made with their removal: Terraform removes a thing
 * after all that waited for it, and a new deployment is made before the old one goes. So a deployment has to be made once
 * more when they are gone, or a removed route would go on answering.
 * Source: https://developer.hashicorp.com/terraform/language/meta-arguments#create_before_destroy
 */
export interface RemovalWatch extends Sink {
  /** Whether a part of an API was removed so far. */
  hasSeenRemoval(): boolean;
}

/** Looks through what Terraform prints while it is passed on, by line. */
export function watchRemovals(sink: Sink): RemovalWatch {
  let line = "";
  let isSeen = false;
  return {
    ...sink,
    write(text) {
      line += text;
      isSeen ||= REMOVAL.test(line);
      line = line.slice(line.lastIndexOf("\n") + 1);
      return sink.write(text);
    },
    hasSeenRemoval: () => isSeen,
  };
}

/** `aws_api_gateway_method.m: Destruction complete after 0s`, whatever stands before it, of what a deployment publishes. */
const REMOVAL =
  /\baws_api_gateway_(?!resource\.|deployment\.|stage\.|method_settings\.|api_key\.|usage_plan)\w+\.\S+(?: \([^()]*\))?: Destruction complete/;

/** In Terraform's own form, beside the plan that was applied. */
const AGAIN = "again.tfplan";

/**
 * Makes the deployments of a stack once more, and nothing else.
 * @returns Terraform's exit status
 * @throws UserError if Terraform would change anything else with them
 */
export async function publishAgain(terraform: TerraformRunner): Promise<number> {
  const deployments = (await terraform.capture("state", "list"))
    .split("\n")
    .filter((address) => /(^|\.)aws_api_gateway_deployment\./.test(address));
  if (deployments.length === 0) return 0;
  const replaced = deployments.map((address) => `-replace=${address}`);
  const planned = await terraform.run("plan", "-input=false", `-out=${AGAIN}`, ...replaced);
  if (planned !== 0) return planned;
  const others = takeApart(parsePlan(await terraform.capture("show", "-json", AGAIN), AGAIN))
    .changes.filter(({ action, type }) => !UNCHANGED.has(action) && !PUBLISHERS.has(type))
    .map(({ address }) => address);
  if (others.length > 0) {
    throw new UserError(
      `what was removed is published still: Terraform would change ${others.join(", ")} with a new deployment; ` +
        `apply that first, then make the deployment anew: TF_CLI_ARGS_plan='${replaced.join(" ")}' make plan-save`,
    );
  }
  return terraform.run("apply", "-input=false", AGAIN);
}

const UNCHANGED: ReadonlySet<string> = new Set(["no-op", "read"]);
const PUBLISHERS: ReadonlySet<string> = new Set(["aws_api_gateway_deployment", "aws_api_gateway_stage"]);
