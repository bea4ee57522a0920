import { toCaller } from "#iam/caller";
import type { LocalCredentials } from "#iam/identity";
import type { Model } from "#model/model";
import { headerValue } from "#sigv4/request";
import { splitTarget } from "#sigv4/target";
import { clip, escapeControls } from "#text/one-line";
import { compileApiKeys, type PlanMember } from "./gates/api-key";
import { compileAuthenticator } from "./gates/authenticate";
import { compileAuthorizer } from "./gates/authorize";
import { refuseLongEdgeUrl } from "./gates/edge-url";
import { refuseForeignName } from "./gates/foreign-name";
import { compileRoutes, type Matched } from "./gates/match";
import type { UsageGate } from "./gates/usage-plan";
import { compileValidator } from "./gates/validate";
import { toGatewayAnswer } from "./gateway-response";
import type { HttpAnswer, HttpRequest } from "./http/message";
import { type AnswerIds, newIds } from "./http/response-headers";
import { buildRequestContext, type GatewayCall } from "./integrate/event";
import { compileIntegration, type InvokeFunction } from "./integrate/integration";
import { traceHeader } from "./integrate/trace";
import { toUuid } from "./random-hex";
import type { Refusal } from "./refusal";
import type { Progress, RequestLog } from "./request-log";

/** What the gateway takes from outside: the world of the model, and time and chance. */
export interface GatewayOptions {
  readonly model: Model;
  /** Who may sign; nobody else. */
  readonly credentials: readonly LocalCredentials[];
  /** Invokes a Lambda by the ARN in an integration. */
  readonly invoke: InvokeFunction;
  /** Keeps what keys and stages have used; hand the same one to the gateway of a reloaded model. */
  readonly usage: UsageGate;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Gives a number of random bytes as hexadecimal digits. */
  readonly randomHex: (bytes: number) => string;
  /** Names by which open routes may be called, besides those that no web page can have, in lower case. @default none */
  readonly names?: readonly string[];
  /** Says, for the log, what is known of an access key that nobody here has. @default nothing */
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
 * @throws Error where the model cannot be served: a schema, a pattern or a pair of keys that AWS would refuse too
 */
export function createGateway(options: GatewayOptions): Gateway {
  const { gatewayResponses } = options.model.api;
  const gates = compileGates(options);
  return async (request) => {
    const receivedAt = options.now();
    const ids = newIds(options.randomHex);
    const progress: Progress = {};
    let outcome: HttpAnswer | Refused;
    try {
      outcome = await gates(request, receivedAt, ids, progress);
    } catch (error) {
      outcome = { refusal: fault(error) };
    }
    const refusal = "refusal" in outcome ? outcome.refusal : undefined;
    const answer = "refusal" in outcome ? toAnswer(outcome, request, ids, gatewayResponses) : outcome;
    const log: RequestLog = {
      requestId: ids.requestId,
      method: escapeControls(request.method),
      path: escapeControls(splitTarget(request.target).path),
      status: answer.status,
      milliseconds: options.now() - receivedAt,
      notes: [],
      ...progress,
      ...(refusal && { gate: refusal.gate, reason: escapeControls(clip(refusal.reason, LONGEST_REASON)) }),
    };
    return { answer, log };
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** A stack trace fits. What a function throws can be as long as a request. */
const LONGEST_REASON = 5_000;

/** A refusal, and how far the request had come. */
interface Refused {
  readonly refusal: Refusal;
  readonly matched?: Matched;
  readonly call?: GatewayCall;
}

type Gates = (
  request: HttpRequest,
  receivedAt: number,
  ids: AnswerIds,
  progress: Progress,
) => Promise<HttpAnswer | Refused>;

function compileGates(options: GatewayOptions): Gates {
  const { model, credentials, invoke, usage, randomHex, names = [] } = options;
  const match = compileRoutes(model.api);
  const authenticate = compileAuthenticator(model.region, credentials, options.explainAccessKey);
  const authorize = compileAuthorizer(model);
  const checkApiKey = compileApiKeys(model);
  const routes = new Map(
    model.api.routes.map((route) => [
      route,
      {
        validate: compileValidator(route),
        integrate: compileIntegration(model, route, invoke, () => toUuid(randomHex(16))),
      },
    ]),
  );

  return async (request, receivedAt, ids, progress) => {
    const time = new Date(receivedAt);
    const tooLong = model.api.edgeOptimized && refuseLongEdgeUrl(request.target);
    if (tooLong) return { refusal: tooLong };
    const matched = match(request);
    if (!matched.matched) {
      // Where a stage has no such route, a signature that is sent all the same is looked at first.
      const signed = matched.stage && headerValue(request.headers, "authorization") !== undefined;
      const authentication = signed ? authenticate(request, time) : undefined;
      return { refusal: authentication?.passed === false ? authentication.refusal : matched.refusal };
    }
    const { route, stage } = matched;
    let call: GatewayCall = {
      request,
      match: matched,
      api: model.api,
      accountId: model.accountId,
      ids,
      receivedAt,
      trace: traceHeader(headerValue(request.headers, "x-amzn-trace-id"), receivedAt, randomHex),
    };

    const foreign = refuseForeignName(route, headerValue(request.headers, "host"), names);
    if (foreign) return { refusal: foreign, matched, call };

    let signer: LocalCredentials | undefined;
    if (route.authorization === "AWS_IAM") {
      const authentication = authenticate(request, time);
      if (!authentication.passed) return { refusal: authentication.refusal, matched, call };
      signer = authentication.signer;
      progress.caller = signer.profile;
      call = {
        ...call,
        signer: { accessKey: signer.accessKeyId, caller: toCaller(signer.principal, signer.sessionName) },
      };
    }

    const authorization = authorize({
      authorization: route.authorization,
      caller: signer,
      method: matched.httpMethod,
      stage: stage.name,
      path: rawPathBehindStage(request.target, stage.name),
      sourceIp: request.sourceIp,
      userAgent: headerValue(request.headers, "user-agent"),
      referer: headerValue(request.headers, "referer"),
      time,
    });
    if (!authorization.passed) return { refusal: authorization.refusal, matched, call };
    progress.notes = authorization.notes;

    const apiKey = checkApiKey(matched, request.headers);
    if (!apiKey.passed) return { refusal: apiKey.refusal, matched, call };
    call = withApiKey(call, apiKey.member, progress);

    const exhausted = usage(matched, apiKey.member);
    if (exhausted) return { refusal: exhausted, matched, call };

    const compiled = routes.get(route) as NonNullable<ReturnType<typeof routes.get>>;
    const invalid = compiled.validate(request, matched);
    if (invalid) return { refusal: invalid, matched, call };

    const outcome = await compiled.integrate(call);
    return outcome.answered ? outcome.answer : { refusal: outcome.refusal, matched, call };
  };
}

function toAnswer(
  { refusal, matched, call }: Refused,
  received: HttpRequest,
  ids: AnswerIds,
  gatewayResponses: Model["api"]["gatewayResponses"],
): HttpAnswer {
  return toGatewayAnswer(refusal, {
    gatewayResponses,
    context: call ? buildRequestContext(call) : ids,
    stageVariables: matched?.stage.variables,
    accept: headerValue(received.headers, "accept"),
    received,
    pathParameters: matched?.pathParameters,
  });
}

function withApiKey(call: GatewayCall, member: PlanMember | undefined, progress: Progress): GatewayCall {
  if (member === undefined) return call;
  progress.apiKey = member.key.name;
  return { ...call, apiKey: member.key };
}

/** The path that policies speak of, as it came: `//dev//x` is `//x`, so that a policy sees every spelling of a path. */
function rawPathBehindStage(target: string, stage: string): string {
  const { path } = splitTarget(target);
  const behind = path.slice(path.indexOf(stage, 1) + stage.length);
  return behind === "" ? "/" : behind;
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
