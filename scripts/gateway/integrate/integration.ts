import type { LambdaFunction } from "#model/lambda-function";
import type { Model } from "#model/model";
import type { LambdaIntegration, LambdaProxyIntegration, MockIntegration, Route } from "#model/rest-api";
import { headerValue } from "#sigv4/request";
import type { CallAws } from "#upstream/call-aws";
import type { SendUpstream } from "#upstream/send";
import type { GatewayCall } from "../call";
import { notServed } from "../gates/not-served";
import type { HttpAnswer } from "../http/message";
import type { Refusal } from "../refusal";
import { awsBackend } from "./backend-aws";
import { compileHttpProxy, httpBackend } from "./backend-http";
import { lambdaBackend } from "./backend-lambda";
import { buildRestEvent } from "./event";
import {
  configurationFailure,
  functionFailure,
  requestTooLong,
  timeoutFailure,
} from "./integration-failures";
import { compileCredentialsCheck } from "./invocation-credentials";
import { isLiteralTemplate } from "./literal-template";
import { type Backend, compileMapped } from "./mapped/compile";
import { refuseHeaders } from "./mapped/headers";
import { compileParameters } from "./mapped/parameters";
import { RequestSources } from "./mapped/sources";
import { renderUri } from "./mapped/uri";
import { compileMock, noStatusCode, readStatusCode } from "./mock";
import { checkInvokePermission } from "./permission";
import { buildProxyAnswer } from "./proxy-answer";
import { type InvokeFunction, within } from "./within";

export type { InvokeFunction } from "./within";

/** How integrations reach what is behind them. */
export interface Reach {
  readonly invoke: InvokeFunction;
  readonly send: SendUpstream;
  readonly callAws: CallAws;
}

/** Answers a request that has passed every gate. */
export type Integrate = (call: GatewayCall) => HttpAnswer | Refusal | Promise<HttpAnswer | Refusal>;

/**
 * Prepares a route's integration.
 * @param newRequestId - gives the id of an invocation, a UUID
 * @throws Error and VtlError for one that AWS would refuse
 */
export function compileIntegration(
  model: Model,
  route: Route,
  reach: Reach,
  newRequestId: () => string,
): Integrate {
  const { integration } = route;
  if (route.notServed) {
    const refusal = notServed(route.notServed);
    return async () => refusal;
  }
  switch (integration.type) {
    case "MOCK":
      return compileAnyMock(integration, model.api.binaryMediaTypes);
    case "HTTP":
      return compileMapped(integration, httpBackend(integration, reach.send), {
        headers: "HTTP",
        traced: true,
      });
    case "HTTP_PROXY":
      return compileHttpProxy(integration, reach.send);
    case "AWS":
      return compileMapped(integration, awsBackend(model, integration, reach.callAws), AWS);
    case "UNKNOWN":
      throw new Error(`${route.address} has no integration, and no reason`);
    default:
      return compileLambda(model, route, integration, reach.invoke, newRequestId);
  }
}

// ---------------------------------------------------------------------------------------------------- internal

const AWS = { headers: "AWS", traced: true } as const;

/** A mock of literal text is prepared once and for all; any other runs its templates for each request. */
function compileAnyMock(integration: MockIntegration, binaryMediaTypes: readonly string[]): Integrate {
  const templates = [
    integration.requestTemplates,
    ...integration.responses.map((each) => each.responseTemplates),
  ];
  const mappings = [
    integration.requestParameters,
    ...integration.responses.map((each) => each.mappedParameters),
  ];
  const isLiteral =
    integration.responses.every(({ isUndeclared }) => !isUndeclared) &&
    templates.every((each) => Object.values(each).every(isLiteralTemplate)) &&
    mappings.every((each = {}) => Object.keys(each).length === 0);
  if (isLiteral) {
    const answer = compileMock(integration, binaryMediaTypes);
    return ({ request, ids }) => answer(request, ids);
  }
  return compileMapped(integration, mockBackend(integration), {
    headers: "HTTP",
    traced: false,
    takesBinary: false,
  });
}

/** Mocks the status that the request's template names, or the body that passes through. */
function mockBackend(integration: MockIntegration): Backend {
  return async ({ body, isRendered }) => {
    const status = readStatusCode(String(body));
    if (status === undefined && isRendered) return noStatusCode(integration);
    const selection = status === undefined ? undefined : String(status);
    return { selection, headers: [], body: new Uint8Array(), passesThrough: false };
  };
}

function compileLambda(
  model: Model,
  route: Route,
  integration: LambdaProxyIntegration | LambdaIntegration,
  invoke: InvokeFunction,
  newRequestId: () => string,
): Integrate {
  if (integration.functionArn.includes("${")) {
    const ofStage = new Map(
      model.api.stages.map((stage) => {
        const named = splitQualifier(renderUri(integration.functionArn, new Map(), stage.variables));
        return [stage, compileLambda(model, route, { ...integration, ...named }, invoke, newRequestId)];
      }),
    );
    return (call) => (ofStage.get(call.match.stage) as Integrate)(call);
  }
  const target = model.functions.find((fn) => fn.arn === integration.functionArn);
  if (!target) {
    return async () => configurationFailure(`${integration.address}: no function ${integration.functionArn}`);
  }
  if (integration.integrationHttpMethod !== "POST") {
    const reason = `${integration.address}: integration_http_method is ${integration.integrationHttpMethod}, and Lambda is invoked with POST`;
    return async () => configurationFailure(reason);
  }
  const refuse = compilePermissionCheck(model, route, integration, target);
  if (target.unavailable) {
    // The permission is checked first, as on AWS: what is missing here must not hide what is missing there.
    const refusal = notServed(target.unavailable);
    return async (call) => refuse(call) ?? refusal;
  }
  if (integration.type === "AWS_PROXY") {
    return compileLambdaProxy(integration, target, refuse, invoke, newRequestId);
  }
  const backend = lambdaBackend(target, integration.timeoutMilliseconds, refuse, invoke, newRequestId);
  return compileMapped(integration, backend, AWS);
}

/** A function's ARN without the version or alias that it names. */
function splitQualifier(arn: string): Pick<LambdaProxyIntegration, "functionArn" | "qualifier"> {
  const [, functionArn = arn, qualifier] = /^((?:[^:]*:){6}[^:]*):(.+)$/.exec(arn) ?? [];
  return { functionArn, ...(qualifier !== undefined && qualifier !== "$LATEST" && { qualifier }) };
}

function compileLambdaProxy(
  integration: LambdaProxyIntegration,
  target: LambdaFunction,
  refuse: (call: GatewayCall) => Refusal | undefined,
  invoke: InvokeFunction,
  newRequestId: () => string,
): Integrate {
  const refuseMapping = compileMappingCheck(integration);
  return async (call) => {
    const refusal = refuseMapping?.(call) ?? refuse(call);
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

/** The function sees nothing of mappings, but one onto a header that they may not set fails all the same, as recorded. */
function compileMappingCheck({
  address,
  requestParameters = {},
}: LambdaProxyIntegration): ((call: GatewayCall) => Refusal | undefined) | undefined {
  if (Object.keys(requestParameters).length === 0) return undefined;
  const mapParameters = compileParameters(requestParameters, `${address}.request_parameters`);
  return (call) => {
    const { header } = mapParameters(new RequestSources(call));
    return refuseHeaders(header.keys(), "AWS", `${address}.request_parameters`);
  };
}

/** Prepares the check whether the function may be invoked: by API Gateway itself, or with the integration's credentials. */
function compilePermissionCheck(
  model: Model,
  route: Route,
  integration: LambdaProxyIntegration | LambdaIntegration,
  target: LambdaFunction,
): (call: GatewayCall) => Refusal | undefined {
  if (integration.credentials) return compileCredentialsCheck(model, integration, target);
  const forbidden = new Map(
    model.api.stages.map((stage) => [
      stage,
      checkInvokePermission(model, stage, route, target, integration.qualifier),
    ]),
  );
  return ({ match }) => forbidden.get(match.stage);
}
