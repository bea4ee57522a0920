import type { FunctionLogLine, Invocation, InvokeFailure, InvokeOutcome } from "../invocation";

/** From the gateway to a function's process, as lists. Each is answered with a `done` of the same id. */
export type HostRequest =
  | { readonly type: "warm"; readonly id: number }
  | {
      readonly type: "invoke";
      readonly id: number;
      /** The event, as JSON. */
      readonly event: string;
      readonly invocation: Invocation;
    };

/** From a function's process to the gateway, as lists. */
export type HostMessage =
  | { readonly type: "log"; readonly line: FunctionLogLine }
  | { readonly type: "done"; readonly id: number; readonly outcome: InvokeOutcome };

/** What a worker thread is started with. */
export interface WorkerSettings {
  readonly taskRoot: string;
  readonly handler: string;
}

/** An invocation on its way to a worker thread. */
export interface WorkerRequest {
  /** The event, as JSON. */
  readonly event: string;
  readonly invocation: Invocation;
  /** When it has to be over, in milliseconds since the epoch. */
  readonly deadline: number;
}

/**
 * From a worker thread: a piece of its output, and how the loading or an invocation ended. A loaded function has no
 * payload. With a fatal failure the thread ends.
 */
export type WorkerMessage =
  | { readonly type: "output"; readonly stream: "stdout" | "stderr"; readonly text: string }
  | { readonly type: "done"; readonly payload: string }
  | { readonly type: "failed"; readonly failure: InvokeFailure; readonly fatal: boolean };
