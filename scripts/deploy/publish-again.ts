import type { Sink } from "#cli/command";
import { UserError } from "#modules/project";
import { takeApart } from "#plan/plan";
import { parsePlan } from "#plan/read-plan";
import type { TerraformRunner } from "#stage/terraform-runner";

/**
 * A deployment that is created together with the removal of parts of the API still contains them: Terraform destroys a
 * resource after everything that depends on it, and creates the new deployment before it destroys the old one. So the API
 * must be deployed once more after the removal, or a removed route would keep answering.
 * Source: https://developer.hashicorp.com/terraform/language/meta-arguments#create_before_destroy
 */
export interface RemovalWatch extends Sink {
  /** Whether a part of an API has been removed so far. */
  hasSeenRemoval(): boolean;
}

/** Passes on the output of Terraform, and searches each line for a removal. */
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

/** `aws_api_gateway_method.m: Destruction complete after 0s` with any prefix, for the parts that a deployment publishes. */
const REMOVAL =
  /\baws_api_gateway_(?!resource\.|deployment\.|stage\.|method_settings\.|api_key\.|usage_plan)\w+\.\S+(?: \([^()]*\))?: Destruction complete/;

/** A plan in Terraform's own format, next to the applied one. */
const AGAIN = "again.tfplan";

/**
 * Creates the deployments of a stack once more, and nothing else.
 * @returns Terraform's exit status
 * @throws UserError if Terraform would change anything else as well
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
      `the removed parts are still published: with a new deployment, Terraform would also change ${others.join(", ")}; ` +
        `apply that first, then create the deployment again: TF_CLI_ARGS_plan='${replaced.join(" ")}' make plan-save`,
    );
  }
  return terraform.run("apply", "-input=false", AGAIN);
}

const UNCHANGED: ReadonlySet<string> = new Set(["no-op", "read"]);
const PUBLISHERS: ReadonlySet<string> = new Set(["aws_api_gateway_deployment", "aws_api_gateway_stage"]);
