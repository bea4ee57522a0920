import { runProgram } from "#cli/run-program";
import { PROJECT_ROOT } from "#modules/project";
import { makeFolder } from "#modules/write-file";
import { terraformFile } from "./cdktf-out";

/** Where a synthesized stack is, or what the program said when it failed. */
export type Synthesis =
  | { readonly done: true; readonly terraform: string }
  | { readonly done: false; readonly error: string };

/**
 * Synthesizes a stage's stack in a process of its own, so that a changed program is read anew.
 * @param outdir - where CDKTF writes; not `cdktf.out`, which deployments use
 */
export async function synthesize(stack: string, outdir: string, env: NodeJS.ProcessEnv): Promise<Synthesis> {
  // CDKTF makes the last folder of the path only.
  makeFolder(outdir, 0o700);
  const { status, err } = await runProgram(process.execPath, ["--require", "tsx/cjs", "main.ts"], {
    cwd: PROJECT_ROOT,
    env: { ...env, CDKTF_OUTDIR: outdir },
  });
  return status === 0
    ? { done: true, terraform: terraformFile(stack, outdir) }
    : { done: false, error: err.trim() || `main.ts ended with status ${status}` };
}
