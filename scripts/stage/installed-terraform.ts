import { runQuickly } from "#cli/run-program";
import { UserError } from "#modules/project";

/** The oldest Terraform that the project is run with: the first whose S3 backend locks with a file. */
const OLDEST: readonly [major: number, minor: number] = [1, 10];

/** Long enough for its version; a Terraform that says nothing by then hangs. */
const PATIENCE_MILLISECONDS = 20_000;

/** Where a plan stays in the folder of the stack, in Terraform's own form, to be applied or looked at. It has secrets in it. */
export const PLAN_FILE = "plan.tfplan";

/** The command that runs Terraform, which CDKTF takes from the same variable. */
export function terraformCommand(env: NodeJS.ProcessEnv): string {
  return env.TERRAFORM_BINARY_NAME || "terraform";
}

/** Terraform as it is found: its version, or what is wrong with it and what is expected instead. */
type FoundTerraform =
  | { readonly version: string }
  | { readonly version?: undefined; readonly found: string; readonly expected: string };

/** Looks for a Terraform that can be used. */
export function findTerraform(env: NodeJS.ProcessEnv): FoundTerraform {
  const expected = `expected Terraform ${OLDEST.join(".")} or newer; install it from https://developer.hashicorp.com/terraform/install`;
  const command = terraformCommand(env);
  const { out, error } = runQuickly(command, ["version", "-json"], env, PATIENCE_MILLISECONDS);
  if (error?.code === "ENOENT") {
    return { found: `no '${command}' on the PATH`, expected };
  }
  const [, version, major, minor] = /"terraform_version":\s*"((\d+)\.(\d+)[^"]*)"/.exec(out) ?? [];
  if (version === undefined) return { found: `'${command} version -json' names no version`, expected };
  const isOld = Number(major) < OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) < OLDEST[1]);
  return isOld ? { found: `got Terraform ${version}`, expected } : { version };
}

/** Makes sure of a Terraform that can be used, before anything is begun. @throws UserError where there is none */
export function assertTerraform(env: NodeJS.ProcessEnv): void {
  const terraform = findTerraform(env);
  if (terraform.version === undefined) throw new UserError(`${terraform.found}: ${terraform.expected}`);
}
