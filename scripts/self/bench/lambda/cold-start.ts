import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { json } from "node:stream/consumers";
import { EVENT } from "./environment";
import type { Interpreter } from "./node";

/** How a handler is run in a separate process. */
export interface HandlerCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** The times of a cold start, in milliseconds. */
export interface ColdStart {
  /** From the import on, in the process. */
  readonly init: number;
  /** From there to the answer to the first event. */
  readonly firstEvent: number;
  /** The processor time of both, in all threads. */
  readonly cpu: number;
  /** From the start of the process to its end. */
  readonly process: number;
  /** The length of the answer's body. */
  readonly bytes: number;
}

/** A handler in a module for Node, which is imported as Lambda does: `.mjs` as an ES module, others as CommonJS. */
export function inNode(
  { path }: Pick<Interpreter, "path">,
  modulePath: string,
  env: Readonly<Record<string, string>>,
): HandlerCommand {
  return { program: path, args: [join(__dirname, "run-handler.mjs"), modulePath, EVENT], env };
}

/** A handler in a Python module. */
export function inPython(
  { path }: Pick<Interpreter, "path">,
  modulePath: string,
  env: Readonly<Record<string, string>>,
): HandlerCommand {
  return { program: path, args: ["-B", join(__dirname, "run_handler.py"), modulePath, EVENT], env };
}

/**
 * Starts a new process that imports a handler and answers one event.
 * @throws Error if the answer is not 200: a refusal is fast, and must not be measured
 */
export async function coldStart({ program, args, env }: HandlerCommand): Promise<ColdStart> {
  const begin = performance.now();
  const child = spawn(program, args, { env, stdio: ["ignore", "ignore", "inherit", "pipe"] });
  const [answer, [status]] = await Promise.all([
    json(child.stdio[3] as Readable).catch(() => ({})),
    once(child, "close"),
  ]);
  const wall = performance.now() - begin;
  const { statusCode, ...measured } = answer as Omit<ColdStart, "process"> & { readonly statusCode?: number };
  if (statusCode !== 200) {
    throw new Error(
      `${args.at(-2)} answered ${statusCode ?? `nothing, and ended with ${status}`}, expected 200`,
    );
  }
  return { ...measured, process: wall };
}
