import { notStarted, tooLarge } from "./failures";
import { createVersion, type FunctionOptions, type FunctionVersion } from "./function-version";
import type { FunctionSettings, Invocation, InvokeFailure, InvokeOutcome } from "./invocation";
import { createCommandVersion } from "./runtime-api/command-function";
import { createUrlVersion } from "./runtime-api/url-function";

/** A Lambda function that runs here. */
export interface LocalFunction {
  /**
   * Invokes the function and waits for its result.
   *
   * @param event - a JSON value
   * @returns the outcome; it never rejects
   */
  invoke(event: unknown, invocation: Invocation): Promise<InvokeOutcome>;
  /** Loads the function before its first invocation, and returns the failure if that fails. */
  warm(): Promise<InvokeFailure | undefined>;
  /** Lets running invocations finish, then ends. No invocation starts after this. */
  retire(): Promise<void>;
  /** Ends the function, and every invocation of it, at once. */
  close(): Promise<void>;
}

/**
 * Runs a function from its deployment package, or as `local.json` says. A Node.js function runs as on Lambda: in a separate process, in which each invocation has its
 * own worker thread, which is kept warm for the next one.
 *
 * Memory is limited as far as V8 counts it; buffers are not. Between invocations, when Lambda would freeze a function,
 * its timers keep running.
 *
 * @throws UserError when the deployment package cannot be read
 *
 * @example
 * const getProducts = createFunction({ fn, region, credentials, localEnvironment }, { log });
 * const outcome = await getProducts.invoke(event, { requestId: randomUUID(), functionArn: fn.arn });
 */
export function createFunction(settings: FunctionSettings, options: FunctionOptions): LocalFunction {
  const version = versionOf(settings, options);
  let ended = false;

  return {
    async invoke(event, invocation) {
      if (ended) return notStarted(invocation.requestId);
      const json = JSON.stringify(event);
      return Buffer.byteLength(json) > MAX_EVENT_BYTES
        ? tooLarge(invocation.requestId, MAX_EVENT_BYTES)
        : version.invoke(json, invocation);
    },
    async warm() {
      const outcome = await version.warm();
      return outcome.kind === "result" ? undefined : outcome;
    },
    retire() {
      ended = true;
      return version.retire();
    },
    close() {
      ended = true;
      return version.close();
    },
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** Runs a function as `local.json` says, or from its package. */
function versionOf(settings: FunctionSettings, options: FunctionOptions): FunctionVersion {
  const { command, url } = settings.fn.local ?? {};
  if (url !== undefined) return createUrlVersion(settings, url);
  return command === undefined
    ? createVersion(settings, options)
    : createCommandVersion(settings, command, options);
}

/** Lambda's limit for an event: 6 MB. Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_EVENT_BYTES = 6 * 1024 * 1024;
