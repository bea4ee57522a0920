import { notStarted, tooLarge } from "./failures";
import { createVersion, type FunctionOptions } from "./function-version";
import type { FunctionSettings, Invocation, InvokeFailure, InvokeOutcome } from "./invocation";

/** A Lambda function that runs here. */
export interface LocalFunction {
  /**
   * Invokes the function and waits for its result.
   *
   * @param event - a JSON value
   * @returns the outcome; it never rejects
   */
  invoke(event: unknown, invocation: Invocation): Promise<InvokeOutcome>;
  /** Loads the function ahead of its first invocation, and answers with the failure where that fails. */
  warm(): Promise<InvokeFailure | undefined>;
  /**
   * Puts a new version in place: invocations from now on use it, those under way finish with the old one.
   *
   * @throws UserError when its deployment package cannot be read; the present version then stays
   */
  replace(settings: FunctionSettings): void;
  /** Ends the function, and every invocation of it, at once. */
  close(): Promise<void>;
}

/**
 * Runs a function from its deployment package, as Lambda would: in a process of its own, where each invocation has a
 * worker thread to itself, kept warm for the next one.
 *
 * Memory is limited as far as V8 counts it; buffers are not. Between invocations, where Lambda freezes a function, its
 * timers go on.
 *
 * @throws UserError when the deployment package cannot be read
 *
 * @example
 * const getProducts = createFunction({ fn, region, credentials, localEnvironment }, { log });
 * const outcome = await getProducts.invoke(event, { requestId: randomUUID(), functionArn: fn.arn });
 */
export function createFunction(settings: FunctionSettings, options: FunctionOptions): LocalFunction {
  let current = createVersion(settings, options);
  const retiring = new Set<typeof current>();
  let closed = false;

  return {
    async invoke(event, invocation) {
      if (closed) return notStarted(invocation.requestId);
      const json = JSON.stringify(event);
      return Buffer.byteLength(json) > MAX_EVENT_BYTES
        ? tooLarge(invocation.requestId, MAX_EVENT_BYTES)
        : current.invoke(json, invocation);
    },
    async warm() {
      const outcome = await current.warm();
      return outcome.kind === "result" ? undefined : outcome;
    },
    replace(newSettings) {
      const old = current;
      current = createVersion(newSettings, options);
      retiring.add(old);
      void old.retire().finally(() => retiring.delete(old));
    },
    async close() {
      closed = true;
      await Promise.all([current, ...retiring].map((version) => version.close()));
    },
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** Lambda's limit for an event: 6 MB. Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_EVENT_BYTES = 6 * 1024 * 1024;
