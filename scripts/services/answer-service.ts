import { randomUUID } from "node:crypto";
import { parseCredential } from "#sigv4/parse-authorization";
import { quote } from "#sigv4/refusal";
import { headerValue, type RawRequest } from "#sigv4/request";
import { queryParameters, splitTarget } from "#sigv4/target";
import { verify } from "#sigv4/verify";
import type { AwsCall } from "#upstream/aws-call";
import { sendSigned } from "#upstream/call-aws";
import { refuseRole } from "#upstream/role-check";
import { sendUpstream } from "#upstream/send";
import { callerIdentity } from "./caller-identity";
import { localizeQueues } from "./queue-urls";
import { nameSecret } from "./secret-names";
import { protocolOf, type ServiceAnswer, type ServiceRefusal, writeRefusal } from "./service-answer";
import type { ServiceCallers } from "./service-callers";

interface Surroundings {
  /** Where an emulator answers. @default nowhere */
  readonly emulator?: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The address that functions call. */
  readonly url: string;
  readonly signal: AbortSignal;
}

/**
 * Answers a call of an AWS service: verifies its signature, asks the policies of its caller, and sends it on.
 * @returns the answer, and one line for the log if the call was refused or failed
 */
export async function answerService(
  request: RawRequest,
  callers: ServiceCallers,
  { emulator, now, url, signal }: Surroundings,
): Promise<{ readonly answer: ServiceAnswer; readonly reason?: string }> {
  const scope = readScope(request);
  const service = scope?.service ?? "";
  const protocol = protocolOf(service, request.headers);
  const refuse = (refusal: ServiceRefusal, reason: string) => ({
    answer: writeRefusal(protocol, service, refusal, randomUUID()),
    reason: `${service || "a service"}: ${reason}`,
  });
  if (!scope) return refuse(NOT_SIGNED, "the call is not signed with Signature Version 4 in its headers");

  const checked = verify(request, {
    region: scope.region,
    service,
    now: new Date(now()),
    findCredentials: (id) => callers.credentials.find(({ accessKeyId }) => accessKeyId === id),
    ...(service === "s3" && { pathRules: S3_PATH }),
  });
  if (!checked.accepted) {
    const { errorType, message, reason } = checked;
    return refuse({ status: 403, code: errorType.replace(/Exception$/, ""), errorType, message }, reason);
  }
  if (headerValue(request.headers, "x-amz-target") !== undefined && !signs(checked, "x-amz-target"))
    return refuse(NOT_SIGNED, "x-amz-target names the operation and is not signed");

  const { path, query } = splitTarget(request.target);
  const call = nameSecret(
    {
      ...{ service, region: scope.region, method: request.method, path: path || "/" },
      query: queryParameters(query),
      headers: request.headers,
      body: request.body,
    },
    callers.secrets,
  );
  const identity = callerIdentity(call, checked.credentials);
  if (identity) return { answer: identity };

  const location = { partition: callers.partition, accountId: callers.accountId, region: scope.region };
  if (emulator === undefined) return refuse(...notHere(call));
  const refused = refuseRole(call.asked, checked.credentials, location, now());
  if (refused?.kind === "unknown") return refuse(unavailable(refused.message), refused.message);
  if (refused) return refuse(accessDenied(service, refused.message), refused.reason);

  const sent = await sendSigned(
    {
      ...call,
      headers: call.headers.filter(([name]) => !OWN_HEADERS.test(name)),
      timeoutMilliseconds,
      signal,
    },
    checked.credentials,
    emulator,
    sendUpstream,
  );
  if (sent.kind !== "answer") {
    const what = `the emulator at ${emulator} gave no answer to ${service}: ${sent.reason}`;
    return refuse(unavailable(what), what);
  }
  const { status, body } = sent;
  const headers = sent.headers.filter(([name]) => !HOP_HEADERS.test(name));
  return { answer: { status, headers, body: service === "sqs" ? localizeQueues(body, url) : body } };
}

// ---------------------------------------------------------------------------------------------------- internal

/** Longer than the longest wait for messages of a queue. */
const timeoutMilliseconds = 60_000;

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html (the path is encoded once) */
const S3_PATH = { encodePath: "once", normalizePath: false } as const;

/** What the signer or the connection to the emulator sets. */
const OWN_HEADERS =
  /^(?:authorization|host|connection|content-length|transfer-encoding|expect|keep-alive|x-amz-date|x-amz-security-token|x-amz-content-sha256)$/i;

const HOP_HEADERS = /^(?:connection|content-length|transfer-encoding|keep-alive)$/i;

interface Scope {
  readonly region: string;
  readonly service: string;
}

/** The region and service that a call says to be for; whether it is signed for them is checked later. */
function readScope({ headers }: RawRequest): Scope | undefined {
  const text = /Credential=([^,\s]+)/.exec(headerValue(headers, "authorization") ?? "")?.[1];
  const credential = text === undefined ? undefined : parseCredential(text);
  const { region, service } = credential ?? {};
  return region !== undefined && service !== undefined && /^[a-z0-9-]+$/.test(`${region}${service}`)
    ? { region, service }
    : undefined;
}

function signs({ signedHeaders }: { readonly signedHeaders: readonly string[] }, name: string): boolean {
  return signedHeaders.includes(name);
}

const NOT_SIGNED: ServiceRefusal = {
  status: 403,
  code: "MissingAuthenticationToken",
  errorType: "MissingAuthenticationTokenException",
  message: "Request is missing Authentication Token",
};

/** SNS has a name of its own for it. Source: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors */
function accessDenied(service: string, message: string): ServiceRefusal {
  const code = service === "sns" ? "AuthorizationError" : "AccessDenied";
  return { status: 403, code, errorType: "AccessDeniedException", message };
}

/** Not an answer of AWS. SDKs do not try again after this status. */
function unavailable(message: string): ServiceRefusal {
  return { status: 501, code: "NotServedLocally", errorType: "NotServedLocally", message };
}

function notHere({
  service,
  headers,
  method,
  path,
}: Pick<AwsCall, "service" | "headers" | "method" | "path">): [ServiceRefusal, string] {
  const what = headerValue(headers, "x-amz-target") ?? `${method} ${path}`;
  const text =
    service === "dynamodb"
      ? "dynamodb answers at AWS_ENDPOINT_URL_DYNAMODB: let the client take its endpoint from there"
      : `nothing here stands in for ${quote(service)} (${what}): start an emulator of AWS, deploy the stack to it, and serve with --aws URL (make dev ARGS='--aws http://127.0.0.1:4566')`;
  return [unavailable(text), text];
}
