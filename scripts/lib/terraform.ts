import { spawnSync } from "node:child_process";
import { UserError } from "../../modules/user-error";

/** The oldest Terraform that the project is run with: the first whose S3 backend locks with a file. */
const OLDEST: readonly [major: number, minor: number] = [1, 10];

/** Long enough for its version; a Terraform that says nothing by then hangs. */
const PATIENCE_MILLISECONDS = 20_000;

/** The command that runs Terraform, which CDKTF takes from the same variable. */
export function terraformCommand(env: NodeJS.ProcessEnv): string {
  return env.TERRAFORM_BINARY_NAME || "terraform";
}

/**
 * Makes sure of a Terraform that can be used, before anything is begun.
 * @returns its version
 * @throws UserError where there is none, or it is too old
 */
export function assertTerraform(env: NodeJS.ProcessEnv): string {
  const expected = `expected Terraform ${OLDEST.join(".")} or newer; install it from https://developer.hashicorp.com/terraform/install`;
  const command = terraformCommand(env);
  const { stdout, error } = spawnSync(command, ["version", "-json"], {
    encoding: "utf8",
    env,
    timeout: PATIENCE_MILLISECONDS,
  });
  if (error && "code" in error && error.code === "ENOENT") {
    throw new UserError(`no '${command}' on the PATH: ${expected}`);
  }
  const version = /"terraform_version":\s*"((\d+)\.(\d+)[^"]*)"/.exec(stdout ?? "");
  if (!version) throw new UserError(`'${command} version -json' names no version: ${expected}`);
  const [major, minor] = [Number(version[2]), Number(version[3])];
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    throw new UserError(`got Terraform ${version[1]}, ${expected}`);
  }
  return version[1] as string;
}
