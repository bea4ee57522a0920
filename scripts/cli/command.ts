import { text } from "node:stream/consumers";
import { asUserError, UserError } from "#modules/project";
import { printable } from "#text/printable";
import { splitWords } from "./words";

/** The streams of a command: data goes to `out`, messages go to `err`, so that output can be piped. */
export interface Io {
  readonly out: Sink;
  readonly err: Sink;
  /**
   * Lets the command handle Ctrl-C itself and end in good order: the first one aborts the signal, a second one ends the
   * process at once.
   */
  readonly takeInterrupts?: () => AbortSignal;
  /** Reads the standard input to its end. */
  readonly readInput?: () => Promise<string>;
  /** Asks the person at the terminal; undefined without a terminal. */
  readonly ask?: (question: string) => Promise<string>;
}

export interface Sink {
  write(text: string): unknown;
  /** Whether it is a terminal, so that colours and progress make sense. */
  readonly isTTY?: boolean;
  /** The width of the terminal. */
  readonly columns?: number;
}

/** A command: a function of its arguments and settings that returns an exit status. */
export type Command = (argv: readonly string[], env: NodeJS.ProcessEnv, io: Io) => Promise<number>;

/** Adds `--help` to a command: it prints the usage, whatever other arguments there are. */
export function withHelp(usage: string, command: Command): Command {
  return async (argv, env, io) => {
    if (!argv.includes("--help")) return command(argv, env, io);
    io.out.write(program === undefined ? usage : shownFor(program, usage));
    return 0;
  };
}

async function ask(question: string): Promise<string> {
  const { createInterface } = await import("node:readline/promises");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}

/**
 * Runs a command as this process. A user's mistake is reported in one line, with status 2. Any other error is a bug and
 * shows its stack.
 *
 * @param as - how it is called when it is a subcommand: `signed-api call`. @default its own file
 */
export async function runCommand(command: Command, as?: string): Promise<void> {
  program = as;
  // The SDK warns about what its later versions will need of Node. It is pinned, so users need no such warning.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  process.stdout.on("error", endWithReader);
  // If stderr cannot be written, the status still says how the command ended.
  process.stderr.on("error", () => undefined);
  try {
    process.exitCode = await command(givenArguments(process.argv.slice(2), process.env), process.env, {
      out: process.stdout,
      err: process.stderr,
      takeInterrupts,
      readInput: () => text(process.stdin),
      ...(process.stdin.isTTY && process.stderr.isTTY && { ask }),
    });
  } catch (error) {
    const mistake = asUserError(error) ?? wrongArguments(error);
    if (!mistake) throw error;
    // The message may quote another program, or a server.
    process.stderr.write(`${printable(mistake.message)}\n`);
    process.exitCode = 2;
  }
}

/**
 * The arguments, including those that make passes in variables: `--arguments-from=REQUEST` stands for the words of
 * REQUEST, which no shell has interpreted.
 */
function givenArguments(argv: readonly string[], env: NodeJS.ProcessEnv): string[] {
  return argv.flatMap((argument) => {
    const name = /^--arguments-from=(\w+)$/.exec(argument)?.[1];
    return name === undefined ? [argument] : splitWords(name, env[name] ?? "");
  });
}

/** A reader that has read enough, such as `head`, is not an error. A full disk is one. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit();
  const mistake = asUserError(error);
  if (!mistake) throw error;
  process.stderr.write(`cannot write the output: ${mistake.message}\n`);
  process.exit(2);
}

function takeInterrupts(): AbortSignal {
  const interruption = new AbortController();
  process.once("SIGINT", () => interruption.abort());
  return interruption.signal;
}

/** Arguments that `parseArgs` refuses are the user's mistake too. Its first sentence says which. */
function wrongArguments(error: unknown): UserError | undefined {
  const { code, message } = (error ?? {}) as NodeJS.ErrnoException;
  if (!code?.startsWith("ERR_PARSE_ARGS")) return undefined;
  const [what = message] = message.split(/\.? To specify a positional|\n/);
  return new UserError(`${what} (--help lists the options)`);
}

/** What the command is run as, if not by its own file. */
let program: string | undefined;

/** A usage, written for `call.ts`, for the subcommand that it is. Further lines of arguments stay under the first ones. */
function shownFor(name: string, usage: string): string {
  const [head = "", ...rest] = usage.split("\n\n");
  const own = /^usage: \S+/.exec(head)?.[0] ?? "";
  const indent = (text: string): string => `\n${" ".repeat(text.length + 1)}`;
  const shown = head.replace(own, `usage: ${name}`).replaceAll(indent(own), indent(`usage: ${name}`));
  return [shown, ...rest].join("\n\n").replace(/npx tsx scripts\/([a-z-]+)\.ts/g, "npx signed-api $1");
}
