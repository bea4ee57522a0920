import { inspect } from "node:util";
import { isNativeError } from "node:util/types";
import type { InvokeFailure } from "../invocation";

/** An error that Lambda's runtime makes, not the function: its type is `Runtime.NAME`. */
export class RuntimeError extends Error {
  /** @param cause - an error whose stack says more */
  constructor(name: string, message: string, cause?: unknown) {
    super(message);
    this.name = `Runtime.${name}`;
    if (isNativeError(cause)) this.stack = cause.stack;
  }
}

/**
 * Lambda's form of the value that a function threw, which can be anything.
 *
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html
 */
export function describeError(error: unknown): InvokeFailure {
  if (!isNativeError(error)) {
    const text = typeof error === "object" ? inspect(error) : String(error);
    return { kind: "error", errorType: typeof error, errorMessage: text, trace: [] };
  }
  return {
    kind: "error",
    errorType: String(error.name),
    errorMessage: String(error.message),
    trace: String(error.stack ?? "").split("\n"),
  };
}
