import type { Signer } from "#iam/caller";
import type { HeaderLine } from "#sigv4/request";
import { headerValue } from "#sigv4/request";
import type { AuthorizerResult, GatewayCall } from "../call";
import type { Matched } from "../gates/match";
import { firstType, isBinaryType } from "../media-type";
import { readQuery } from "../query";

/**
 * `requestContext` of the event, and `$context` of templates.
 * Source of `operationName`: https://github.com/aws/aws-lambda-go/pull/224
 */
export interface RequestContext {
  readonly resourceId: string;
  readonly resourcePath: string;
  /** Only if the method has one. */
  readonly operationName?: string;
  readonly httpMethod: string;
  readonly extendedRequestId: string;
  readonly requestTime: string;
  readonly path: string;
  readonly accountId: string;
  readonly protocol: string;
  readonly stage: string;
  readonly domainPrefix: string;
  readonly requestTimeEpoch: number;
  readonly requestId: string;
  readonly identity: RequestIdentity;
  readonly domainName: string;
  readonly deploymentId: string;
  readonly apiId: string;
  /** What the authorizer returned: its context as text, or the claims of a token; only on a route with an authorizer. */
  readonly authorizer?: Readonly<Record<string, unknown>>;
}

/** `requestContext.identity`; `apiKey` and `apiKeyId` are there only when a key was needed and fitted. */
interface RequestIdentity {
  readonly cognitoIdentityPoolId: null;
  readonly accountId: string | null;
  readonly cognitoIdentityId: null;
  readonly caller: string | null;
  readonly sourceIp: string;
  readonly principalOrgId: null;
  readonly accessKey: string | null;
  readonly cognitoAuthenticationType: null;
  readonly cognitoAuthenticationProvider: null;
  readonly userArn: string | null;
  readonly userAgent: string | null;
  readonly user: string | null;
  readonly apiKey?: string;
  readonly apiKeyId?: string;
}

/** The event of a Lambda proxy integration, payload format 1.0. */
export interface RestEvent {
  readonly resource: string;
  readonly path: string;
  readonly httpMethod: string;
  readonly headers: Readonly<Record<string, string>> | null;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>> | null;
  readonly queryStringParameters: Readonly<Record<string, string>> | null;
  readonly multiValueQueryStringParameters: Readonly<Record<string, readonly string[]>> | null;
  readonly pathParameters: Readonly<Record<string, string>> | null;
  readonly stageVariables: Readonly<Record<string, string>> | null;
  readonly requestContext: RequestContext;
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
}

/**
 * Builds the event that a Lambda function receives. It never throws: in a body of a text type, bytes that are not UTF-8
 * become U+FFFD (what AWS does is not known); a malformed `%` in the query is kept as it is.
 *
 * `X-Forwarded-Proto` and `-Port` say `https` and `443`, as they always do on AWS. A presigned request's `X-Amz-…`
 * parameters stay in the query; whether AWS shows them is not known.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format
 */
export function buildRestEvent(call: GatewayCall): RestEvent {
  const { request, match, api } = call;
  const headers = [...eventHeaders(call).values()];
  const query = [...readQuery(request.target)];
  const isBinary = isBinaryType(
    firstType(headerValue(request.headers, "content-type")),
    api.binaryMediaTypes,
  );
  return {
    resource: match.route.resourcePath,
    path: match.eventPath,
    httpMethod: match.httpMethod,
    headers: lastValues(headers),
    multiValueHeaders: allValues(headers),
    queryStringParameters: lastValues(query),
    multiValueQueryStringParameters: allValues(query),
    pathParameters: orNull(match.pathParameters),
    stageVariables: orNull(match.stage.variables),
    requestContext: buildRequestContext(call),
    body: bodyText(request.body, isBinary),
    isBase64Encoded: isBinary && request.body.byteLength > 0,
  };
}

/** Builds the event's `requestContext`; customised gateway responses show the same values as `$context`. */
export function buildRequestContext(call: GatewayCall): RequestContext {
  const { request, match, ids, receivedAt } = call;
  const domainName = headerValue(request.headers, "host") ?? "";
  return {
    resourceId: match.route.resourceId,
    resourcePath: match.route.resourcePath,
    ...(match.route.operationName !== undefined && { operationName: match.route.operationName }),
    httpMethod: match.httpMethod,
    extendedRequestId: ids.extendedRequestId,
    requestTime: formatRequestTime(receivedAt),
    path: match.stagePath,
    accountId: call.accountId,
    protocol: request.protocol,
    stage: match.stage.name,
    domainPrefix: domainName.split(".", 1)[0] ?? "",
    // Whole on AWS: typed languages read it as an integer, and fail at a fraction.
    requestTimeEpoch: Math.floor(receivedAt),
    requestId: ids.requestId,
    identity: buildIdentity(call),
    domainName,
    deploymentId: match.stage.deploymentId,
    apiId: call.api.id,
    ...(call.authorizer && { authorizer: authorizerContext(call.authorizer) }),
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html */
function authorizerContext(result: AuthorizerResult): Readonly<Record<string, unknown>> {
  if (result.claims) return { claims: result.claims };
  return { ...result.context, principalId: result.principalId, integrationLatency: result.latency ?? 0 };
}

function buildIdentity({ request, signer, member }: GatewayCall): RequestIdentity {
  const caller = signer ? callerId(signer.caller) : null;
  return {
    cognitoIdentityPoolId: null,
    accountId: signer?.caller.accountId ?? null,
    cognitoIdentityId: null,
    caller,
    sourceIp: request.sourceIp,
    principalOrgId: null,
    accessKey: signer?.accessKeyId ?? null,
    cognitoAuthenticationType: null,
    cognitoAuthenticationProvider: null,
    userArn: signer?.caller.arn ?? null,
    userAgent: headerValue(request.headers, "user-agent") ?? null,
    user: caller,
    ...(member && { apiKey: member.key.value, apiKeyId: member.key.id }),
  };
}

/** A user's unique id (`AIDA…`), or a role's with its session (`AROA…:session`). */
function callerId(caller: Signer["caller"]): string {
  return caller.kind === "user" ? caller.uniqueId : `${caller.uniqueId}:${caller.sessionName}`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `22/Nov/2026:06:25:09 +0000` */
function formatRequestTime(time: number): string {
  const [date = "", clock = ""] = new Date(time).toISOString().split("T");
  const [year, month, day] = date.split("-");
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${clock.slice(0, 8)} +0000`;
}

/** Headers that API Gateway keeps from a Lambda proxy integration. */
const REMOVED_HEADERS = new Set([
  "connection",
  "content-length",
  "content-md5",
  "expect",
  "max-forwards",
  "proxy-authenticate",
  "server",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "www-authenticate",
]);

/** Names that the event always spells in one way; all others keep the client's case. */
const SPELLED_HEADERS: ReadonlyMap<string, string> = new Map([
  ["authorization", "Authorization"],
  ["host", "Host"],
  ["user-agent", "User-Agent"],
]);

type NamedValues = readonly [name: string, values: string[]];

/** The headers of the event by their lower-case names; lines that differ only in a name's case are one header. */
export function eventHeaders({ request, match, trace }: GatewayCall): Map<string, NamedValues> {
  const headers = new Map<string, NamedValues>();
  for (const [name, value] of request.headers) {
    const lower = name.toLowerCase();
    if (REMOVED_HEADERS.has(lower) || (lower === "authorization" && holdsSignature(value, match))) continue;
    const present = headers.get(lower);
    if (present) present[1].push(value);
    else headers.set(lower, [SPELLED_HEADERS.get(lower) ?? name, [value]]);
  }
  const forwardedFor = headers.get("x-forwarded-for")?.[1] ?? [];
  const added: readonly HeaderLine[] = [
    ["X-Amzn-Trace-Id", trace],
    ["X-Forwarded-For", [...forwardedFor, request.sourceIp].join(", ")],
    ["X-Forwarded-Port", "443"],
    ["X-Forwarded-Proto", "https"],
  ];
  for (const [name, value] of added) headers.set(name.toLowerCase(), [name, [value]]);
  return headers;
}

function holdsSignature(authorization: string, { route }: Matched): boolean {
  return route.authorization === "AWS_IAM" || authorization.startsWith("AWS4-");
}

function lastValues(entries: readonly NamedValues[]): Readonly<Record<string, string>> | null {
  return orNull(Object.fromEntries(entries.map(([name, values]) => [name, values.at(-1) ?? ""])));
}

function allValues(entries: readonly NamedValues[]): Readonly<Record<string, readonly string[]>> | null {
  return orNull(Object.fromEntries(entries));
}

function orNull<T>(record: Readonly<Record<string, T>>): Readonly<Record<string, T>> | null {
  return Object.keys(record).length === 0 ? null : record;
}

function bodyText(body: Uint8Array, isBinary: boolean): string | null {
  if (body.byteLength === 0) return null;
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString(isBinary ? "base64" : "utf8");
}
