import { type ChildProcess, spawn } from "node:child_process";
import { exited, processEnded, timedOut } from "../failures";
import type { FunctionLogLine, Invocation, InvokeOutcome } from "../invocation";
import type { ExecutionEnvironment } from "../runtime/execution-environment";
import { createOutputLines } from "../runtime/output-lines";
import { type RuntimeApi, type SendEvent, serveRuntimeApi } from "./exchange";

export interface CommandSettings {
  readonly functionName: string;
  readonly command: readonly string[];
  /** The folder that it runs in. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  /** How long it can take until it asks for its first event. */
  readonly initSeconds: number;
}

/**
 * Starts a command with a runtime API of its own: an execution environment that handles one invocation at a time. The command
 * ends with it, and so does what the command has started.
 */
export function startCommandEnvironment(
  settings: CommandSettings,
  log: (line: FunctionLogLine) => void,
): ExecutionEnvironment {
  const { functionName, timeoutSeconds, initSeconds } = settings;
  let alive = true;
  let child: ChildProcess | undefined;
  let api: RuntimeApi | undefined;
  let requestId: string | undefined;
  /** Set while the runtime waits for an event. */
  let sendNext: SendEvent | undefined;
  /** An event that the runtime has not asked for yet: its last result came before it asks again. */
  let waiting: ((send: SendEvent) => void) | undefined;
  let underWay: string | undefined;
  /** Ends the loading, or the invocation that is under way. */
  let finish: (outcome: InvokeOutcome) => void = () => undefined;
  let settleEnded: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    settleEnded = resolve;
  });
  const write = (stream: "stdout" | "stderr") =>
    createOutputLines((line) =>
      log({ functionName, ...(requestId !== undefined && { requestId }), stream, line }),
    );
  const output = { stdout: write("stdout"), stderr: write("stderr") };

  const outcomeWithin = (seconds: number): Promise<InvokeOutcome> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => {
        finish(timedOut(requestId, seconds));
        end();
      }, seconds * 1000);
      finish = (outcome) => {
        finish = () => undefined;
        underWay = undefined;
        clearTimeout(timer);
        resolve(outcome);
      };
    });
  const end = (): void => {
    alive = false;
    if (child?.pid === undefined) gone(processEnded("SIGKILL"));
    else killGroup(child.pid);
  };
  const gone = (outcome: InvokeOutcome): void => {
    alive = false;
    output.stdout.flush();
    output.stderr.flush();
    finish(outcome);
    api?.close();
    settleEnded();
  };
  const settle = (id: string, outcome: InvokeOutcome): boolean => {
    if (id !== underWay) return false;
    finish(outcome);
    return true;
  };
  const start = async (): Promise<void> => {
    api = await serveRuntimeApi({
      next(send) {
        const give = waiting;
        waiting = undefined;
        if (give) {
          give(send);
          return;
        }
        sendNext = send;
        // The first request for an event says that the function is loaded.
        if (requestId === undefined) finish({ kind: "result", payload: "" });
      },
      result: (id, payload) => settle(id, { kind: "result", payload }),
      failed: settle,
      initFailed(failure) {
        finish(failure);
        end();
      },
    });
    if (!alive) return gone(processEnded("SIGKILL"));
    child = run(settings, api.address);
    for (const stream of ["stdout", "stderr"] as const)
      child[stream]?.setEncoding("utf8").on("data", output[stream].write);
    child.on("error", (error) => gone(processEnded(error.message)));
    child.on("close", (status, signal) => {
      if (child?.pid !== undefined) killGroup(child.pid);
      gone(signal === null ? exited(requestId, status ?? 1) : processEnded(signal));
    });
  };

  const ready = outcomeWithin(initSeconds);
  void start();
  return {
    ready,
    ended,
    get alive() {
      return alive;
    },
    invoke(event, invocation) {
      requestId = invocation.requestId;
      underWay = requestId;
      const deadline = Date.now() + timeoutSeconds * 1000;
      const outcome = outcomeWithin(timeoutSeconds);
      const give = (send: SendEvent): void => send(event, headersOf(invocation, deadline));
      if (sendNext) give(sendNext);
      else waiting = give;
      sendNext = undefined;
      return outcome;
    },
    end,
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** In a process group of its own, so that all of it can be ended. */
function run({ command, directory, environment }: CommandSettings, address: string): ChildProcess {
  const [program = "", ...more] = command;
  return spawn(program, more, {
    cwd: directory,
    env: { ...environment, AWS_LAMBDA_RUNTIME_API: address },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // All of it has ended already.
  }
}

function headersOf(
  { requestId, functionArn, traceId }: Invocation,
  deadline: number,
): Record<string, string> {
  return {
    "Lambda-Runtime-Aws-Request-Id": requestId,
    "Lambda-Runtime-Deadline-Ms": String(deadline),
    "Lambda-Runtime-Invoked-Function-Arn": functionArn,
    ...(traceId !== undefined && { "Lambda-Runtime-Trace-Id": traceId }),
  };
}
