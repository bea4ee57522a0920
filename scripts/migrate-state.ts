import { existsSync, renameSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { projectFolder, UserError } from "#modules/project";
import { readSettings } from "#modules/settings";
import { assertCredentials } from "./aws/credentials";
import { runCommand, withHelp } from "./cli/command";
import { cdktfOut, stackFolder } from "./stage/cdktf-out";
import { assertTerraform } from "./stage/installed-terraform";
import { targetStack } from "./stage/stack-name";
import { TerraformRunner } from "./stage/terraform-runner";

const USAGE = `usage: migrate-state.ts

Moves the state of a stack from .state/ on this machine to the bucket that
TF_STATE_BUCKET names. The stack is that of STAGE (default dev), or with
STACK=bootstrap the bootstrap stack. Terraform refuses if the bucket already has
another or a newer state of the stack. The local file is kept under another
name.

  make migrate-state STACK=bootstrap TF_STATE_BUCKET=my-state-bucket
`;

/** Moves the state of one stack to the bucket. */
export const main = withHelp(USAGE, async (argv, env, io) => {
  parseArgs({ args: [...argv] });
  const stack = targetStack(env);
  const { stateBucket } = readSettings(env);
  if (stateBucket === undefined) {
    throw new UserError("TF_STATE_BUCKET: got nothing, expected the bucket to move the state to");
  }
  const state = join(projectFolder(), ".state", `${stack}.tfstate`);
  const shown = relative(process.cwd(), state);
  if (!existsSync(state)) {
    throw new UserError(
      `no ${shown}: stack '${stack}' was not deployed from here, or its state has been moved`,
    );
  }
  assertTerraform(env);
  await assertCredentials();

  const terraform = new TerraformRunner(stack, env, io.err);
  rmSync(terraform.folder, { recursive: true, force: true });
  await terraform.synthesize(stack);
  const status = (await terraform.run("init", "-input=false")) || (await terraform.run("state push", state));
  if (status !== 0) return status;
  renameSync(state, `${state}.moved`);
  // CDKTF's folder remembers the old place of the state, and Terraform would ask about the move.
  const remembered = join(stackFolder(stack, cdktfOut(env)), ".terraform", "terraform.tfstate");
  rmSync(remembered, { force: true });
  io.out.write(`moved to s3://${stateBucket}/${stack}.tfstate; the local file is now ${shown}.moved\n`);
  return 0;
});

if (require.main === module) void runCommand(main);
