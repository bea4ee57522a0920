import { timedOut } from "../failures";
import type { FunctionVersion } from "../function-version";
import type { FunctionSettings, InvokeFailure, InvokeOutcome } from "../invocation";

/**
 * Invokes a function that runs elsewhere, as in a container, where Lambda's runtime interface emulator takes events by HTTP.
 * Its environment and its credentials are its own: what is set here does not reach it.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/images-test.html
 */
export function createUrlVersion({ fn }: FunctionSettings, url: string): FunctionVersion {
  const target = new URL(url);
  if (target.pathname === "/") target.pathname = "/2015-03-31/functions/function/invocations";
  const closing = new AbortController();
  const underWay = new Set<Promise<InvokeOutcome>>();
  return {
    invoke(event, { requestId }) {
      const outcome = post(
        target,
        event,
        AbortSignal.timeout(fn.timeoutSeconds * 1000),
        closing.signal,
      ).catch((error: unknown) =>
        error instanceof Error && error.name === "TimeoutError"
          ? timedOut(requestId, fn.timeoutSeconds)
          : unreachable(url, error),
      );
      underWay.add(outcome);
      void outcome.then(() => underWay.delete(outcome));
      return outcome;
    },
    // What runs elsewhere is started there.
    warm: async () => ({ kind: "result", payload: "" }),
    async retire() {
      await Promise.all(underWay);
    },
    async close() {
      closing.abort();
      await Promise.all(underWay);
    },
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** Lambda's limit for a result, in bytes. */
const MAX_RESPONSE_BYTES = 6_291_556;

async function post(
  target: URL,
  event: string,
  timeout: AbortSignal,
  closing: AbortSignal,
): Promise<InvokeOutcome> {
  const response = await fetch(target, {
    method: "POST",
    body: event,
    headers: { "Content-Type": "application/json" },
    redirect: "manual",
    signal: AbortSignal.any([timeout, closing]),
  });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_RESPONSE_BYTES) return failure("Function.ResponseSizeTooLarge", "the answer is too large");
    chunks.push(chunk);
  }
  const payload = Buffer.concat(chunks).toString();
  const error = errorIn(payload);
  if (error) return error;
  return response.status === 200 && !response.headers.has("x-amz-function-error")
    ? { kind: "result", payload }
    : failure("Runtime.Unknown", `got the status ${response.status}`);
}

/** The emulator answers an error of the function with 200 as well. */
function errorIn(payload: string): InvokeFailure | undefined {
  try {
    const { errorType, errorMessage, stackTrace, statusCode } = (JSON.parse(payload) ?? {}) as Readonly<
      Record<string, unknown>
    >;
    if (typeof errorType !== "string" || typeof errorMessage !== "string" || statusCode !== undefined)
      return undefined;
    const trace = Array.isArray(stackTrace) ? stackTrace.map(String) : [];
    return { kind: "error", errorType, errorMessage, trace };
  } catch {
    return undefined;
  }
}

function unreachable(url: string, error: unknown): InvokeFailure {
  const { cause, message } = error as Error & { readonly cause?: { readonly code?: string } };
  return failure(
    "Runtime.ExitError",
    `nothing answers at ${url} (${cause?.code ?? message}): start the function there`,
  );
}

function failure(errorType: string, errorMessage: string): InvokeFailure {
  return { kind: "error", errorType, errorMessage, trace: [] };
}
