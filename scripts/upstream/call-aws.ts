import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import type { LocalCredentials } from "#iam/identity";
import type { HeaderLine } from "#sigv4/request";
import type { AccountLocation, AwsCall } from "./aws-call";
import { refuseRole } from "./role-check";
import type { SendUpstream, UpstreamAnswer, UpstreamFailure } from "./send";

/** Calls an AWS service. It never rejects. */
export type CallAws = (call: AwsCall) => Promise<UpstreamAnswer | UpstreamFailure>;

export interface AwsEndpoints {
  /** Where DynamoDB answers, which checks the role's policies itself. */
  readonly dynamoDb: string;
  /** Where an emulator answers for the other services; undefined if there is none. */
  readonly emulator: string | undefined;
  readonly credentials: readonly LocalCredentials[];
  readonly location: AccountLocation;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Calls services where something local stands in for them, signed with the local credentials of the role. */
export function createAwsCaller(options: AwsEndpoints, send: SendUpstream): CallAws {
  const { dynamoDb, emulator, credentials, location, now } = options;
  return async (call) => {
    const endpoint = call.service === "dynamodb" ? dynamoDb : emulator;
    if (endpoint === undefined)
      return failure(`nothing here stands in for ${call.service}: start one, and serve with --aws URL`);
    const role = credentials.find(({ principal }) => principal.arn === call.roleArn);
    if (role === undefined) return failure(`there are no credentials for ${call.roleArn}`);
    if (call.service !== "dynamodb") {
      const refused = refuseRole(call, role, location, now());
      if (refused?.kind === "unknown") return failure(`${refused.message}; call it from a Lambda`);
      if (refused) return denied(refused.message);
    }
    return sendSigned(call, role, endpoint, send);
  };
}

/** Sends a call to an endpoint, signed with credentials. It never rejects. */
export async function sendSigned(
  call: Omit<AwsCall, "roleArn">,
  credentials: Pick<LocalCredentials, "accessKeyId" | "secretAccessKey" | "sessionToken">,
  endpoint: string,
  send: SendUpstream,
): Promise<UpstreamAnswer | UpstreamFailure> {
  const { host, protocol, hostname } = new URL(endpoint);
  const signer = new SignatureV4({
    credentials,
    region: call.region,
    service: call.service,
    sha256: Sha256,
    applyChecksum: true,
    uriEscapePath: call.service !== "s3",
  });
  const signed = await signer.sign({
    method: call.method,
    protocol,
    hostname,
    path: call.path,
    query: grouped(call.query),
    headers: { ...joined(call.headers), host },
    body: call.body,
  });
  return send({
    method: call.method,
    url: `${endpoint.replace(/\/$/, "")}${call.path}${queryText(call.query)}`,
    headers: Object.entries(signed.headers),
    body: call.body,
    timeoutMilliseconds: call.timeoutMilliseconds,
    ...(call.signal && { signal: call.signal }),
  });
}

// ---------------------------------------------------------------------------------------------------- internal

function failure(reason: string): UpstreamFailure {
  return { kind: "invalid", reason };
}

/** What a service answers to a role whose policies do not allow a call. */
function denied(message: string): UpstreamAnswer {
  return {
    kind: "answer",
    status: 403,
    headers: [["Content-Type", "application/json"]],
    body: Buffer.from(JSON.stringify({ __type: "AccessDeniedException", message })),
  };
}

/** Header lines as a signer takes them: one for each name, in lower case. */
function joined(lines: readonly HeaderLine[]): Record<string, string> {
  const headers = new Map<string, string>();
  for (const [name, value] of lines) {
    const lower = name.toLowerCase();
    const before = headers.get(lower);
    headers.set(lower, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(headers);
}

function grouped(query: AwsCall["query"]): Record<string, string[]> {
  const names = [...new Set(query.map(([name]) => name))];
  return Object.fromEntries(
    names.map((name) => [name, query.filter(([each]) => each === name).map(([, value]) => value)]),
  );
}

function queryText(query: AwsCall["query"]): string {
  const text = query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&");
  return text === "" ? "" : `?${text}`;
}

/** Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html (UriEncode) */
function encode(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd")).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
