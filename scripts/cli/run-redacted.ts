import { spawn } from "node:child_process";
import { once } from "node:events";
import { redactingStream } from "#text/redact";
import type { Sink } from "./command";

/** How a program is run, and who sees what it prints. */
export interface RedactedRun {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly out: Sink;
  readonly err: Sink;
}

/** Runs a program to its end, takes API keys out of what it prints, and answers its exit status. */
export async function runRedacted(
  command: string,
  args: readonly string[],
  { cwd, env, out, err }: RedactedRun,
): Promise<number> {
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.pipe(redactingStream()).on("data", (text) => out.write(text));
  child.stderr.pipe(redactingStream()).on("data", (text) => err.write(text));
  const [status] = (await once(child, "close")) as [number | null];
  return status ?? 1;
}
