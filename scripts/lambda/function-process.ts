import { type ChildProcess, spawn } from "node:child_process";
import { getEnvironmentVariables } from "./environment-variables";
import { processEnded } from "./failures";
import type { FunctionLogLine, FunctionSettings, Invocation, InvokeOutcome } from "./invocation";
import { createBatch } from "./runtime/batch";
import type { HostMessage, HostRequest } from "./runtime/messages";
import { createOutputLines } from "./runtime/output-lines";
import type { HostSettings } from "./runtime/settings";

/** A process that runs one version of a function in worker threads. */
export interface FunctionProcess {
  /** False once the process accepts no further messages. */
  readonly alive: boolean;
  readonly ended: Promise<void>;
  /** Handles an event, given as JSON. It never rejects. */
  invoke(event: string, invocation: Invocation): Promise<InvokeOutcome>;
  /** Loads the function ahead of its first invocation. It never rejects. */
  warm(): Promise<InvokeOutcome>;
  /** Ends the process, and every invocation with it, at once. */
  end(): void;
}

/**
 * Starts the process of a function, with the function's environment only and not the gateway's.
 *
 * @param hostPath - the program of the process
 * @param log - receives the function's output, a line at a time
 */
export function startFunctionProcess(
  settings: FunctionSettings,
  hostPath: string,
  hostSettings: HostSettings,
  log: (line: FunctionLogLine) => void,
): FunctionProcess {
  const child = spawn(process.execPath, [...inspection(settings), hostPath, JSON.stringify(hostSettings)], {
    cwd: hostSettings.taskRoot,
    env: getEnvironmentVariables(settings, hostSettings.taskRoot),
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  logOutput(child, (stream, line) => log({ functionName: settings.fn.name, stream, line }));

  const pending = new Map<number, (outcome: InvokeOutcome) => void>();
  let alive = true;
  let lastId = 0;

  // If sending fails, the process has ended, and its end settles everything that is pending.
  const send = createBatch<HostRequest>((requests) => child.send(requests, () => undefined));
  const request = (toRequest: (id: number) => HostRequest): Promise<InvokeOutcome> =>
    new Promise((resolve) => {
      lastId += 1;
      pending.set(lastId, resolve);
      send(toRequest(lastId));
    });
  const receive = (message: HostMessage): void => {
    if (message.type === "log") {
      log(message.line);
      return;
    }
    pending.get(message.id)?.(message.outcome);
    pending.delete(message.id);
  };
  child.on("message", (messages: readonly HostMessage[]) => messages.forEach(receive));
  const ended = new Promise<void>((resolve) => {
    const settle = (failure: InvokeOutcome): void => {
      alive = false;
      for (const settlePending of pending.values()) settlePending(failure);
      pending.clear();
      resolve();
    };
    child.on("error", (error) => settle(processEnded(error.message)));
    child.on("close", (exitCode, signal) => settle(processEnded(signal ?? exitCode)));
  });

  return {
    ended,
    get alive() {
      return alive;
    },
    invoke: (event, invocation) => request((id) => ({ type: "invoke", id, event, invocation })),
    warm: () => request((id) => ({ type: "warm", id })),
    end() {
      alive = false;
      child.kill("SIGKILL");
    },
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** Debuggers find the process by its port; it does not print that it waits for them. */
function inspection({ inspectPort }: FunctionSettings): string[] {
  return inspectPort === undefined
    ? []
    : [`--inspect=127.0.0.1:${inspectPort}`, "--inspect-publish-uid=http"];
}

/** Output that does not go through the threads' streams: from native code, or from Node as it ends. */
function logOutput(child: ChildProcess, emit: (stream: "stdout" | "stderr", line: string) => void): void {
  for (const stream of ["stdout", "stderr"] as const) {
    const lines = createOutputLines((line) => emit(stream, line));
    child[stream]?.setEncoding("utf8").on("data", lines.write).on("end", lines.flush);
  }
}
