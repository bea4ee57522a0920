import type { InvokeFailure } from "#lambda/invocation";
import type { LambdaFunction } from "#model/lambda-function";
import type { GatewayCall } from "../call";
import type { Refusal } from "../refusal";
import { requestTooLong, timeoutFailure } from "./integration-failures";
import type { Backend } from "./mapped/compile";
import type { BackendAnswer } from "./mapped/response";
import { type InvokeFunction, within } from "./within";

/**
 * Invokes a function with what the template made, and answers with what it returned, an error included: error messages alone
 * select another response than the default one.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/handle-errors-in-lambda-integration.html; recorded by
 *   `test_lambda_selection_patterns` of localstack/localstack
 *
 * With `X-Amz-Invocation-Type: 'Event'` it is invoked and not waited for; the body is empty then.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-integration-async.html
 *
 * @param refuse - the reason why API Gateway may not invoke it
 */
export function lambdaBackend(
  target: LambdaFunction,
  timeoutMilliseconds: number,
  refuse: (call: GatewayCall) => Refusal | undefined,
  invoke: InvokeFunction,
  newRequestId: () => string,
): Backend {
  return async ({ call, body, headers }) => {
    const refusal = refuse(call);
    if (refusal) return refusal;
    const event = readEvent(typeof body === "string" ? body : Buffer.from(body).toString());
    if (event === undefined) return NOT_JSON;
    const invocation = { requestId: newRequestId(), functionArn: target.arn, traceId: call.trace };
    const outcome = invoke(target, event.value, invocation);
    if (headers.some(([name, value]) => INVOCATION_TYPE.test(name) && value === "Event")) return answer("");
    const result = await within(timeoutMilliseconds, outcome);
    if (result === undefined)
      return timeoutFailure(
        `${target.name} took longer than the integration's timeout of ${timeoutMilliseconds} ms`,
      );
    if (result.kind === "result") return answer(result.payload, errorMessageOf(result.payload));
    if (result.kind === "too-large") return requestTooLong(`${target.name}: ${result.errorMessage}`);
    return answer(errorPayload(result), result.errorMessage);
  };
}

// ---------------------------------------------------------------------------------------------------- internal

const INVOCATION_TYPE = /^(?:x-amz-)?invocation-?type$/i;

/** An empty body is an empty event. */
function readEvent(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: text.trim() === "" ? {} : JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function answer(payload: string, selection = ""): BackendAnswer {
  return { selection, headers: [["Content-Type", "application/json"]], body: Buffer.from(payload) };
}

/** What Lambda answers to an event that is not JSON; API Gateway passes it on. */
const NOT_JSON = answer(JSON.stringify({ Type: "User", message: "Could not parse request body into json" }));

/** Also a function that returns an `errorMessage` selects by it. */
function errorMessageOf(payload: string): string {
  if (!payload.includes('"errorMessage"')) return "";
  const value: unknown = JSON.parse(payload);
  if (typeof value !== "object" || value === null || !("errorMessage" in value)) return "";
  return typeof value.errorMessage === "string" ? value.errorMessage : "";
}

/** As the runtime for Node.js reports an error. Source: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html */
function errorPayload({ errorType, errorMessage, trace }: InvokeFailure): string {
  return JSON.stringify({ errorType, errorMessage, ...(trace.length > 0 && { trace }) });
}
