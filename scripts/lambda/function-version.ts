import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { bundleModule } from "./bundle-module";
import { type FunctionProcess, startFunctionProcess } from "./function-process";
import type { FunctionLogLine, FunctionSettings, Invocation, InvokeOutcome } from "./invocation";
import type { HostSettings } from "./runtime/settings";
import { addSourceMap } from "./source-map";
import { unpack } from "./unpack";

/** How a function is run. */
export interface FunctionOptions {
  /** Receives the function's output, a line at a time; in order within each invocation. */
  readonly log: (line: FunctionLogLine) => void;
  /**
   * How many invocations run at once; further ones wait for their turn. On AWS they would not before the account's
   * limit, 1,000 as a rule, and be refused beyond it.
   *
   * @default 10
   */
  readonly maxConcurrency?: number;
  /**
   * How long an idle execution environment other than the first is kept.
   *
   * @default 60
   */
  readonly idleSeconds?: number;
  /**
   * How long a function can take to load. It does not count towards the function's timeout.
   *
   * @default 10, Lambda's own limit
   */
  readonly initSeconds?: number;
}

/** A deployment package of a function with its settings, and the process that runs it. */
export interface FunctionVersion {
  /** Handles an event, given as JSON. It never rejects. */
  invoke(event: string, invocation: Invocation): Promise<InvokeOutcome>;
  warm(): Promise<InvokeOutcome>;
  /** Lets invocations finish, then ends. No invocation starts after this. */
  retire(): Promise<void>;
  /** Ends at once. No invocation starts after this. */
  close(): Promise<void>;
}

/**
 * Unpacks a function's deployment package; its process starts with the first invocation, and again after a crash.
 *
 * The package is unpacked into the system's temporary folder, so that the bundle sees the same as on Lambda: itself,
 * and no `node_modules` of this project.
 *
 * @throws UserError when the deployment package cannot be read
 */
export function createVersion(settings: FunctionSettings, options: FunctionOptions): FunctionVersion {
  const folder = mkdtempSync(`${realpathSync(tmpdir())}${sep}lambda-`);
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    unpack(settings.fn, join(folder, "task"));
    addSourceMap(settings.fn.packagePath, join(folder, "task"));
    writeFileSync(join(folder, "host.cjs"), bundleModule("lambda/runtime/host"));
    writeFileSync(join(folder, "worker.cjs"), bundleModule("lambda/runtime/worker"));
  } catch (error) {
    removeFolder();
    throw error;
  }

  const hostSettings = getHostSettings(settings, folder, options);
  let current: FunctionProcess | undefined;
  const running = (): FunctionProcess => {
    if (!current?.alive) {
      current = startFunctionProcess(settings, join(folder, "host.cjs"), hostSettings, options.log);
    }
    return current;
  };
  const underWay = new Set<Promise<InvokeOutcome>>();
  const track = (outcome: Promise<InvokeOutcome>): Promise<InvokeOutcome> => {
    underWay.add(outcome);
    void outcome.then(() => underWay.delete(outcome));
    return outcome;
  };
  const close = async (): Promise<void> => {
    current?.end();
    await current?.ended;
    removeFolder();
  };

  return {
    invoke: (event, invocation) => track(running().invoke(event, invocation)),
    warm: () => track(running().warm()),
    async retire() {
      await Promise.all(underWay);
      await close();
    },
    close,
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** At a breakpoint nothing times out. */
const DAY_SECONDS = 86_400;

function getHostSettings(
  { fn, inspectPort }: FunctionSettings,
  folder: string,
  { maxConcurrency = 10, idleSeconds = 60, initSeconds = 10 }: FunctionOptions,
): HostSettings {
  const isInspected = inspectPort !== undefined;
  return {
    functionName: fn.name,
    taskRoot: join(folder, "task"),
    workerPath: join(folder, "worker.cjs"),
    handler: fn.handler,
    memoryMegabytes: fn.memoryMegabytes,
    timeoutSeconds: isInspected ? DAY_SECONDS : fn.timeoutSeconds,
    initSeconds: isInspected ? DAY_SECONDS : initSeconds,
    maxConcurrency,
    idleSeconds,
  };
}
