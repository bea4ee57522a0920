import type { Invocation, InvokeOutcome } from "#lambda/invocation";
import type { LambdaFunction } from "#model/lambda-function";
import type { Model } from "#model/model";
import type { LambdaProxyIntegration, Route } from "#model/rest-api";
import { headerValue } from "#sigv4/request";
import type { GatewayCall } from "../call";
import type { HttpAnswer } from "../http/message";
import type { Refusal } from "../refusal";
import { buildRestEvent } from "./event";
import {
  configurationFailure,
  functionFailure,
  requestTooLong,
  timeoutFailure,
} from "./integration-failures";
import { compileCredentialsCheck } from "./invocation-credentials";
import { compileMock } from "./mock";
import { checkInvokePermission } from "./permission";
import { buildProxyAnswer } from "./proxy-answer";

/** Invokes a function with an event; it never rejects. */
export type InvokeFunction = (
  fn: LambdaFunction,
  event: unknown,
  invocation: Invocation,
) => Promise<InvokeOutcome>;

/** Answers a request that has passed every gate. */
export type Integrate = (call: GatewayCall) => Promise<HttpAnswer | Refusal>;

/**
 * Prepares a route's integration.
 * @param newRequestId - gives the id of an invocation, a UUID
 * @throws Error if it is a mock that AWS would refuse
 */
export function compileIntegration(
  model: Model,
  route: Route,
  invoke: InvokeFunction,
  newRequestId: () => string,
): Integrate {
  const { integration } = route;
  if (integration.type === "MOCK") {
    const answer = compileMock(integration, model.api.binaryMediaTypes);
    return async ({ request, ids }) => answer(request, ids);
  }
  const target = model.functions.find((fn) => fn.arn === integration.functionArn);
  if (!target) {
    return async () => configurationFailure(`${integration.address}: no function ${integration.functionArn}`);
  }
  return compileLambdaProxy(model, route, integration, target, invoke, newRequestId);
}

// ---------------------------------------------------------------------------------------------------- internal

function compileLambdaProxy(
  model: Model,
  route: Route,
  integration: LambdaProxyIntegration,
  target: LambdaFunction,
  invoke: InvokeFunction,
  newRequestId: () => string,
): Integrate {
  if (integration.integrationHttpMethod !== "POST") {
    const reason = `${integration.address}: integration_http_method is ${integration.integrationHttpMethod}, and Lambda is invoked with POST`;
    return async () => configurationFailure(reason);
  }
  const refuse = compilePermissionCheck(model, route, integration, target);
  return async (call) => {
    const refusal = refuse(call);
    if (refusal) return refusal;
    const invocation = { requestId: newRequestId(), functionArn: target.arn, traceId: call.trace };
    const outcome = await within(
      integration.timeoutMilliseconds,
      invoke(target, buildRestEvent(call), invocation),
    );
    if (outcome === undefined) {
      const limit = `${integration.timeoutMilliseconds} ms`;
      return timeoutFailure(`${target.name} took longer than the integration's timeout of ${limit}`);
    }
    if (outcome.kind !== "result") {
      const reason = `${target.name} failed: ${outcome.errorType}: ${outcome.errorMessage}`;
      return outcome.kind === "too-large" ? requestTooLong(reason) : functionFailure(reason);
    }
    return buildProxyAnswer(outcome.payload, {
      ids: call.ids,
      trace: call.trace,
      accept: headerValue(call.request.headers, "accept"),
      binaryMediaTypes: call.api.binaryMediaTypes,
    });
  };
}

/** Prepares the check whether the function may be invoked: by API Gateway itself, or with the integration's credentials. */
function compilePermissionCheck(
  model: Model,
  route: Route,
  integration: LambdaProxyIntegration,
  target: LambdaFunction,
): (call: GatewayCall) => Refusal | undefined {
  if (integration.credentials) return compileCredentialsCheck(model, integration, target);
  const forbidden = new Map(
    model.api.stages.map((stage) => [stage, checkInvokePermission(model, stage, route, target)]),
  );
  return ({ match }) => forbidden.get(match.stage);
}

/** The outcome, or undefined if it comes too late. The function keeps running, as it does on AWS. */
async function within(
  milliseconds: number,
  outcome: Promise<InvokeOutcome>,
): Promise<InvokeOutcome | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, milliseconds, undefined);
  });
  try {
    return await Promise.race([outcome, late]);
  } finally {
    clearTimeout(timer);
  }
}
