import { existsSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "#cli/run-program";
import { KIT_FOLDER, projectFolder } from "#modules/project";
import { makeFolder } from "#modules/write-file";
import { terraformFile } from "./cdktf-out";

/** The Terraform file of a synthesized stack, or the error of the program. */
export type Synthesis =
  | { readonly done: true; readonly terraform: string }
  | { readonly done: false; readonly error: string };

/**
 * Synthesizes a stack in its own process, so that a changed program is loaded again.
 * @param outdir - the folder that CDKTF writes to; not `cdktf.out`, which deployments use
 */
export async function synthesize(stack: string, outdir: string, env: NodeJS.ProcessEnv): Promise<Synthesis> {
  // CDKTF creates only the last folder of the path.
  makeFolder(outdir, 0o700);
  const { status, err } = await runProgram(process.execPath, ["--require", loader(), "main.ts"], {
    cwd: projectFolder(),
    env: { ...env, CDKTF_OUTDIR: outdir },
  });
  return status === 0
    ? { done: true, terraform: terraformFile(stack, outdir) }
    : { done: false, error: err.trim() || `main.ts ended with status ${status}` };
}

/** What loads a program in TypeScript: this repository's own loader, which knows its folders, or that of any project. */
function loader(): string {
  const own = join(KIT_FOLDER, "scripts", "cli", "typescript.cjs");
  return existsSync(own) ? own : require.resolve("tsx/cjs");
}
