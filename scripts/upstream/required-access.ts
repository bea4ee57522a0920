import { parseJson } from "#text/parse-json";
import type { AccountLocation, AwsCall } from "./aws-call";

/** What policies have to allow for a call. */
export interface RequiredAccess {
  /** `sqs:SendMessage` */
  readonly action: string;
  readonly resource: string;
}

/**
 * What a call of an AWS service asks for, as far as the services that APIs call are known here; undefined if it is not known.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export function requiredAccess(call: AwsCall, location: AccountLocation): RequiredAccess | undefined {
  if (call.service === "s3") return s3Access(call, location);
  const input = readInput(call);
  const operation = operationOf(call, input);
  if (operation === undefined || !/^[A-Za-z]+$/.test(operation)) return undefined;
  const resource = RESOURCES.get(call.service)?.(call, input, location);
  return !resource ? undefined : { action: `${call.service}:${operation}`, resource };
}

// ---------------------------------------------------------------------------------------------------- internal

type Input = ReadonlyMap<string, string>;
type ResourceOf = (call: AwsCall, input: Input, location: AccountLocation) => string | undefined;

/** A parameter that holds the ARN itself, or a name that the ARN ends with. */
const RESOURCES: ReadonlyMap<string, ResourceOf> = new Map<string, ResourceOf>([
  ["sqs", queueArn],
  ["sns", (_call, input) => input.get("TopicArn") || input.get("TargetArn")],
  ["states", (_call, input) => input.get("stateMachineArn") || input.get("executionArn")],
  ["kinesis", named("StreamName", "StreamARN", "kinesis", "stream")],
  ["firehose", named("DeliveryStreamName", "DeliveryStreamARN", "firehose", "deliverystream")],
]);

function named(name: string, arn: string, service: string, kind: string): ResourceOf {
  return (_call, input, { partition, region, accountId }) => {
    const value = input.get(name);
    const ofName = value && `arn:${partition}:${service}:${region}:${accountId}:${kind}/${value}`;
    return input.get(arn) || ofName;
  };
}

/** `/123456789012/jobs`, or the URL of the queue in the input. */
function queueArn(
  { path }: AwsCall,
  input: Input,
  { partition, region }: AccountLocation,
): string | undefined {
  const url = input.get("QueueUrl");
  if (url !== undefined && path !== "/" && !url.endsWith(path)) return undefined;
  const [, account, name] =
    /^(?:https?:\/\/[^/]+)?\/(\d{12})\/([\w-]+(?:\.fifo)?)\/?$/.exec(url ?? path) ?? [];
  return name === undefined ? undefined : `arn:${partition}:sqs:${region}:${account}:${name}`;
}

const S3_ACTIONS: ReadonlyMap<string, string> = new Map([
  ["GET", "s3:GetObject"],
  ["HEAD", "s3:GetObject"],
  ["PUT", "s3:PutObject"],
  ["DELETE", "s3:DeleteObject"],
]);

/** An object by its path; sub-resources such as `?acl` ask for other actions, and are not known here. */
function s3Access(
  { method, path, query, headers }: AwsCall,
  { partition }: AccountLocation,
): RequiredAccess | undefined {
  const action = S3_ACTIONS.get(method);
  const [, bucket, key] = /^\/([a-z0-9.-]{3,63})\/(.+)$/.exec(path) ?? [];
  const isPlain =
    query.every(([name]) => name.startsWith("response-")) &&
    headers.every(([name]) => !/^x-amz-(?!content-sha256|date|security-token|meta-)/i.test(name));
  if (action === undefined || key === undefined || !isPlain || /%|(?:^|\/)\.{1,2}(?:\/|$)/.test(key))
    return undefined;
  return { action, resource: `arn:${partition}:s3:::${bucket}/${key}` };
}

/** Texts of the query, and of JSON or a form: of a name that they give differently, the value is not known. */
function readInput({ query, body }: AwsCall): Input {
  const text = Buffer.from(body).toString();
  const json = parseJson(text);
  const members =
    typeof json === "object" && json !== null ? Object.entries(json) : [...new URLSearchParams(text)];
  const input = new Map<string, string>();
  for (const [name, value] of [...query, ...members]) {
    if (typeof value !== "string") continue;
    input.set(name, input.has(name) && input.get(name) !== value ? "" : value);
  }
  return input;
}

/** Named by a header, or by a parameter; if both name one, they have to agree. */
function operationOf({ headers }: AwsCall, input: Input): string | undefined {
  const target = headers
    .find(([name]) => name.toLowerCase() === "x-amz-target")?.[1]
    .split(".")
    .at(-1);
  const action = input.get("Action");
  return target !== undefined && action !== undefined && target !== action ? undefined : (target ?? action);
}
