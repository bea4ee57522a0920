import { text } from "node:stream/consumers";
import { asUserError, UserError } from "#modules/project";
import { printable } from "#text/printable";
import { splitWords } from "./words";

/** Where a command writes: data to `out`, talk to `err`, so that output can be piped. */
export interface Io {
  readonly out: Sink;
  readonly err: Sink;
  /**
   * Leaves Ctrl-C to the command, which then ends in good order: the first one aborts the signal, a second one ends
   * the process at once.
   */
  readonly takeInterrupts?: () => AbortSignal;
  /** Reads the standard input to its end. */
  readonly readInput?: () => Promise<string>;
}

export interface Sink {
  write(text: string): unknown;
  /** Whether a person watches: then colours and progress make sense. */
  readonly isTTY?: boolean;
  /** How wide the terminal is. */
  readonly columns?: number;
}

/** A command: a function of its arguments and settings that answers with an exit status. */
export type Command = (argv: readonly string[], env: NodeJS.ProcessEnv, io: Io) => Promise<number>;

/** A command that says what there is where it is asked for `--help`, whatever else it is asked. */
export function withHelp(usage: string, command: Command): Command {
  return async (argv, env, io) => {
    if (!argv.includes("--help")) return command(argv, env, io);
    io.out.write(usage);
    return 0;
  };
}

/**
 * Runs a command as this process. A user's mistake ends in one line and status 2; anything else is a bug and shows
 * its stack.
 */
export async function runCommand(command: Command): Promise<void> {
  // The SDK is pinned, so what its later versions will need of Node is no news to whoever runs a command.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  process.stdout.on("error", endWithReader);
  // If nothing can be said there, the status still says how it ended.
  process.stderr.on("error", () => undefined);
  try {
    process.exitCode = await command(givenArguments(process.argv.slice(2), process.env), process.env, {
      out: process.stdout,
      err: process.stderr,
      takeInterrupts,
      readInput: () => text(process.stdin),
    });
  } catch (error) {
    const mistake = asUserError(error) ?? wrongArguments(error);
    if (!mistake) throw error;
    // It may quote what another program, or a server, has said.
    process.stderr.write(`${printable(mistake.message)}\n`);
    process.exitCode = 2;
  }
}

/**
 * The arguments, with those that make has left in variables: `--arguments-from=REQUEST` stands for the words of REQUEST,
 * which no shell has read.
 */
function givenArguments(argv: readonly string[], env: NodeJS.ProcessEnv): string[] {
  return argv.flatMap((argument) => {
    const name = /^--arguments-from=(\w+)$/.exec(argument)?.[1];
    return name === undefined ? [argument] : splitWords(name, env[name] ?? "");
  });
}

/** The reader of the output may have enough of it, as `head` has: that is not a fault. A full disk is one. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit();
  const mistake = asUserError(error);
  if (!mistake) throw error;
  process.stderr.write(`the output cannot be written: ${mistake.message}\n`);
  process.exit(2);
}

function takeInterrupts(): AbortSignal {
  const interruption = new AbortController();
  process.once("SIGINT", () => interruption.abort());
  return interruption.signal;
}

/** Arguments that `parseArgs` refuses are the user's mistake too; the first of its sentences says which. */
function wrongArguments(error: unknown): UserError | undefined {
  const { code, message } = (error ?? {}) as NodeJS.ErrnoException;
  if (!code?.startsWith("ERR_PARSE_ARGS")) return undefined;
  const [what = message] = message.split(/\.? To specify a positional|\n/);
  return new UserError(`${what} (--help shows what there is)`);
}
