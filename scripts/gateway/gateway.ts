import type { Jwks } from "aws-jwt-verify/jwk";
import type { LocalCredentials } from "#iam/identity";
import type { Model } from "#model/model";
import type { Route } from "#model/rest-api";
import { headerValue } from "#sigv4/request";
import { splitTarget } from "#sigv4/target";
import { clip, escapeControls } from "#text/printable";
import type { CallAws } from "#upstream/call-aws";
import type { SendUpstream, UpstreamFailure } from "#upstream/send";
import type { GatewayCall, ReceivedRequest } from "./call";
import { type ApiKeyGate, compileApiKeys } from "./gates/api-key";
import { type Authenticator, compileAuthenticator } from "./gates/authenticate";
import { compileAuthorizer, invokeRequestOf } from "./gates/authorize";
import { refuseForeignName } from "./gates/foreign-name";
import { type AskAuthorizer, compileLambdaAuthorizer } from "./gates/lambda-authorizer";
import { compileRoutes } from "./gates/match";
import { refuseUnknownGates } from "./gates/not-served";
import { refuseLongEdgeUrl } from "./gates/uri-too-long";
import type { UsageGate } from "./gates/usage-plan";
import { type CheckToken, compileTokenCheck } from "./gates/user-pool";
import { compileValidator, type Validator } from "./gates/validate";
import { toGatewayAnswer } from "./gateway-response";
import type { HttpAnswer, HttpRequest } from "./http/message";
import { newIds } from "./http/response-headers";
import { buildRequestContext } from "./integrate/event";
import { compileIntegration, type Integrate, type InvokeFunction, type Reach } from "./integrate/integration";
import { traceHeader } from "./integrate/trace";
import { toUuid } from "./random-hex";
import { isRefusal, type Refusal } from "./refusal";
import type { RequestLog } from "./request-log";

/** What the gateway is given: the model, its surroundings, time and randomness. */
export interface GatewayOptions {
  readonly model: Model;
  /** The only principals that can sign. */
  readonly credentials: readonly LocalCredentials[];
  /** Invokes a Lambda by the ARN in an integration. */
  readonly invoke: InvokeFunction;
  /** Sends a request to the endpoint of an HTTP integration. @default nothing answers */
  readonly send?: SendUpstream;
  /** Calls the AWS service of an integration. @default nothing answers */
  readonly callAws?: CallAws;
  /** Keeps what keys and stages have used; pass the same one to the gateway of a reloaded model. */
  readonly usage: UsageGate;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The keys of the user pools that run here. @default there are none, and no token passes */
  readonly userPoolKeys?: Jwks;
  /** Gives a number of random bytes as hexadecimal digits. */
  readonly randomHex: (bytes: number) => string;
  /** Further names by which open routes may be called, in lower case. @default none */
  readonly names?: readonly string[];
  /** Explains an access key that the gateway does not know, for the log. @default nothing */
  readonly explainAccessKey?: (accessKeyId: string) => string;
}

/** A request's answer, and its line in the log. */
export interface Handled {
  readonly answer: HttpAnswer;
  readonly log: RequestLog;
}

/** Serves one model. It never rejects. */
export type Gateway = (request: HttpRequest) => Promise<Handled>;

/**
 * Prepares a model for serving. Each request passes the gates in API Gateway's order; the first that refuses answers.
 * @throws Error if the model cannot be served: a schema, a pattern or a pair of keys that AWS would refuse too
 */
export function createGateway(options: GatewayOptions): Gateway {
  const handle = compileGates(options);
  return async (request) => {
    const receivedAt = options.now();
    const ids = newIds(options.randomHex);
    const { answer, refusal, call } = await handle({ request, receivedAt, ids });
    const log: RequestLog = {
      requestId: ids.requestId,
      method: escapeControls(request.method),
      path: escapeControls(splitTarget(request.target).path),
      status: answer.status,
      milliseconds: options.now() - receivedAt,
      notes: call?.notes ?? [],
      ...(call?.signer && { caller: call.signer.profile }),
      ...(call?.member && { apiKey: call.member.key.name }),
      ...(refusal && { gate: refusal.gate, reason: escapeControls(clip(refusal.reason, LONGEST_REASON)) }),
    };
    return { answer, log };
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** Long enough for a stack trace. A function's error can be as long as a request. */
const LONGEST_REASON = 5_000;

/** How a request ended. */
interface Ending {
  readonly answer: HttpAnswer;
  readonly refusal?: Refusal;
  /** How far the request got; absent if it led to no route. */
  readonly call?: GatewayCall;
}

/** A route, prepared for its requests. */
interface ServedRoute extends Route {
  readonly validate: Validator;
  readonly integrate: Integrate;
}

/**
 * A call on its way through the gates: each adds its findings. Copying the call at each gate costs more than most gates
 * do.
 */
interface PassingCall extends GatewayCall<ServedRoute> {
  signer: GatewayCall["signer"];
  authorizer: GatewayCall["authorizer"];
  member: GatewayCall["member"];
  notes: GatewayCall["notes"];
}

/** A gate that sends no request of its own answers at once: waiting costs more than most gates do. */
type CallGate = (call: PassingCall) => Refusal | undefined | Promise<Refusal | undefined>;

function compileGates(options: GatewayOptions): (received: ReceivedRequest) => Promise<Ending> {
  const { model, names = [], usage } = options;
  const authenticate = compileAuthenticator(model.region, options.credentials, options.explainAccessKey);
  const gates: readonly CallGate[] = [
    ({ match }) => refuseUnknownGates(match.route),
    ({ request, match }) =>
      match.isOnDomain
        ? undefined
        : refuseForeignName(match.route, headerValue(request.headers, "host"), names),
    signatureGate(authenticate),
    authorizerGate(options),
    policyGate(compileAuthorizer(model), model.api.restrictions ?? []),
    apiKeyGate(compileApiKeys(model)),
    ({ match, member }) => usage(match, member),
    ({ request, match }) => match.route.validate(request, match),
  ];
  const toCall = compileRouting(options, authenticate);
  const { gatewayResponses } = model.api;

  return async (received) => {
    let call: PassingCall | undefined;
    try {
      const routed = toCall(received);
      if (isRefusal(routed)) return refused(routed, received, gatewayResponses);
      call = routed;
      for (const gate of gates) {
        const result = gate(call);
        const refusal = result instanceof Promise ? await result : result;
        if (refusal) return refused(refusal, call, gatewayResponses);
      }
      const outcome = await call.match.route.integrate(call);
      return isRefusal(outcome) ? refused(outcome, call, gatewayResponses) : { answer: outcome, call };
    } catch (error) {
      return { ...refused(fault(error), received, gatewayResponses), call };
    }
  };
}

/** Finds the route of a request. If the stage has no such route, a signature that is sent anyway is checked first. */
function compileRouting(
  options: GatewayOptions,
  authenticate: Authenticator,
): (received: ReceivedRequest) => PassingCall | Refusal {
  const { model, randomHex } = options;
  const reach = reachOf(options);
  const routes = model.api.routes.map(
    (route): ServedRoute => ({
      ...route,
      validate: compileValidator(route),
      integrate: compileIntegration(model, route, reach, () => toUuid(randomHex(16))),
    }),
  );
  const match = compileRoutes({ stages: model.api.stages, domains: model.api.domains, routes });
  const { api, accountId } = model;

  return (received) => {
    const { request, receivedAt, ids } = received;
    const tooLong = api.edgeOptimized && refuseLongEdgeUrl(request.target);
    if (tooLong) return tooLong;
    const matched = match(request);
    if (!isRefusal(matched)) {
      const trace = traceHeader(headerValue(request.headers, "x-amzn-trace-id"), receivedAt, randomHex);
      const found = { signer: undefined, authorizer: undefined, member: undefined, notes: undefined };
      return { request, receivedAt, ids, match: matched, api, accountId, trace, ...found };
    }
    const isSigned = matched.stage && headerValue(request.headers, "authorization") !== undefined;
    const signer = isSigned ? authenticate(request, new Date(receivedAt)) : undefined;
    return isRefusal(signer) ? signer : matched;
  };
}

function reachOf({ invoke, send = nothingAnswers, callAws = nothingAnswers }: GatewayOptions): Reach {
  return { invoke, send, callAws };
}

async function nothingAnswers(): Promise<UpstreamFailure> {
  return { kind: "unreachable", reason: "this gateway reaches functions alone" };
}

function signatureGate(authenticate: Authenticator): CallGate {
  return (call) => {
    if (call.match.route.authorization !== "AWS_IAM") return undefined;
    const signer = authenticate(call.request, new Date(call.receivedAt));
    if (isRefusal(signer)) return signer;
    call.signer = signer;
    return undefined;
  };
}

/** Asks the authorizers of routes that have one. A route that says it has one, and does not, lets nothing through. */
function authorizerGate({ model, invoke, now, randomHex, userPoolKeys }: GatewayOptions): CallGate {
  const options = { model, invoke, now, newRequestId: () => toUuid(randomHex(16)) };
  const asks = new Map<string, AskAuthorizer>();
  for (const { authorization, authorizer, address } of model.api.routes) {
    if (authorization === "CUSTOM" && authorizer)
      asks.set(address, compileLambdaAuthorizer(authorizer, options));
  }
  const checks = new Map<string, CheckToken>();
  for (const { authorization, authorizer, authorizationScopes, address } of model.api.routes) {
    if (authorization === "COGNITO_USER_POOLS" && authorizer)
      checks.set(address, compileTokenCheck(authorizer, authorizationScopes, userPoolKeys));
  }
  return (call) => {
    const { authorization, address } = call.match.route;
    if (authorization === "NONE" || authorization === "AWS_IAM") return undefined;
    const check = checks.get(address);
    if (check) {
      const result = check(call);
      if (isRefusal(result)) return result;
      call.authorizer = result;
      return undefined;
    }
    const ask = asks.get(address);
    if (!ask) throw new Error(`${address} asks for an authorizer, and has none`);
    return ask(call).then((result) => {
      if (isRefusal(result)) return result;
      call.authorizer = result;
      return undefined;
    });
  };
}

/** @param restrictions - what AWS refuses requests by and is not in force here, for the log of each request */
function policyGate(
  authorize: ReturnType<typeof compileAuthorizer>,
  restrictions: readonly string[],
): CallGate {
  return (call) => {
    // A Lambda authorizer's gate has asked both policies.
    if (call.match.route.authorization === "CUSTOM") {
      if (restrictions.length > 0) call.notes = restrictions;
      return undefined;
    }
    const authorization = authorize(invokeRequestOf(call));
    if (isRefusal(authorization)) return authorization;
    call.notes = restrictions.length === 0 ? authorization.notes : [...authorization.notes, ...restrictions];
    return undefined;
  };
}

function apiKeyGate(checkApiKey: ApiKeyGate): CallGate {
  return (call) => {
    const member = checkApiKey(call.match, call.request.headers, call.authorizer?.usageIdentifierKey);
    if (isRefusal(member)) return member;
    call.member = member;
    return undefined;
  };
}

/** @param at - the call, or what was received if there is no call; a customised answer can refer to it */
function refused(
  refusal: Refusal,
  at: GatewayCall | ReceivedRequest,
  gatewayResponses: Model["api"]["gatewayResponses"],
): Ending {
  const call = "match" in at ? at : undefined;
  const answer = toGatewayAnswer(refusal, {
    gatewayResponses,
    context: call ? buildRequestContext(call) : at.ids,
    stageVariables: call?.match.stage.variables,
    accept: headerValue(at.request.headers, "accept"),
    received: at.request,
    pathParameters: call?.match.pathParameters,
  });
  return { answer, refusal, call };
}

/** A fault of the gateway itself: the client sees a 500, the log the error. */
function fault(error: unknown): Refusal {
  return {
    gate: "integration",
    response: "DEFAULT_5XX",
    status: 500,
    errorType: "InternalServerErrorException",
    message: "Internal server error",
    reason: `the local gateway failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  };
}
