import { fork } from "node:child_process";
import { once } from "node:events";

/** The questions of a program, by name. Arguments and answers are JSON. */
type Questions = Readonly<Record<string, (argument: never) => unknown>>;

/** A part of the benchmark that runs in a separate process, so that it has its own event loop and heap. */
export interface Program<Q extends Questions> {
  /** @throws Error with what the program threw, or how it ended */
  ask<Name extends keyof Q & string>(
    name: Name,
    ...argument: Parameters<Q[Name]>
  ): Promise<Awaited<ReturnType<Q[Name]>>>;
  end(): Promise<void>;
}

interface Question {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

type Reply = { readonly id: number } & ({ readonly answer: unknown } | { readonly error: string });

/**
 * Starts a program, a module that calls {@link answerQuestions}.
 *
 * @param path - the absolute path of the module
 */
export function startProgram<Q extends Questions>(path: string): Program<Q> {
  const child = fork(path, {
    execArgv: ["--import", "tsx", "--expose-gc"],
    // Its output is written as to a terminal, but is not read.
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const waiting = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>();
  const ended = once(child, "exit").then(([status, signal]) => {
    for (const { reject } of waiting.values()) reject(new Error(`${path} ended: ${signal ?? status}`));
  });
  child.on("message", (reply: Reply) => {
    const asked = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ("error" in reply) asked?.reject(new Error(reply.error));
    else asked?.resolve(reply.answer as never);
  });
  let lastId = 0;
  return {
    ask(name, argument?: unknown) {
      lastId += 1;
      const question: Question = { id: lastId, name, argument };
      return new Promise((resolve, reject) => {
        waiting.set(question.id, { resolve, reject });
        child.send(question);
      });
    },
    async end() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/**
 * Makes this process a {@link Program}. It runs until the process that started it ends or disconnects.
 *
 * @param onEnd - called before the process ends
 */
export function answerQuestions(questions: Questions, onEnd: () => Promise<void> = async () => {}): void {
  process.on("message", async ({ id, name, argument }: Question) => {
    process.send?.(await reply(id, async () => questions[name]?.(argument as never)));
  });
  process.on("disconnect", () => void onEnd().finally(() => process.exit()));
}

// ---------------------------------------------------------------------------------------------------- internal

async function reply(id: number, ask: () => Promise<unknown>): Promise<Reply> {
  try {
    return { id, answer: await ask() };
  } catch (error) {
    return { id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
