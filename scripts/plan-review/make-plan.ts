import { existsSync } from "node:fs";
import { relative } from "node:path";
import type { Io } from "#cli/command";
import { makePrivateFolder } from "#cli/private-files";
import { runProgram } from "#cli/run-program";
import { UserError } from "#modules/project";
import { cdktfOut, stackFolder } from "#stage/cdktf-out";
import { assertTerraform, PLAN_FILE, terraformCommand } from "#stage/installed-terraform";

/**
 * Plans a synthesized stack with Terraform, and answers what `terraform show -json` prints of the plan. What else
 * Terraform has to say goes to stderr, without API keys.
 * @throws UserError where the stack is not synthesized, or Terraform fails
 */
export async function makePlan(stack: string, env: NodeJS.ProcessEnv, io: Io): Promise<string> {
  assertTerraform(env);
  const folder = stackFolder(stack, cdktfOut(env));
  if (!existsSync(folder)) {
    throw new UserError(`no ${relative(process.cwd(), folder)}: run 'make synth' first`);
  }
  makePrivateFolder(folder);
  const terraform = (...args: string[]) => runTerraform(args, folder, env, io);
  await terraform("init", "-input=false", "-no-color");
  await terraform("plan", "-input=false", "-no-color", `-out=${PLAN_FILE}`);
  return terraform("show", "-json", PLAN_FILE);
}

async function runTerraform(
  args: readonly string[],
  folder: string,
  env: NodeJS.ProcessEnv,
  io: Io,
): Promise<string> {
  const { status, out } = await runProgram(terraformCommand(env), args, {
    cwd: folder,
    env: { ...env, CHECKPOINT_DISABLE: "1" },
    err: io.err,
  });
  if (status !== 0) throw new UserError(`'terraform ${args[0]}' ended with status ${status}; see above`);
  return out;
}
