import type { AccountLocation } from "./aws-call";

/** An operation of a service with its input. */
export interface AskedOperation {
  /** `SendMessage` */
  readonly operation: string;
  /** From the root, percent-encoded. */
  readonly path: string;
  readonly input: ReadonlyMap<string, unknown>;
  readonly location: AccountLocation;
}

/** The ARNs that an operation acts upon; undefined if they are not known. */
type ResourcesOf = (asked: AskedOperation) => readonly string[] | undefined;

/**
 * The resources of each service that is known, by the parameter that holds an ARN, or a name that the ARN ends with.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export const RESOURCES: ReadonlyMap<string, ResourcesOf> = new Map<string, ResourcesOf>([
  ["sqs", queues],
  ["sns", ({ input }) => first(input, "TopicArn", "TargetArn")],
  ["states", ({ input }) => first(input, "stateMachineArn", "executionArn")],
  ["kinesis", named("StreamName", "StreamARN", "stream")],
  ["firehose", named("DeliveryStreamName", "DeliveryStreamARN", "deliverystream")],
  ["ssm", parameters],
  ["secretsmanager", secrets],
  ["events", eventBuses],
  ["kms", keys],
]);

// ---------------------------------------------------------------------------------------------------- internal

/** The first of the parameters that has a text. */
function first(input: AskedOperation["input"], ...names: readonly string[]): readonly string[] | undefined {
  const found = names.map((name) => textOf(input.get(name))).find((value) => value !== undefined);
  return found === undefined ? undefined : [found];
}

function named(name: string, arn: string, kind: string): ResourcesOf {
  return ({ input, location }) => {
    const service = kind === "stream" ? "kinesis" : "firehose";
    const ofName = (value: string): string => arnOf(location, service, `${kind}/${value}`);
    return first(input, arn) ?? first(input, name)?.map(ofName);
  };
}

/** `/123456789012/jobs`, the URL of the queue in the input, or the name of one in this account. */
function queues({ path, input, location }: AskedOperation): readonly string[] | undefined {
  const url = textOf(input.get("QueueUrl"));
  const ofName = textOf(input.get("QueueName"));
  if (url === undefined && ofName !== undefined) {
    const owner = textOf(input.get("QueueOwnerAWSAccountId")) ?? location.accountId;
    return [arnOf({ ...location, accountId: owner }, "sqs", ofName)];
  }
  if (url !== undefined && path !== "/" && !url.endsWith(path)) return undefined;
  const [, account, name] =
    /^(?:https?:\/\/[^/]+)?\/(\d{12})\/([\w-]+(?:\.fifo)?)\/?$/.exec(url ?? path) ?? [];
  return account === undefined || name === undefined
    ? undefined
    : [arnOf({ ...location, accountId: account }, "sqs", name)];
}

const PARAMETER_OPERATIONS: ReadonlyMap<string, string> = new Map([
  ["GetParameter", "Name"],
  ["GetParameterHistory", "Name"],
  ["PutParameter", "Name"],
  ["DeleteParameter", "Name"],
  ["GetParameters", "Names"],
  ["DeleteParameters", "Names"],
  ["GetParametersByPath", "Path"],
]);

/** Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html */
function parameters({ operation, input, location }: AskedOperation): readonly string[] | undefined {
  const value = input.get(PARAMETER_OPERATIONS.get(operation) ?? "");
  const names = Array.isArray(value) ? value : [value];
  const arns = names.map((name: unknown) => {
    const text = textOf(name);
    if (text?.startsWith("arn:")) return text;
    // `name:3` is a version, whose ARN for policies is not known.
    return text === undefined || text.includes(":")
      ? undefined
      : arnOf(location, "ssm", `parameter/${text.replace(/^\//, "")}`);
  });
  return arns.every((arn) => arn !== undefined) ? arns : undefined;
}

/** A secret's ARN ends with six characters that only AWS knows; names are resolved before, as far as the stack has them. */
function secrets({ input }: AskedOperation): readonly string[] | undefined {
  const id = textOf(input.get("SecretId"));
  return id?.startsWith("arn:") ? [id] : undefined;
}

/** Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
function eventBuses({ operation, input, location }: AskedOperation): readonly string[] | undefined {
  const entries = input.get("Entries");
  if (operation !== "PutEvents" || !Array.isArray(entries) || input.get("EndpointId") !== undefined)
    return undefined;
  const arns = entries.map((entry: unknown) => {
    const bus = (entry as Readonly<Record<string, unknown>> | null)?.["EventBusName"] ?? "default";
    const text = textOf(bus);
    if (text === undefined || text.startsWith("arn:")) return text;
    return arnOf(location, "events", `event-bus/${text}`);
  });
  return arns.every((arn) => arn !== undefined) ? [...new Set(arns)] : undefined;
}

/** A key by its id or ARN. What key an alias stands for is not known here; re-encrypting needs the rights on two keys. */
function keys({ operation, input, location }: AskedOperation): readonly string[] | undefined {
  const id = textOf(input.get("KeyId"));
  if (id === undefined || operation === "ReEncrypt" || /^(?:arn:[^/]*:)?alias\//.test(id)) return undefined;
  return [id.startsWith("arn:") ? id : arnOf(location, "kms", `key/${id}`)];
}

function arnOf({ partition, region, accountId }: AccountLocation, service: string, resource: string): string {
  return `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
