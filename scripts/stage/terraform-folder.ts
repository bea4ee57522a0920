import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Sink } from "#cli/command";
import { makePrivateFolder } from "#cli/private-files";
import { runRedacted } from "#cli/run-redacted";
import { PROJECT_ROOT, UserError } from "#modules/project";
import { stackFolder } from "./synthesis-folder";
import { synthesize } from "./synthesize";
import { terraformCommand } from "./terraform-command";

/** What is planned and applied in two steps is kept here: plans hold secrets, so Git does not see it. */
export const PLANS_FOLDER = join(PROJECT_ROOT, ".plan");

/**
 * A folder with one synthesized stack, in which Terraform runs. It is as deep as CDKTF's own, so that the relative path
 * of a local state leads to the same file from both.
 */
export class StackFolder {
  readonly path: string;
  private readonly env: NodeJS.ProcessEnv;
  private readonly talk: Sink;

  /**
   * @param talk - gets what Terraform prints, without API keys
   * @param outdir - the folder of all stacks; CDKTF's own to go on where it ended
   */
  constructor(stack: string, env: NodeJS.ProcessEnv, talk: Sink, outdir = PLANS_FOLDER) {
    makePrivateFolder(outdir);
    this.path = stackFolder(stack, outdir);
    this.env = { ...env, CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" };
    this.talk = talk;
  }

  /** Writes the stack's Terraform. @throws UserError with what the program said where it fails */
  async synthesize(stack: string): Promise<void> {
    const synthesis = await synthesize(stack, PLANS_FOLDER, this.env);
    if (!synthesis.done) throw new UserError(synthesis.error);
  }

  /**
   * Runs Terraform and answers its exit status.
   * @param command - `plan`, `state push`
   */
  run(command: string, ...args: readonly string[]): Promise<number> {
    return runRedacted(terraformCommand(this.env), [...command.split(" "), "-no-color", ...args], {
      cwd: this.path,
      env: this.env,
      out: this.talk,
      err: this.talk,
    });
  }

  /** Runs Terraform and answers what it printed, secrets included. @throws Error where it fails */
  async capture(...args: readonly string[]): Promise<string> {
    const child = spawn(terraformCommand(this.env), args, {
      cwd: this.path,
      env: this.env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [printed, [status]] = await Promise.all([text(child.stdout), once(child, "close")]);
    if (status !== 0) throw new Error(`terraform ${args[0]} ended with status ${status}`);
    return printed;
  }
}
