import type { Invocation, InvokeOutcome } from "../invocation";
import type { ExecutionEnvironment } from "./execution-environment";
import type { HostSettings } from "./settings";

/** The execution environments of a function: one per concurrent invocation, each reused. */
export interface EnvironmentPool {
  /** Handles an event, given as JSON, in an idle environment or a new one. It never rejects. */
  invoke(event: string, invocation: Invocation): Promise<InvokeOutcome>;
  /** Starts an environment before the first invocation; returns the failure if that fails. */
  warm(): Promise<InvokeOutcome>;
}

/** @param startEnvironment - starts one more environment */
export function createEnvironmentPool(
  { maxConcurrency, idleSeconds }: Pick<HostSettings, "maxConcurrency" | "idleSeconds">,
  startEnvironment: () => ExecutionEnvironment,
): EnvironmentPool {
  const environments = new Set<ExecutionEnvironment>();
  /** The timer of each idle environment; the most recently used is last. */
  const idle = new Map<ExecutionEnvironment, NodeJS.Timeout>();
  /** Invocations in order of arrival: each receives an environment, or nothing, in which case it may start one. */
  const waiting: ((environment?: ExecutionEnvironment) => void)[] = [];

  const start = (): ExecutionEnvironment => {
    const environment = startEnvironment();
    environments.add(environment);
    void environment.ended.then(() => {
      environments.delete(environment);
      forget(environment);
      waiting.shift()?.();
    });
    return environment;
  };

  const forget = (environment: ExecutionEnvironment): void => {
    clearTimeout(idle.get(environment));
    idle.delete(environment);
  };

  const acquire = async (): Promise<ExecutionEnvironment> => {
    const lastUsed = [...idle.keys()].findLast(({ alive }) => alive);
    if (lastUsed) {
      forget(lastUsed);
      return lastUsed;
    }
    if (environments.size < maxConcurrency) return start();
    const given = await new Promise<ExecutionEnvironment | undefined>((resolve) => waiting.push(resolve));
    return given ?? start();
  };

  const release = (environment: ExecutionEnvironment): void => {
    if (!environment.alive) return;
    const next = waiting.shift();
    if (next) next(environment);
    else
      idle.set(
        environment,
        setTimeout(() => endSpare(environment), idleSeconds * 1000),
      );
  };

  const endSpare = (environment: ExecutionEnvironment): void => {
    if ([...environments].filter(({ alive }) => alive).length > 1) environment.end();
  };

  return {
    async invoke(event, invocation) {
      const environment = await acquire();
      const loaded = await environment.ready;
      const outcome = loaded.kind === "result" ? await environment.invoke(event, invocation) : loaded;
      release(environment);
      return outcome;
    },
    async warm() {
      const environment = await acquire();
      release(environment);
      return environment.ready;
    },
  };
}
