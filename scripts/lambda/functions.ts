import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { LambdaFunction } from "#model/lambda-function";
import { createFunction, type LocalFunction } from "./function";
import type { FunctionLogLine, FunctionSettings, Invocation, InvokeOutcome } from "./invocation";

/** The functions of a stack, by ARN. */
export interface LocalFunctions {
  invoke(fn: LambdaFunction, event: unknown, invocation: Invocation): Promise<InvokeOutcome>;
  /**
   * Replaces the functions: new and changed ones start, equal ones keep running, and invocations of removed or changed
   * ones finish.
   * @throws UserError if a deployment package cannot be read; then nothing changes
   */
  place(settings: readonly FunctionSettings[]): void;
  close(): Promise<void>;
}

/**
 * Keeps the functions of a stack.
 * @param isWarmed - whether each starts ahead of its first request, or with it
 */
export function createFunctions(log: (line: FunctionLogLine) => void, isWarmed = true): LocalFunctions {
  let running: ReadonlyMap<string, Running> = new Map();
  const retiring = new Set<LocalFunction>();

  const warm = async ({ settings, fn }: Running): Promise<void> => {
    const failure = await fn.warm();
    if (!failure) return;
    const line = `cannot be loaded: ${failure.errorType}: ${failure.errorMessage}`;
    log({ functionName: settings.fn.name, stream: "stderr", line });
  };
  const retire = ({ fn, settings }: Running): void => {
    retiring.add(fn);
    const ended = settings.inspectPort === undefined ? fn.retire() : fn.close();
    void ended.finally(() => retiring.delete(fn));
  };

  return {
    invoke: ({ arn }, event, invocation) => (running.get(arn) as Running).fn.invoke(event, invocation),
    place(wanted) {
      const kept = wanted.flatMap((settings) => {
        const present = running.get(settings.fn.arn);
        return present?.version === versionOf(settings) ? [present] : [];
      });
      const placed = new Set(kept.map(({ settings }) => settings.fn.arn));
      const started = startAll(
        wanted.filter(({ fn }) => !placed.has(fn.arn)),
        log,
      );
      const old = [...running.values()].filter((each) => !kept.includes(each));
      running = new Map([...kept, ...started].map((each) => [each.settings.fn.arn, each]));
      for (const each of old) retire(each);
      if (isWarmed) for (const each of started) void warm(each);
    },
    async close() {
      const all = [...[...running.values()].map(({ fn }) => fn), ...retiring];
      await Promise.all(all.map((fn) => fn.close()));
    },
  };
}

// ---------------------------------------------------------------------------------------------------- internal

interface Running {
  readonly settings: FunctionSettings;
  /** What it was started from, see {@link versionOf}. */
  readonly version: string;
  readonly fn: LocalFunction;
}

/** Equal settings and an equal package, wherever it lies, are the same version. */
function versionOf(settings: FunctionSettings): string {
  const { packagePath, ...fn } = settings.fn;
  return JSON.stringify([{ ...settings, fn }, digest(packagePath)]);
}

/** SHA-256 of a file; undefined if it cannot be read: unpacking reports why. */
function digest(path: string): string | undefined {
  try {
    return createHash("sha256").update(readFileSync(path)).digest("base64");
  } catch {
    return undefined;
  }
}

/** Starts all of them, or none. */
function startAll(
  wanted: readonly FunctionSettings[],
  log: (line: FunctionLogLine) => void,
): readonly Running[] {
  const started: Running[] = [];
  try {
    for (const settings of wanted)
      started.push({ settings, version: versionOf(settings), fn: createFunction(settings, { log }) });
    return started;
  } catch (error) {
    for (const { fn } of started) void fn.close();
    throw error;
  }
}
