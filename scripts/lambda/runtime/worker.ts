import { Writable } from "node:stream";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { InvokeFailure } from "../invocation";
import { describeError, RuntimeError } from "./error-payload";
import { type Handler, loadHandler } from "./load-handler";
import type { WorkerMessage, WorkerRequest, WorkerSettings } from "./messages";

/*
 * The program of a worker thread: Lambda's Node.js runtime, as far as a function can tell. It loads the handler, then
 * handles one invocation at a time. The rules are those of the runtime interface client and of nodejs24.x.
 * Between invocations, where Lambda freezes a function, its timers go on here.
 *
 * Sources: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html
 * https://github.com/aws/aws-lambda-nodejs-runtime-interface-client
 */

/** Lambda's limit for a result, in bytes: 6 MB and some room. */
const MAX_RESPONSE_BYTES = 6_291_556;

const NEVER_SETTLED =
  "The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes";

async function run(port: MessagePort, settings: WorkerSettings): Promise<void> {
  // Where the package's source map lies beside it (source-map.ts), stack traces name the function's own files.
  process.setSourceMapsEnabled(true);
  redirectOutput(port, "stdout");
  redirectOutput(port, "stderr");

  const die = (error: unknown, exitCode: number): void => {
    send(port, { type: "failed", failure: describeError(error), fatal: true });
    process.exit(exitCode);
  };
  process.on("uncaughtException", (error) => die(error, 129));
  process.on("unhandledRejection", (reason) =>
    die(new RuntimeError("UnhandledPromiseRejection", String(reason), reason), 128),
  );
  // Nothing is left that could settle the awaited promise.
  process.on("beforeExit", () => die(new RuntimeError("NodeJsExit", NEVER_SETTLED), 13));

  let handler: Handler;
  try {
    handler = await loadHandler(settings);
  } catch (error) {
    return die(error, 1);
  }
  const environment = describeEnvironment();
  port.on("message", async (request: WorkerRequest) => {
    // While a handler runs, only the function uses the event loop.
    port.unref();
    const outcome = await invoke(handler, request, environment);
    port.ref();
    send(port, outcome);
  });
  send(port, { type: "done", payload: "" });
}

/** Sends output at once, in order with results: the thread's own streams would lose what was written before a crash. */
function redirectOutput(port: MessagePort, stream: "stdout" | "stderr"): void {
  const value = new Writable({
    decodeStrings: false,
    write(chunk: string | Uint8Array, _encoding, done) {
      send(port, { type: "output", stream, text: chunk.toString() });
      done();
    },
  });
  Object.defineProperty(process, stream, { value, configurable: true, enumerable: true });
}

function send(port: MessagePort, message: WorkerMessage): void {
  port.postMessage(message);
}

/** The parts of the context that are the same for every invocation. */
function describeEnvironment(): Record<string, unknown> {
  const { env } = process;
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    identity: undefined,
    clientContext: undefined,
  };
}

async function invoke(
  handler: Handler,
  { event, invocation, deadline }: WorkerRequest,
  environment: Record<string, unknown>,
): Promise<WorkerMessage> {
  if (invocation.traceId === undefined) delete process.env._X_AMZN_TRACE_ID;
  else process.env._X_AMZN_TRACE_ID = invocation.traceId;
  const context = {
    ...environment,
    invokedFunctionArn: invocation.functionArn,
    awsRequestId: invocation.requestId,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  try {
    const payload = stringify(await handler(JSON.parse(event), context));
    const size = Buffer.byteLength(payload);
    return size > MAX_RESPONSE_BYTES
      ? { type: "failed", failure: responseTooLarge(size), fatal: false }
      : { type: "done", payload };
  } catch (error) {
    return { type: "failed", failure: describeError(error), fatal: false };
  }
}

function stringify(result: unknown): string {
  try {
    return JSON.stringify(result) ?? "null";
  } catch (error) {
    throw new RuntimeError("JSONStringifyError", "Unable to stringify response body", error);
  }
}

function responseTooLarge(size: number): InvokeFailure {
  return {
    kind: "error",
    errorType: "Function.ResponseSizeTooLarge",
    errorMessage: `Response payload size (${size} bytes) exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
    trace: [],
  };
}

if (parentPort) void run(parentPort, workerData);
