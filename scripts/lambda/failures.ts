import type { InvokeFailure } from "./invocation";

/*
 * How Lambda reports what the function itself cannot report any more. Where no invocation is to blame, as while the
 * function is loaded, there is no request id.
 *
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
 */

/** The function took too long. */
export function timedOut(requestId: string | undefined, seconds: number): InvokeFailure {
  const what = requestId === undefined ? "Init" : "Task";
  const text = `${what} timed out after ${seconds.toFixed(2)} seconds`;
  return failure("timeout", "Sandbox.Timedout", requestId, text);
}

/** The function ended its thread, which to it is the process. */
export function exited(requestId: string | undefined, exitCode: number): InvokeFailure {
  const how = exitCode === 0 ? "without providing a reason" : `with error: exit status ${exitCode}`;
  return failure("exited", "Runtime.ExitError", requestId, `Runtime exited ${how}`);
}

/** The thread ended by itself: usually it ran out of memory. */
export function crashed(requestId: string | undefined, error: NodeJS.ErrnoException): InvokeFailure {
  return error.code === "ERR_WORKER_OUT_OF_MEMORY"
    ? failure("exited", "Runtime.OutOfMemory", requestId, "Runtime exited with error: signal: killed")
    : failure("exited", "Runtime.ExitError", requestId, `Runtime exited with error: ${error.message}`);
}

/**
 * The whole process of the function has ended, and all its invocations with it.
 *
 * @param how - an exit status, a signal, or why it could not start
 */
export function processEnded(how: number | string | null): InvokeFailure {
  const text = typeof how === "number" ? `exit status ${how}` : (SIGNALS[String(how)] ?? String(how));
  const errorType = how === "SIGABRT" ? "Runtime.OutOfMemory" : "Runtime.ExitError";
  return failure("exited", errorType, undefined, `Runtime exited with error: ${text}`);
}

/** The gateway is closing. */
export function notStarted(requestId: string): InvokeFailure {
  return failure("exited", "Runtime.ExitError", requestId, "the gateway is closing");
}

/** The event is larger than Lambda takes. */
export function tooLarge(requestId: string, limit: number): InvokeFailure {
  const text = `Request must be smaller than ${limit} bytes for the InvokeFunction operation`;
  return failure("too-large", "RequestEntityTooLargeException", requestId, text);
}

// ---------------------------------------------------------------------------------------------------- internal

/** V8 aborts when one allocation exceeds the heap; the system kills a process that uses up the memory. */
const SIGNALS: Readonly<Record<string, string>> = {
  SIGABRT: "signal: aborted (core dumped)",
  SIGKILL: "signal: killed",
};

function failure(
  kind: InvokeFailure["kind"],
  errorType: string,
  requestId: string | undefined,
  text: string,
): InvokeFailure {
  const errorMessage = requestId === undefined ? `Error: ${text}` : `RequestId: ${requestId} Error: ${text}`;
  return { kind, errorType, errorMessage, trace: [] };
}
