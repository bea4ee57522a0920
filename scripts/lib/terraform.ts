import { spawnSync } from "node:child_process";
import { UserError } from "../../modules/user-error";

/** The oldest Terraform that the project is run with: the first whose S3 backend locks with a file. */
const OLDEST: readonly [major: number, minor: number] = [1, 10];

/**
 * Makes sure of a Terraform that can be used, before anything is begun.
 * @throws UserError where there is none, or it is too old
 */
export function assertTerraform(env: NodeJS.ProcessEnv): void {
  const expected = `expected Terraform ${OLDEST.join(".")} or newer; install it from https://developer.hashicorp.com/terraform/install`;
  const command = env.TERRAFORM_BINARY_NAME || "terraform";
  const { stdout, error } = spawnSync(command, ["version", "-json"], { encoding: "utf8", env });
  if (error) throw new UserError(`no '${command}' on the PATH: ${expected}`);
  const version = /"terraform_version":\s*"((\d+)\.(\d+)[^"]*)"/.exec(stdout);
  if (!version) throw new UserError(`'${command} version -json' names no version: ${expected}`);
  const [major, minor] = [Number(version[2]), Number(version[3])];
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    throw new UserError(`got Terraform ${version[1]}, ${expected}`);
  }
}
