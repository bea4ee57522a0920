import type { LambdaFunction } from "../model";
import { createFunction, type LocalFunction } from "./function";
import type { FunctionLogLine, FunctionSettings, Invocation, InvokeOutcome } from "./invocation";

/** The functions of a stack, by ARN. */
export interface LocalFunctions {
  invoke(fn: LambdaFunction, event: unknown, invocation: Invocation): Promise<InvokeOutcome>;
  /**
   * Makes these the functions there are: new ones start, changed ones get a new version while invocations under way
   * finish with the old one, and those that are gone end.
   * @throws UserError where a deployment package cannot be read
   */
  place(settings: readonly FunctionSettings[]): void;
  close(): Promise<void>;
}

/** Keeps the functions of a stack, and starts each ahead of its first request. */
export function createFunctions(log: (line: FunctionLogLine) => void): LocalFunctions {
  const running = new Map<string, { readonly version: string; readonly fn: LocalFunction }>();

  const placeOne = (settings: FunctionSettings): void => {
    const { arn } = settings.fn;
    // The package's path carries the hash of what is in it, so equal settings are the same version.
    const version = JSON.stringify(settings);
    const present = running.get(arn);
    if (present?.version === version) return;
    const fn = present?.fn ?? createFunction(settings, { log });
    if (present) fn.replace(settings);
    running.set(arn, { version, fn });
    void warm(settings.fn.name, fn);
  };
  const warm = async (functionName: string, fn: LocalFunction): Promise<void> => {
    const failure = await fn.warm();
    if (!failure) return;
    const line = `cannot be loaded: ${failure.errorType}: ${failure.errorMessage}`;
    log({ functionName, stream: "stderr", line });
  };

  return {
    invoke: ({ arn }, event, invocation) =>
      (running.get(arn) as { fn: LocalFunction }).fn.invoke(event, invocation),
    place(settings) {
      settings.forEach(placeOne);
      const placed = new Set(settings.map(({ fn }) => fn.arn));
      for (const [arn, { fn }] of running) {
        if (placed.has(arn)) continue;
        running.delete(arn);
        void fn.close();
      }
    },
    async close() {
      await Promise.all([...running.values()].map(({ fn }) => fn.close()));
    },
  };
}
