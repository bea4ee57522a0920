import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { redactingStream } from "#text/redact";
import type { Sink } from "./command";

/** How a program runs, and where its output goes. */
export interface ProgramOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Gets the program's standard output with secrets redacted. @default the output is collected as it is */
  readonly out?: Sink;
  /** Gets the program's standard error, in the same way. @default it is collected as it is */
  readonly err?: Sink;
}

/** How a program ended, and the output that was collected. */
export interface ProgramResult {
  /** The exit status; 1 if a signal ended the program. */
  readonly status: number;
  /** Secrets are not redacted. */
  readonly out: string;
  readonly err: string;
}

/**
 * Runs a program to its end, without standard input.
 * @throws Error with the code ENOENT if there is no such program
 */
export async function runProgram(
  command: string,
  args: readonly string[],
  { cwd, env, out, err }: ProgramOptions,
): Promise<ProgramResult> {
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const [printed, said, [status]] = await Promise.all([
    pass(child.stdout, out),
    pass(child.stderr, err),
    once(child, "close") as Promise<[number | null]>,
  ]);
  return { status: status ?? 1, out: printed, err: said };
}

/** How a short program ended. */
export interface QuickResult {
  /** Undefined if the program did not start, or did not end in time. */
  readonly status?: number;
  readonly out: string;
  readonly error?: NodeJS.ErrnoException;
}

/**
 * Runs a program that ends within moments, and waits for it.
 * @param timeoutMilliseconds - @default no limit
 */
export function runQuickly(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  timeoutMilliseconds?: number,
): QuickResult {
  const { stdout, status, error } = spawnSync(command, args, {
    encoding: "utf8",
    env,
    timeout: timeoutMilliseconds,
    maxBuffer: 1024 ** 3,
  });
  return { status: status ?? undefined, out: stdout ?? "", error };
}

// ---------------------------------------------------------------------------------------------------- internal

/** Passes output on to a sink, redacted; without a sink, collects it. */
async function pass(output: Readable, sink: Sink | undefined): Promise<string> {
  if (!sink) return text(output);
  for await (const line of output.pipe(redactingStream())) sink.write(line);
  return "";
}
