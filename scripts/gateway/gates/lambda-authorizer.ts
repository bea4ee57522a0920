import { type Caller, callerKeys } from "#iam/caller";
import { evaluate } from "#iam/evaluate";
import { explainEvaluation } from "#iam/explain";
import { PolicyError, parsePolicy } from "#iam/parse-policy";
import type { PolicyDocument } from "#iam/policy";
import { createContext } from "#iam/request-context";
import type { Invocation, InvokeOutcome } from "#lambda/invocation";
import type { LambdaFunction } from "#model/lambda-function";
import type { Model } from "#model/model";
import type { Authorizer } from "#model/rest-api";
import { headerValue } from "#sigv4/request";
import type { AuthorizerResult, GatewayCall } from "../call";
import { buildRestEvent } from "../integrate/event";
import { compileCredentialsCheck } from "../integrate/invocation-credentials";
import { isPermitted } from "../integrate/permission";
import { within } from "../integrate/within";
import { readQuery } from "../query";
import { isRefusal, type Refusal } from "../refusal";
import { evaluateResourcePolicy, invokeKeys, methodArn } from "./authorize";
import { notServed } from "./not-served";

/** Asks the authorizer of a call's route. It never rejects. */
export type AskAuthorizer = (call: GatewayCall) => Promise<AuthorizerResult | Refusal>;

/** What the gate takes from outside. */
export interface AuthorizerOptions {
  readonly model: Model;
  readonly invoke: (fn: LambdaFunction, event: unknown, invocation: Invocation) => Promise<InvokeOutcome>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Gives the id of an invocation, a UUID. */
  readonly newRequestId: () => string;
}

/**
 * Prepares the gate of a Lambda authorizer: identity sources, the validation expression, the cache, the function, and the
 * policy that it returns, evaluated on the method's ARN together with the API's own policy. An answer that is not
 * understood opens nothing: it is 500, as on AWS.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html and
 *   https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export function compileLambdaAuthorizer(authorizer: Authorizer, options: AuthorizerOptions): AskAuthorizer {
  const { model, invoke, now, newRequestId } = options;
  const target = model.functions.find(({ arn }) => arn === authorizer.functionArn);
  const pattern = compilePattern(authorizer);
  const mayInvoke = target && compileInvokeCheck(model, authorizer, target);
  const cache = cacheOf(options.model, authorizer);

  return async (call) => {
    const denied = evaluateResourcePolicy(model, call, "explicit denials");
    if (isRefusal(denied)) return denied;
    const identity = authorizer.identitySources.map((source) => readSource(source, call));
    const missing = authorizer.identitySources.find((_, index) => !identity[index]);
    if (missing !== undefined) return unauthorized(`${authorizer.address}: ${missing} is missing or empty`);
    if (pattern && !pattern.test(identity[0] ?? "")) {
      return unauthorized(`${authorizer.address}: the token does not match identity_validation_expression`);
    }
    if (!target || !mayInvoke) return misconfigured(`${authorizer.address}: the stack has no such function`);
    if (target.unavailable) return notServed(target.unavailable);
    const key = JSON.stringify([call.match.stage.name, ...identity]);
    const known = cache.get(key, now());
    if (known) return decide(model, call, authorizer, known);
    const forbidden = mayInvoke(call);
    if (forbidden) return misconfigured(forbidden);
    const invocation = { requestId: newRequestId(), functionArn: target.arn, traceId: call.trace };
    const started = now();
    const event = eventOf(model, call, authorizer, identity[0] ?? "");
    const outcome = await within(TIMEOUT_MILLISECONDS, invoke(target, event, invocation));
    if (outcome === undefined) {
      return {
        ...misconfigured(`${target.name} took longer than ${TIMEOUT_MILLISECONDS} ms`),
        response: "AUTHORIZER_FAILURE",
      };
    }
    if (outcome.kind !== "result") {
      const { errorType, errorMessage } = outcome;
      if (errorMessage === "Unauthorized") return unauthorized(`${target.name} failed with "Unauthorized"`);
      return misconfigured(`${target.name} failed: ${errorType}: ${errorMessage}`);
    }
    const answer = readAnswer(outcome.payload, authorizer, now() - started);
    if (typeof answer === "string") return misconfigured(`${target.name} ${answer}`);
    cache.set(key, answer, now());
    return decide(model, call, authorizer, answer);
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** An authorizer has to answer before the request itself runs out of time. */
const TIMEOUT_MILLISECONDS = 29_000;

/** What an authorizer returned. */
interface Answer extends AuthorizerResult {
  readonly principalId: string;
  readonly policy: PolicyDocument;
}

/** How long the answer of an authorizer may be, in bytes. Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const MAX_ANSWER_BYTES = 8_192;

/** @returns what is wrong with it, if it cannot be taken */
function readAnswer(payload: string, { address }: Authorizer, latency: number): Answer | string {
  if (Buffer.byteLength(payload) > MAX_ANSWER_BYTES) return `returned more than ${MAX_ANSWER_BYTES} bytes`;
  let answer: unknown;
  try {
    answer = JSON.parse(payload);
  } catch {
    return "returned what is not JSON";
  }
  if (!isRecord(answer)) return "returned what is not an object";
  const { principalId, policyDocument, context, usageIdentifierKey } = answer;
  if (typeof principalId !== "string" || principalId === "") return "returned no principalId";
  if (!isRecord(policyDocument)) return "returned no policyDocument";
  if (
    usageIdentifierKey !== undefined &&
    usageIdentifierKey !== null &&
    typeof usageIdentifierKey !== "string"
  )
    return "returned a usageIdentifierKey that is not text";
  const values = readContext(context);
  if (values === undefined) return "returned a context with other values than text, numbers and booleans";
  try {
    return {
      principalId,
      policy: parsePolicy(JSON.stringify(policyDocument), `${address}: policyDocument`, "identity"),
      context: values,
      latency: Math.round(latency),
      ...(typeof usageIdentifierKey === "string" && { usageIdentifierKey }),
    };
  } catch (error) {
    if (!(error instanceof PolicyError || error instanceof RangeError)) throw error;
    return `returned a policy that is not understood (${error.message})`;
  }
}

/** Values as text, as events show them; undefined if one of them is neither text, a number nor a boolean. */
function readContext(context: unknown): Record<string, string> | undefined {
  if (context === undefined || context === null) return {};
  if (!isRecord(context)) return undefined;
  const values: [string, string][] = [];
  for (const [name, value] of Object.entries(context)) {
    if (!["string", "number", "boolean"].includes(typeof value)) return undefined;
    values.push([name, String(value)]);
  }
  return Object.fromEntries(values);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An explicit deny of either policy wins; without one, an allow of either is enough. */
function decide(
  model: Model,
  call: GatewayCall,
  { address }: Authorizer,
  { policy, principalId, ...rest }: Answer,
): AuthorizerResult | Refusal {
  const result = { principalId, ...rest };
  const caller: Caller = {
    kind: "user",
    accountId: model.accountId,
    arn: `arn:${model.partition}:iam::${model.accountId}:user/${principalId}`,
    uniqueId: principalId,
    name: principalId,
    tags: {},
  };
  const { resource, keys } = invokeKeys(model, call);
  const context = createContext(
    () => callerKeys(caller),
    () => keys,
  );
  const access = {
    caller,
    action: "execute-api:Invoke",
    resource,
    resourceAccountId: model.accountId,
    context,
  };
  const named = { address, name: "the authorizer's policy", document: policy };
  const evaluation = evaluate(access, { identity: [named] });
  if (evaluation.decision === "Allowed") return result;
  const isExplicit = evaluation.decision === "ExplicitlyDenied";
  if (!isExplicit && evaluateResourcePolicy(model, call, "allows") === true) return result;
  return {
    gate: "authorizer",
    response: "ACCESS_DENIED",
    errorType: "AccessDeniedException",
    message: `User is not authorized to access this resource${isExplicit ? " with an explicit deny in an identity-based policy" : ""}`,
    reason: explainEvaluation(evaluation, access),
  };
}

function unauthorized(reason: string): Refusal {
  return {
    gate: "authorizer",
    response: "UNAUTHORIZED",
    errorType: "UnauthorizedException",
    message: "Unauthorized",
    reason,
  };
}

/** Recorded by https://dev.to/marcogrcr/api-gateway-lambda-authorizer-lambda-proxy-integration-failure-modes-52bc */
function misconfigured(reason: string): Refusal {
  return {
    gate: "authorizer",
    response: "AUTHORIZER_CONFIGURATION_ERROR",
    errorType: "AuthorizerConfigurationException",
    message: null,
    reason,
  };
}

/** The whole token has to match. An expression that JavaScript does not read lets no token pass. */
function compilePattern({ validationExpression, type }: Authorizer): RegExp | undefined {
  if (validationExpression === undefined || type !== "TOKEN") return undefined;
  try {
    return new RegExp(`^(?:${validationExpression})$`, "u");
  } catch {
    return /(?!)/;
  }
}

/** The value of an identity source; nothing if the request does not have it. */
function readSource(source: string, call: GatewayCall): string | undefined {
  const [, kind, name = ""] =
    /^(method\.request\.header|method\.request\.querystring|stageVariables|context)\.(.+)$/.exec(source) ??
    [];
  switch (kind) {
    case "method.request.header":
      return headerValue(call.request.headers, name.toLowerCase());
    case "method.request.querystring":
      return readQuery(call.request.target).get(name)?.at(-1);
    case "stageVariables":
      return Object.hasOwn(call.match.stage.variables, name) ? call.match.stage.variables[name] : undefined;
    case "context": {
      let value: unknown = buildRestEvent(call).requestContext;
      for (const part of name.split(".")) {
        value = isRecord(value) && Object.hasOwn(value, part) ? value[part] : undefined;
      }
      return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
    }
    default:
      return undefined;
  }
}

function eventOf(model: Model, call: GatewayCall, { type }: Authorizer, token: string): unknown {
  const { stage, httpMethod, path } = call.match;
  const arn = methodArn(model, stage.name, httpMethod, path);
  if (type === "TOKEN") return { type, methodArn: arn, authorizationToken: token };
  const { body: _, isBase64Encoded: _1, ...event } = buildRestEvent(call);
  return { type, methodArn: arn, ...event };
}

/** Why API Gateway may not invoke the function of an authorizer; undefined if it may. */
function compileInvokeCheck(
  model: Model,
  authorizer: Authorizer,
  target: LambdaFunction,
): (call: GatewayCall) => string | undefined {
  const { address, id, roleArn, qualifier } = authorizer;
  if (roleArn !== undefined) {
    const check = compileCredentialsCheck(model, { address, credentials: { kind: "role", roleArn } }, target);
    return (call) => check(call)?.reason;
  }
  const { partition, region, accountId, api } = model;
  const source = `arn:${partition}:execute-api:${region}:${accountId}:${api.id}/authorizers/${id}`;
  const permitted = isPermitted(target, qualifier, source, accountId);
  return () =>
    permitted
      ? undefined
      : `no aws_lambda_permission lets apigateway.amazonaws.com invoke ${target.address} for ${source}`;
}

interface AnswerCache {
  get(key: string, now: number): Answer | undefined;
  set(key: string, answer: Answer, now: number): void;
}

/** So many answers are kept at most for each authorizer: the values that they are kept by are the clients'. */
const MAX_CACHED = 1_000;

const caches = new WeakMap<Model, Map<string, AnswerCache>>();

/** The cache of an authorizer, which all methods of its API share. */
function cacheOf(model: Model, { address, ttlSeconds, identitySources }: Authorizer): AnswerCache {
  const ofModel = caches.get(model) ?? new Map<string, AnswerCache>();
  caches.set(model, ofModel);
  const known = ofModel.get(address);
  if (known) return known;
  const kept = new Map<string, { readonly answer: Answer; readonly until: number }>();
  const isUsed = ttlSeconds > 0 && identitySources.length > 0;
  const cache: AnswerCache = {
    get(key, now) {
      const found = kept.get(key);
      return found && found.until > now ? found.answer : undefined;
    },
    set(key, answer, now) {
      if (!isUsed) return;
      const [oldest] = kept.keys();
      if (kept.size >= MAX_CACHED && oldest !== undefined) kept.delete(oldest);
      kept.set(key, { answer, until: now + ttlSeconds * 1000 });
    },
  };
  ofModel.set(address, cache);
  return cache;
}
