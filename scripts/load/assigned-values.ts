import { ALPHANUMERIC, BASE32, deriveText, LOWER_ALPHANUMERIC } from "#model/derive";
import { unsupported } from "#terraform/problem";
import { describe, type Value } from "#terraform/value";
import { type AwsManagedPolicy, awsManagedPolicies, KNOWN_AWS_POLICIES } from "./aws-managed-policies";
import { policyDocumentJson } from "./policy-document-json";
import type { ResourceType, ValuesOf } from "./tables/index";

/** The account and region in which the local gateway pretends to be deployed. */
export interface LocalIdentity {
  /** Twelve digits. */
  readonly accountId: string;
  /**
   * The source of the values that AWS would assign. The same seed gives the same ids, ARNs and keys; keep it secret if
   * they must be secret.
   */
  readonly seed: string;
  /** Used if the provider names no region, as `AWS_REGION` is for Terraform. @default none */
  readonly region?: string;
}

/** A resource, as the code sees it that generates the values which AWS would assign. */
export interface AssignedTo {
  readonly address: string;
  readonly account: Account;
  readonly seed: string;
  /** Another attribute of the same resource, as text. @throws Unsupported */
  text(attribute: string): string;
  /** One of its properties, undefined if it has no value. @throws Unsupported */
  property(name: string): unknown;
  /** All properties of a resource of a known type. @throws Unsupported */
  values<T extends ResourceType>(type: T): ValuesOf<T>;
  /** The resource of a type with this id. */
  withId(type: ResourceType, id: string): AssignedTo | undefined;
}

/** The account and region of the stack. */
export interface Account {
  readonly accountId: string;
  readonly region: string;
  /** `aws`, `aws-cn`, `aws-us-gov` */
  readonly partition: string;
}

/**
 * The value of an attribute that the stack does not set and AWS would assign, in the form that AWS gives it.
 * @returns undefined for an attribute that has no local value
 * @throws Unsupported if an attribute that it consists of is not available
 */
export function assignedValue(type: string, attribute: string, to: AssignedTo): Value | undefined {
  return ASSIGNED.get(type)?.get(attribute)?.(to);
}

/** The attributes of a type that {@link assignedValue} knows. */
export function assignedAttributes(type: string): readonly string[] {
  return [...(ASSIGNED.get(type)?.keys() ?? [])];
}

export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/** The domain of AWS's host names in a partition. */
export function dnsSuffixOf(partition: string): string {
  return partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
}

type Assign = (to: AssignedTo) => Value | undefined;

const gatewayId: Assign = (to) => derive(to, "id", LOWER_ALPHANUMERIC, 10);
const ownName: Assign = (to) => to.text("name");
const iamEntityArn =
  (kind: string): Assign =>
  (to) =>
    iamArn(to, `${kind}${to.text("path")}${to.text("name")}`);

/** The name that Terraform generates if there is no name, and after a prefix. */
const generatedName: Assign = (to) =>
  `${to.property("name_prefix") ?? "terraform-"}${derive(to, "name", "0123456789", 26)}`;

const domainName = {
  id: (to: AssignedTo) => to.text("domain_name"),
  arn: (to: AssignedTo) => gatewayArn(to, `/domainnames/${to.text("domain_name")}`),
};

const TABLE: Readonly<Record<string, Readonly<Record<string, Assign>>>> = {
  aws_api_gateway_rest_api: {
    id: gatewayId,
    root_resource_id: (to) => derive(to, "root_resource_id", LOWER_ALPHANUMERIC, 10),
    arn: (to) => gatewayArn(to, `/restapis/${to.text("id")}`),
    execution_arn: (to) => arn(to, "execute-api", to.text("id")),
  },
  aws_api_gateway_resource: {
    id: gatewayId,
    path: (to) => {
      const parent = to.withId("aws_api_gateway_resource", to.text("parent_id"));
      return `${parent?.text("path") ?? ""}/${to.text("path_part")}`;
    },
  },
  aws_api_gateway_method: { id: (to) => `agm-${methodKey(to)}` },
  aws_api_gateway_method_response: { id: (to) => `agmr-${methodKey(to)}-${to.text("status_code")}` },
  aws_api_gateway_integration: { id: (to) => `agi-${methodKey(to)}` },
  aws_api_gateway_integration_response: { id: (to) => `agir-${methodKey(to)}-${to.text("status_code")}` },
  aws_api_gateway_deployment: { id: gatewayId },
  aws_api_gateway_stage: {
    id: (to) => `ags-${to.text("rest_api_id")}-${to.text("stage_name")}`,
    arn: (to) => gatewayArn(to, `/restapis/${to.text("rest_api_id")}/stages/${to.text("stage_name")}`),
    execution_arn: (to) => arn(to, "execute-api", `${to.text("rest_api_id")}/${to.text("stage_name")}`),
    invoke_url: (to) =>
      `https://${to.text("rest_api_id")}.execute-api.${to.account.region}.${dnsSuffix(to)}/${to.text("stage_name")}`,
  },
  aws_api_gateway_api_key: {
    id: gatewayId,
    arn: (to) => gatewayArn(to, `/apikeys/${to.text("id")}`),
    value: (to) => derive(to, "value", ALPHANUMERIC, 40),
  },
  aws_api_gateway_usage_plan: {
    id: gatewayId,
    arn: (to) => gatewayArn(to, `/usageplans/${to.text("id")}`),
  },
  aws_api_gateway_usage_plan_key: {
    id: (to) => to.text("key_id"),
    name: (to) => to.withId("aws_api_gateway_api_key", to.text("key_id"))?.text("name"),
    value: (to) => to.withId("aws_api_gateway_api_key", to.text("key_id"))?.text("value"),
  },
  aws_api_gateway_request_validator: { id: gatewayId },
  aws_api_gateway_authorizer: {
    id: gatewayId,
    arn: (to) => gatewayArn(to, `/restapis/${to.text("rest_api_id")}/authorizers/${to.text("id")}`),
  },
  aws_api_gateway_model: { id: gatewayId },
  aws_api_gateway_domain_name: domainName,
  aws_apigatewayv2_domain_name: domainName,
  aws_lambda_function: {
    id: (to) => to.text("function_name"),
    arn: (to) => arn(to, "lambda", `function:${to.text("function_name")}`),
    invoke_arn: (to) => invokeArn(to, to.text("arn")),
    version: (to) => (to.property("publish") ? "1" : "$LATEST"),
    qualified_arn: (to) => `${to.text("arn")}:${to.text("version")}`,
    qualified_invoke_arn: (to) => invokeArn(to, to.text("qualified_arn")),
  },
  aws_dynamodb_table: {
    id: ownName,
    arn: (to) => arn(to, "dynamodb", `table/${to.text("name")}`),
    stream_arn: (to) => streamOf(to, (label) => `${to.text("arn")}/stream/${label}`),
    stream_label: (to) => streamOf(to, (label) => label),
  },
  aws_iam_role: {
    id: ownName,
    name: generatedName,
    arn: iamEntityArn("role"),
    unique_id: (to) => `AROA${derive(to, "unique_id", BASE32, 17)}`,
  },
  aws_iam_user: {
    id: ownName,
    arn: iamEntityArn("user"),
    unique_id: (to) => `AIDA${derive(to, "unique_id", BASE32, 17)}`,
  },
  aws_iam_policy: {
    id: (to) => to.text("arn"),
    name: generatedName,
    arn: iamEntityArn("policy"),
    policy_id: (to) => `ANPA${derive(to, "policy_id", BASE32, 17)}`,
  },
  aws_iam_role_policy: { id: (to) => `${to.text("role")}:${to.text("name")}`, name: generatedName },
  aws_iam_user_policy: { id: (to) => `${to.text("user")}:${to.text("name")}`, name: generatedName },
  aws_iam_access_key: {
    id: (to) => `AKIA${derive(to, "id", BASE32, 16)}`,
    secret: (to) => derive(to, "secret", ALPHANUMERIC, 40),
  },
  aws_cloudwatch_log_group: {
    id: ownName,
    arn: (to) => arn(to, "logs", `log-group:${to.text("name")}`),
  },
  aws_cloudwatch_metric_alarm: {
    id: (to) => to.text("alarm_name"),
    arn: (to) => arn(to, "cloudwatch", `alarm:${to.text("alarm_name")}`),
  },
  aws_sns_topic: { id: (to) => to.text("arn"), arn: (to) => arn(to, "sns", to.text("name")) },
  // What does not run here, and others refer to.
  aws_sqs_queue: {
    name: generatedName,
    arn: (to) => arn(to, "sqs", to.text("name")),
    id: queueUrl,
    url: queueUrl,
  },
  aws_ssm_parameter: {
    id: ownName,
    arn: (to) => arn(to, "ssm", `parameter/${to.text("name").replace(/^\//, "")}`),
  },
  aws_s3_bucket: {
    bucket: generatedName,
    id: (to) => to.text("bucket"),
    arn: (to) => `arn:${to.account.partition}:s3:::${to.text("bucket")}`,
  },
  aws_secretsmanager_secret: {
    name: generatedName,
    arn: (to) => arn(to, "secretsmanager", `secret:${to.text("name")}-${derive(to, "arn", ALPHANUMERIC, 6)}`),
    id: (to) => to.text("arn"),
  },
  aws_kms_key: {
    key_id: (to) => derive(to, "key_id", LOWER_ALPHANUMERIC, 36),
    id: (to) => to.text("key_id"),
    arn: (to) => arn(to, "kms", `key/${to.text("key_id")}`),
  },
  aws_cloudwatch_event_rule: {
    name: generatedName,
    id: ownName,
    arn: (to) => arn(to, "events", `rule/${to.text("name")}`),
  },
  aws_kinesis_stream: {
    id: (to) => to.text("arn"),
    arn: (to) => arn(to, "kinesis", `stream/${to.text("name")}`),
  },
  aws_sfn_state_machine: {
    name: generatedName,
    id: (to) => to.text("arn"),
    arn: (to) => arn(to, "states", `stateMachine:${to.text("name")}`),
  },
  aws_cognito_user_pool: {
    id: (to) => `${to.account.region}_${derive(to, "id", ALPHANUMERIC, 9)}`,
    arn: (to) => arn(to, "cognito-idp", `userpool/${to.text("id")}`),
    endpoint: (to) => `cognito-idp.${to.account.region}.${dnsSuffix(to)}/${to.text("id")}`,
  },
  aws_cognito_user_pool_client: { id: (to) => derive(to, "id", LOWER_ALPHANUMERIC, 26) },
  "data.aws_caller_identity": {
    id: (to) => to.account.accountId,
    account_id: (to) => to.account.accountId,
    arn: (to) => iamArn(to, "root"),
    user_id: (to) => to.account.accountId,
  },
  "data.aws_region": {
    id: (to) => to.account.region,
    name: (to) => to.account.region,
    region: (to) => to.account.region,
  },
  "data.aws_partition": {
    id: (to) => to.account.partition,
    partition: (to) => to.account.partition,
    dns_suffix: dnsSuffix,
    reverse_dns_prefix: (to) => dnsSuffix(to).split(".").reverse().join("."),
  },
  "data.aws_iam_policy": {
    id: (to) => awsPolicy(to).arn,
    arn: (to) => awsPolicy(to).arn,
    name: (to) => awsPolicy(to).name,
    path: (to) => awsPolicy(to).path,
    policy: (to) => JSON.stringify(awsPolicy(to).document),
  },
  "data.aws_iam_policy_document": {
    json: (to) => policyDocumentJson(to.values("data.aws_iam_policy_document"), to.address, 2),
    minified_json: (to) => policyDocumentJson(to.values("data.aws_iam_policy_document"), to.address),
  },
};

const ASSIGNED = new Map(
  Object.entries(TABLE).map(([type, attributes]) => [type, new Map(Object.entries(attributes))]),
);

function derive(to: AssignedTo, attribute: string, alphabet: string, length: number): string {
  return deriveText(to.seed, [to.address, attribute], alphabet, length);
}

function arn({ account }: AssignedTo, service: string, resource: string): string {
  return `arn:${account.partition}:${service}:${account.region}:${account.accountId}:${resource}`;
}

/** A policy that Terraform looks up in AWS before it creates the stack: an AWS managed policy. */
function awsPolicy(to: AssignedTo): AwsManagedPolicy {
  const attribute = to.property("arn") === undefined ? "name" : "arn";
  const value = to.property(attribute);
  const found = [...awsManagedPolicies(to.account.partition).values()].find(
    (policy) => policy[attribute] === value,
  );
  if (found) return found;
  throw unsupported(
    `${to.address}.${attribute}`,
    describe(value),
    KNOWN_AWS_POLICIES,
    "write what the policy grants as an aws_iam_policy, or serve the applied stack with --state",
  );
}

/** IAM is one for all regions. */
function iamArn({ account }: AssignedTo, resource: string): string {
  return `arn:${account.partition}:iam::${account.accountId}:${resource}`;
}

/** The control plane's ARNs name no account. */
function gatewayArn({ account }: AssignedTo, resource: string): string {
  return `arn:${account.partition}:apigateway:${account.region}::${resource}`;
}

function invokeArn({ account }: AssignedTo, functionArn: string): string {
  const { partition, region } = account;
  return `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
}

function dnsSuffix({ account }: AssignedTo): string {
  return dnsSuffixOf(account.partition);
}

/** A table without a stream has none of its attributes. @param use - takes the label, which is when AWS made the stream */
function streamOf(to: AssignedTo, use: (label: string) => string): string {
  return to.property("stream_enabled") === true ? use("2015-05-11T21:21:33.291") : "";
}

function queueUrl(to: AssignedTo): string {
  return `https://sqs.${to.account.region}.${dnsSuffix(to)}/${to.account.accountId}/${to.text("name")}`;
}

function methodKey(to: AssignedTo): string {
  return `${to.text("rest_api_id")}-${to.text("resource_id")}-${to.text("http_method")}`;
}
