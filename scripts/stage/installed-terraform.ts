import { runQuickly } from "#cli/run-program";
import { UserError } from "#modules/project";

/** The oldest supported Terraform: the first version whose S3 backend locks with a file. */
const OLDEST: readonly [major: number, minor: number] = [1, 10];

/** Enough to print a version. A Terraform that takes longer hangs. */
const PATIENCE_MILLISECONDS = 20_000;

/** The plan in the folder of the stack, in Terraform's own format, to be applied or shown. It contains secrets. */
export const PLAN_FILE = "plan.tfplan";

/** The command that runs Terraform. CDKTF reads the same variable. */
export function terraformCommand(env: NodeJS.ProcessEnv): string {
  return env.TERRAFORM_BINARY_NAME || "terraform";
}

/** The installed Terraform: its version, or what is wrong and what is expected instead. */
type FoundTerraform =
  | { readonly version: string }
  | { readonly version?: undefined; readonly found: string; readonly expected: string };

/** Looks for a Terraform that is new enough. */
export function findTerraform(env: NodeJS.ProcessEnv): FoundTerraform {
  const expected = `expected Terraform ${OLDEST.join(".")} or newer; install it from https://developer.hashicorp.com/terraform/install`;
  const command = terraformCommand(env);
  const { out, error } = runQuickly(command, ["version", "-json"], env, PATIENCE_MILLISECONDS);
  if (error?.code === "ENOENT") {
    return { found: `no '${command}' on the PATH`, expected };
  }
  const [, version, major, minor] = /"terraform_version":\s*"((\d+)\.(\d+)[^"]*)"/.exec(out) ?? [];
  if (version === undefined) return { found: `'${command} version -json' prints no version`, expected };
  const isOld = Number(major) < OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) < OLDEST[1]);
  return isOld ? { found: `got Terraform ${version}`, expected } : { version };
}

/** Checks that Terraform is new enough, before anything else is done. @throws UserError if it is missing or too old */
export function assertTerraform(env: NodeJS.ProcessEnv): void {
  const terraform = findTerraform(env);
  if (terraform.version === undefined) throw new UserError(`${terraform.found}: ${terraform.expected}`);
}
