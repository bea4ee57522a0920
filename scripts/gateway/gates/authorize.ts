import { ANONYMOUS, type Caller, callerKeys, toCaller } from "#iam/caller";
import { type Evaluation, evaluate } from "#iam/evaluate";
import { accessDenied, explainEvaluation } from "#iam/explain";
import type { NamedPolicy, Principal } from "#iam/identity";
import { type OneOrMany, type PolicyStatement, toList } from "#iam/policy";
import { type ContextKeys, createContext } from "#iam/request-context";
import type { AccessRequest } from "#iam/statement";
import type { Model } from "#model/model";
import type { RestApi, Route } from "#model/rest-api";
import { textOf } from "#sigv4/bytes";
import { normalizeEncoding, normalizePath, resolvePath } from "#sigv4/normalized-path";
import { percentDecode } from "#sigv4/percent-encoding";
import { headerValue } from "#sigv4/request";
import type { GatewayCall } from "../call";
import type { Refusal } from "../refusal";
import { uriTooLong } from "./uri-too-long";

/** The API whose methods are invoked, and where it is. */
export type AuthorizedApi = Pick<Model, "partition" | "region" | "accountId"> & {
  readonly api: Pick<RestApi, "id" | "policy">;
};

/** A request that matches a route and, if the route requires it, has a valid signature. */
export interface InvokeRequest {
  readonly authorization: Route["authorization"];
  /** The signer; a method without authorization always has an anonymous caller. */
  readonly caller?: { readonly principal: Principal; readonly sessionName?: string };
  /** The method of the request, never `ANY`. */
  readonly method: string;
  readonly stage: string;
  /** The raw path after the stage, without the query: `/products/a%20b`. */
  readonly path: string;
  readonly sourceIp: string;
  readonly userAgent?: string;
  readonly referer?: string;
  readonly time: Date;
}

/** A request that the policies allow. */
export interface Authorization {
  /** What could not be evaluated in the policies and how it was decided, for the log. */
  readonly notes: readonly string[];
}

const ACTION = "execute-api:Invoke";

/**
 * Prepares the gate that decides whether a caller may invoke a method: by the caller's policies and the API's, on the
 * ARN of the real path. An anonymous caller passes if the API has no policy, or if that policy allows the call.
 * @throws (the gate) Error if an `AWS_IAM` method is asked for without a caller: the signature comes before this gate
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export function compileAuthorizer(api: AuthorizedApi): (request: InvokeRequest) => Authorization | Refusal {
  const resource = api.api.policy && expandResourcePolicy(api.api.policy, apiArn(api));
  return (request) => {
    const caller = callerOf(request);
    if (caller.kind === "anonymous" && resource === undefined) return { notes: [] };
    const arns = possibleMethodArns(api, request);
    const tooLong = refuseLongArn(toList(arns)[0] ?? "");
    if (tooLong) return tooLong;
    const access: AccessRequest = {
      caller,
      action: ACTION,
      resource: arns,
      resourceAccountId: api.accountId,
      context: createContext(
        () => callerKeys(caller),
        () => requestKeys(api, request),
      ),
    };
    const principal = caller.kind === "anonymous" ? undefined : request.caller?.principal;
    const evaluation = evaluate(access, {
      identity: principal?.identityPolicies ?? [],
      boundary: principal?.permissionsBoundary,
      resource,
    });
    return evaluation.decision === "Allowed" ? { notes: evaluation.notes } : refuse(evaluation, access);
  };
}

/** The ARNs that a call's method may have to policies, and the condition keys of the call. */
export function invokeKeys(
  api: AuthorizedApi,
  call: GatewayCall,
): { readonly resource: OneOrMany<string>; readonly keys: ContextKeys } {
  const request = invokeRequestOf(call);
  return { resource: possibleMethodArns(api, request), keys: requestKeys(api, request) };
}

/** A call, as the gate of policies takes it. */
export function invokeRequestOf({ request, match, signer, receivedAt }: GatewayCall): InvokeRequest {
  return {
    authorization: match.route.authorization,
    caller: signer,
    method: match.httpMethod,
    stage: match.stage.name,
    // Every spelling of a path is there for the policy to see: `//dev//x` is `//x`.
    path: match.rawPath === "" ? "/" : match.rawPath,
    sourceIp: request.sourceIp,
    userAgent: headerValue(request.headers, "user-agent"),
    referer: headerValue(request.headers, "referer"),
    time: new Date(receivedAt),
  };
}

/**
 * Evaluates the API's policy for a caller without an AWS identity, beside a Lambda authorizer.
 * @param ask - "explicit denials" refuses what the policy denies; "allows" answers whether it allows
 */
export function evaluateResourcePolicy(
  api: AuthorizedApi,
  call: GatewayCall,
  ask: "explicit denials" | "allows",
): boolean | Refusal {
  const { policy } = api.api;
  if (policy === undefined) return false;
  const { resource, keys } = invokeKeys(api, call);
  const access: AccessRequest = {
    caller: ANONYMOUS,
    action: ACTION,
    resource,
    resourceAccountId: api.accountId,
    context: createContext(
      () => callerKeys(ANONYMOUS),
      () => keys,
    ),
  };
  const evaluation = evaluate(access, { identity: [], resource: expandResourcePolicy(policy, apiArn(api)) });
  if (ask === "allows") return evaluation.decision === "Allowed";
  return evaluation.decision === "ExplicitlyDenied" ? refuse(evaluation, access) : false;
}

/** The maximum length of the ARN of a method with authorization or a policy of the API, in bytes. */
const MAX_ARN_BYTES = 1_600;

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
function refuseLongArn(arn: string): Refusal | undefined {
  if (arn.length <= MAX_ARN_BYTES) return undefined;
  const reason = `the method's ARN has ${arn.length} bytes with this path; at most ${MAX_ARN_BYTES} are allowed`;
  return uriTooLong("iam", reason);
}

function callerOf({ authorization, caller }: InvokeRequest): Caller {
  if (authorization === "NONE" || authorization === "COGNITO_USER_POOLS") return ANONYMOUS;
  if (caller === undefined) throw new Error("an AWS_IAM method has no caller; verify the signature first");
  return toCaller(caller.principal, caller.sessionName);
}

/**
 * The ARN of a method as IAM sees it: the real method and the path as requested, trailing and double slashes kept,
 * without the slash that leads it.
 * @param path - the raw path after the stage
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
 */
export function methodArn(api: AuthorizedApi, stage: string, method: string, path: string): string {
  return `${apiArn(api)}/${stage}/${method}/${path.replace(/^\//, "")}`;
}

function apiArn({ partition, region, accountId, api }: AuthorizedApi): string {
  return `arn:${partition}:execute-api:${region}:${accountId}:${api.id}`;
}

/**
 * The ARNs by which AWS may name the method; the first is the documented one. No page says whether percent-encoding,
 * dot segments and double slashes are resolved first (they still reach the method). So the path also counts with its
 * encoding normalized, decoded, without leading slashes, and as {@link resolvePath} gives it, which can lead out of the
 * stage: no spelling of a path evades a Deny or gains an Allow.
 */
function possibleMethodArns(api: AuthorizedApi, { stage, method, path }: InvokeRequest): OneOrMany<string> {
  const documented = methodArn(api, stage, method, path);
  if (!/%|[\u0080-\uffff]|\/\/|\/\.|\\/.test(path)) return documented;
  const spellings = [path, path.replace(/^\/+/, "/")].flatMap((each) => [
    each,
    normalizeEncoding(each),
    textOf(percentDecode(each)),
  ]);
  const named = spellings.map((spelling) => methodArn(api, stage, method, spelling));
  const decoded = textOf(percentDecode(path)).replaceAll("\\", "/");
  const resolved = [resolvePath(`/${stage}${path}`), normalizePath(`/${stage}${decoded}`)].map((whole) => {
    const [, first = "", rest = ""] = /^\/([^/]*)(.*)$/s.exec(whole) ?? [];
    return methodArn(api, first, method, rest);
  });
  return [...new Set([...named, ...resolved])];
}

/**
 * Writes out the short form of a resource policy, `execute-api:/STAGE/METHOD/path`, as API Gateway does when it saves
 * the policy.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
 */
export function expandResourcePolicy(policy: NamedPolicy, arn: string): NamedPolicy {
  const expand = (patterns: OneOrMany<string> | undefined): OneOrMany<string> | undefined =>
    patterns && toList(patterns).map((pattern) => pattern.replace(/^execute-api:\//, () => `${arn}/`));
  const Statement = toList(policy.document.Statement).map(
    (statement): PolicyStatement => ({
      ...statement,
      Resource: expand(statement.Resource),
      NotResource: expand(statement.NotResource),
    }),
  );
  return { ...policy, document: { ...policy.document, Statement } };
}

/**
 * The condition keys that API Gateway fills in. The transport is always secure: API Gateway has no plain HTTP endpoint,
 * even though the local one is. Requests to a public endpoint do not come through a VPC, so those keys are absent.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-aws-condition-keys.html
 */
function requestKeys({ region }: AuthorizedApi, request: InvokeRequest): ContextKeys {
  return {
    "aws:CurrentTime": request.time.toISOString(),
    "aws:EpochTime": Math.floor(request.time.getTime() / 1000),
    "aws:Referer": request.referer,
    "aws:RequestedRegion": region,
    "aws:SecureTransport": true,
    "aws:SourceIp": request.sourceIp,
    "aws:SourceVpc": undefined,
    "aws:SourceVpce": undefined,
    "aws:UserAgent": request.userAgent,
    "aws:VpcSourceIp": undefined,
  };
}

function refuse(evaluation: Evaluation, access: AccessRequest): Refusal {
  const [resource = ""] = toList(access.resource);
  return {
    gate: "iam",
    response: "ACCESS_DENIED",
    errorType: "AccessDeniedException",
    message: accessDenied(evaluation, access, maskAccount(resource)),
    reason: explainEvaluation(evaluation, access),
  };
}

function maskAccount(arn: string): string {
  return arn.replace(
    /^((?:[^:]*:){4})\d{8}(\d{4}):/,
    (_, start: string, end: string) => `${start}********${end}:`,
  );
}
