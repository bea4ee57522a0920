import { join } from "node:path";
import type { Sink } from "#cli/command";
import { makePrivateFolder } from "#cli/private-files";
import { runProgram } from "#cli/run-program";
import { projectFolder, UserError } from "#modules/project";
import { stackFolder } from "./cdktf-out";
import { terraformCommand } from "./installed-terraform";
import { synthesize } from "./synthesize";

/** The folder of plans that are saved in one step and applied in another. Git ignores it, since plans hold secrets. */
export function plansFolder(): string {
  return join(projectFolder(), ".plan");
}

/**
 * Runs Terraform in the folder of one synthesized stack. The folder is as deep as CDKTF's own, so that the relative path
 * of a local state leads to the same file from both.
 */
export class TerraformRunner {
  readonly folder: string;
  private readonly env: NodeJS.ProcessEnv;
  private readonly log: Sink;

  /**
   * @param log - gets what Terraform prints, with secrets redacted
   * @param outdir - the folder of all stacks; CDKTF's own, to continue after it
   */
  constructor(stack: string, env: NodeJS.ProcessEnv, log: Sink, outdir = plansFolder()) {
    makePrivateFolder(outdir);
    this.folder = stackFolder(stack, outdir);
    this.env = { ...env, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" };
    this.log = log;
  }

  /** Writes the stack's Terraform. @throws UserError with the program's own message if it fails */
  async synthesize(stack: string): Promise<void> {
    const synthesis = await synthesize(stack, plansFolder(), this.env);
    if (!synthesis.done) throw new UserError(synthesis.error);
  }

  /**
   * Runs Terraform.
   * @param command - `plan`, `state push`
   * @returns its exit status
   */
  async run(command: string, ...args: readonly string[]): Promise<number> {
    const { status } = await runProgram(
      terraformCommand(this.env),
      [...command.split(" "), "-no-color", ...args],
      { cwd: this.folder, env: this.env, out: this.log, err: this.log },
    );
    return status;
  }

  /** Runs Terraform and returns what it prints, secrets included. @throws Error if it fails */
  async capture(...args: readonly string[]): Promise<string> {
    const { status, out } = await runProgram(terraformCommand(this.env), args, {
      cwd: this.folder,
      env: this.env,
      err: this.log,
    });
    if (status !== 0) throw new Error(`terraform ${args[0]} ended with status ${status}`);
    return out;
  }
}
