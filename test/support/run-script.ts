import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { PROJECT_ROOT } from "#self/repository";
import { NO_AWS_SETTINGS } from "./stage-outputs";

/** How a script ended, and what it wrote. */
export interface ScriptRun {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs a script as people do, in a process of its own, in which no AWS settings of this machine are left.
 *
 * @param args - the script's path in the project, and its arguments
 * @param onStart - is given the process, to be interrupted for example
 */
export async function runScript(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  onStart: (child: ChildProcess) => void = () => undefined,
): Promise<ScriptRun> {
  const child = spawn(process.execPath, ["--require", "./scripts/cli/typescript.cjs", ...args], {
    cwd: PROJECT_ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH, ...NO_AWS_SETTINGS, ...env },
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    err += text;
  });
  onStart(child);
  const [status] = (await once(child, "close")) as [number | null];
  return { status, out, err };
}
