import { randomUUID } from "node:crypto";
import { Worker } from "node:worker_threads";
import { crashed, exited, timedOut } from "../failures";
import type { FunctionLogLine, Invocation, InvokeOutcome } from "../invocation";
import type { WorkerMessage, WorkerRequest, WorkerSettings } from "./messages";
import { createOutputLines } from "./output-lines";
import { type HostSettings, VERSION } from "./settings";

/** A worker thread that holds the function and handles one invocation at a time: Lambda's execution environment. */
export interface ExecutionEnvironment {
  /** Settles when the function is loaded, or with the failure if it could not be loaded. */
  readonly ready: Promise<InvokeOutcome>;
  /** False once the environment takes no further invocation. */
  readonly alive: boolean;
  /** Settles when the thread has ended, however it came to that. */
  readonly ended: Promise<void>;
  /**
   * Handles an event, given as JSON, within the function's timeout. It never rejects; every failure except an error
   * that the handler threw ends the environment.
   */
  invoke(event: string, invocation: Invocation): Promise<InvokeOutcome>;
  /** Ends the thread at once. */
  end(): void;
}

/**
 * Starts an execution environment.
 *
 * @param log - receives the function's output, a line at a time
 *
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
export function startExecutionEnvironment(
  settings: HostSettings,
  log: (line: FunctionLogLine) => void,
): ExecutionEnvironment {
  const { functionName, timeoutSeconds, initSeconds } = settings;
  let alive = true;
  let requestId: string | undefined;
  /** Ends the thread's current work, loading or an invocation; does nothing if there is none. */
  let finish: (outcome: InvokeOutcome) => void = nothing;

  const worker = startWorker(settings);
  const linesOf = (stream: "stdout" | "stderr") =>
    createOutputLines((line) => log({ functionName, requestId, stream, line }));
  const output = { stdout: linesOf("stdout"), stderr: linesOf("stderr") };

  /** Limits the time of the thread's next step. */
  const outcomeWithin = (seconds: number): Promise<InvokeOutcome> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => {
        end();
        finish(timedOut(requestId, seconds));
      }, seconds * 1000);
      finish = (outcome) => {
        finish = nothing;
        clearTimeout(timer);
        output.stdout.flush();
        output.stderr.flush();
        resolve(outcome);
      };
    });

  const end = (): void => {
    alive = false;
    void worker.terminate();
  };

  worker.on("message", (message: WorkerMessage) => {
    if (message.type === "output") return output[message.stream].write(message.text);
    if (message.type === "done") return finish({ kind: "result", payload: message.payload });
    if (message.fatal) alive = false;
    finish(message.failure);
  });
  worker.on("error", (error) => {
    alive = false;
    finish(crashed(requestId, error));
  });
  const ended = new Promise<void>((resolve) => {
    worker.on("exit", (exitCode) => {
      alive = false;
      finish(exited(requestId, exitCode));
      resolve();
    });
  });

  return {
    ready: outcomeWithin(initSeconds),
    ended,
    get alive() {
      return alive;
    },
    invoke(event, invocation) {
      requestId = invocation.requestId;
      const deadline = Date.now() + timeoutSeconds * 1000;
      const outcome = outcomeWithin(timeoutSeconds);
      worker.postMessage({ event, invocation, deadline } satisfies WorkerRequest);
      return outcome;
    },
    end,
  };
}

// ---------------------------------------------------------------------------------------------------- internal

function startWorker({ taskRoot, workerPath, handler, memoryMegabytes }: HostSettings): Worker {
  return new Worker(workerPath, {
    workerData: { taskRoot, handler } satisfies WorkerSettings,
    env: { ...process.env, AWS_LAMBDA_LOG_STREAM_NAME: getLogStreamName(new Date(), randomUUID()) },
    argv: [],
    // Nothing is written there, see the worker.
    stdout: true,
    stderr: true,
    // The shares that Lambda's bootstrap gives to V8.
    resourceLimits: {
      maxOldGenerationSizeMb: memoryMegabytes * 0.9,
      maxYoungGenerationSizeMb: memoryMegabytes * 0.05,
    },
  });
}

/** `2026/11/22/[$LATEST]0123456789abcdef0123456789abcdef` */
function getLogStreamName(startedAt: Date, id: string): string {
  const day = startedAt.toISOString().slice(0, 10);
  return `${day.replaceAll("-", "/")}/[${VERSION}]${id.replaceAll("-", "")}`;
}

function nothing(): void {}
