import type { LambdaFunction } from "#model/lambda-function";

/** A function as it runs here: its declaration in the stack, and what replaces AWS. */
export interface FunctionSettings {
  readonly fn: LambdaFunction;
  readonly region: string;
  /** The credentials of the function's role. */
  readonly credentials: RoleCredentials;
  /** Variables that override those of the function: the endpoints of the local services for its AWS clients. */
  readonly localEnvironment: Readonly<Record<string, string>>;
  /**
   * The port of the loopback address at which a debugger reaches the function's process and its threads. A function with
   * one has no time limit, and a changed one ends at once, since its successor needs the port. @default none
   */
  readonly inspectPort?: number;
}

interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** One invocation, without its event. */
export interface Invocation {
  /** Lambda's own request id: `context.awsRequestId`. */
  readonly requestId: string;
  /** The ARN, qualified or not, by which the function is invoked. */
  readonly functionArn: string;
  /** The whole `X-Amzn-Trace-Id` header; `_X_AMZN_TRACE_ID` of the invocation. */
  readonly traceId?: string;
}

/** The result of an invocation: the JSON text that the function returned, or why there is none. */
export type InvokeOutcome = { readonly kind: "result"; readonly payload: string } | InvokeFailure;

/**
 * An invocation that failed. `error`: the function threw, or could not be loaded. `timeout`: it took longer than its
 * timeout. `exited`: it ended its process or used up its memory. `too-large`: Lambda would refuse the event.
 * Types and messages are those of Lambda; clients of the API do not see them.
 */
export interface InvokeFailure {
  readonly kind: "error" | "timeout" | "exited" | "too-large";
  readonly errorType: string;
  readonly errorMessage: string;
  /** The lines of the error's stack, if there is one. */
  readonly trace: readonly string[];
}

/** A line that a function wrote to its log. */
export interface FunctionLogLine {
  readonly functionName: string;
  /** The invocation that was running, or had just ended; absent while the function is loaded. */
  readonly requestId?: string;
  readonly stream: "stdout" | "stderr";
  readonly line: string;
}
