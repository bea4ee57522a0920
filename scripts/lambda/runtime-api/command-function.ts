import { delimiter, dirname, join } from "node:path";
import { getEnvironmentVariables } from "../environment-variables";
import type { FunctionOptions, FunctionVersion } from "../function-version";
import type { FunctionSettings } from "../invocation";
import { createEnvironmentPool } from "../runtime/environment-pool";
import type { ExecutionEnvironment } from "../runtime/execution-environment";
import { startCommandEnvironment } from "./command-environment";

/**
 * Runs a function by a command that speaks Lambda's runtime API, as AWS's runtime interface clients do: a process for each
 * invocation at a time, kept for the next one.
 */
export function createCommandVersion(
  settings: FunctionSettings,
  command: readonly string[],
  { log, maxConcurrency = 10, idleSeconds = 60, initSeconds = COMMAND_INIT_SECONDS }: FunctionOptions,
): FunctionVersion {
  const { fn } = settings;
  const directory = fn.local?.directory ?? dirname(fn.packagePath);
  const environments = new Set<ExecutionEnvironment>();
  const started = {
    functionName: fn.name,
    command,
    directory,
    environment: environmentOf(settings, directory),
    timeoutSeconds: fn.timeoutSeconds,
    initSeconds,
  };
  const pool = createEnvironmentPool({ maxConcurrency, idleSeconds }, () => {
    const environment = startCommandEnvironment(started, log);
    environments.add(environment);
    void environment.ended.then(() => environments.delete(environment));
    return environment;
  });
  const underWay = new Set<Promise<unknown>>();
  const track = <T>(work: Promise<T>): Promise<T> => {
    underWay.add(work);
    void work.then(() => underWay.delete(work));
    return work;
  };
  const close = async (): Promise<void> => {
    const all = [...environments];
    for (const environment of all) environment.end();
    await Promise.all(all.map(({ ended }) => ended));
  };
  return {
    invoke: (event, invocation) => track(pool.invoke(event, invocation)),
    warm: () => track(pool.warm()),
    async retire() {
      await Promise.all(underWay);
      await close();
    },
    close,
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** Longer than on AWS, whose 10 seconds begin when the code is built. */
const COMMAND_INIT_SECONDS = 60;

/** The variables of a function, and the search path of the developer for the command itself. */
function environmentOf(settings: FunctionSettings, directory: string): Record<string, string> {
  const { layers = [], environment = {} } = settings.fn.local ?? {};
  const own = getEnvironmentVariables(settings, directory);
  const inLayers = (folder: string): string[] => layers.map((layer) => join(layer, folder));
  const paths = (...parts: readonly (string | undefined)[]): string => parts.filter(Boolean).join(delimiter);
  return {
    ...own,
    PATH: paths(...inLayers("bin"), process.env.PATH, own.PATH),
    ...(layers.length > 0 && {
      PYTHONPATH: paths(...inLayers("python"), own.PYTHONPATH),
      LD_LIBRARY_PATH: paths(...inLayers("lib"), own.LD_LIBRARY_PATH),
    }),
    ...environment,
  };
}
