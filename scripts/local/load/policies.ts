import { PolicyError, type PolicyUse, parsePolicy } from "../iam/parse-policy";
import type { PolicyDocument } from "../iam/policy";
import type { NamedPolicy } from "../model";
import { unsupported } from "../terraform/problem";
import { describe } from "../terraform/value";
import type { Resource, Stack } from "./stack";

/** Finds a managed policy by its ARN. @throws Unsupported where it is neither in the stack nor known */
export type FindManagedPolicy = (arn: string, address: string) => NamedPolicy;

/**
 * Reads the managed policies of the stack. Of AWS's own, those are known that let a function or a stage write logs and
 * traces; a role with another one could call what is not known here.
 */
export function loadManagedPolicies(stack: Stack): FindManagedPolicy {
  const { partition } = stack.attributes.account;
  // Read here too, so that a fault in a policy that nobody has is told.
  stack.problems.attemptEach(stack.all("aws_iam_policy"), readManagedPolicy);
  return (arn, address) => {
    const own = stack.findOptional("aws_iam_policy", "arn", arn);
    const policy = own ? readManagedPolicy(own) : awsManagedPolicy(arn, partition, address);
    if (policy) return policy;
    throw stack.missing("aws_iam_policy", {
      address,
      got: describe(arn),
      supported: `the arn of an aws_iam_policy of this stack, or one of ${[...AWS_MANAGED.keys()].join(", ")}`,
      action: "write what the policy grants as an aws_iam_policy",
    });
  };
}

/** Reads the text of a policy document. @throws Unsupported */
export function readPolicy(text: string, address: string, use: PolicyUse): PolicyDocument {
  try {
    return parsePolicy(text, address, use);
  } catch (error) {
    // A document that is nested without end is none either.
    if (!(error instanceof PolicyError || error instanceof RangeError)) throw error;
    const detail = error.message.replace(`${address}: `, "");
    throw unsupported(
      address,
      `a policy document that is not understood (${detail})`,
      "IAM's policy grammar",
      "correct it",
    );
  }
}

function readManagedPolicy(policy: Resource<"aws_iam_policy">): NamedPolicy {
  const document = readPolicy(policy.values.policy, `${policy.address}.policy`, "identity");
  return { address: policy.address, name: policy.text("name"), document };
}

function awsManagedPolicy(arn: string, partition: string, address: string): NamedPolicy | undefined {
  const path = arn.startsWith(`arn:${partition}:iam::aws:policy/`) ? arn.split(":policy/")[1] : undefined;
  const actions = path === undefined ? undefined : AWS_MANAGED.get(path);
  if (path === undefined || actions === undefined) return undefined;
  const name = path.split("/").at(-1) as string;
  return {
    address,
    name,
    document: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] },
  };
}

/**
 * AWS's managed policies that are spelled out, by the tail of their ARN, with the actions that each allows.
 * Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
const AWS_MANAGED: ReadonlyMap<string, readonly string[]> = new Map([
  [
    "service-role/AWSLambdaBasicExecutionRole",
    ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
  ],
  [
    "AWSXRayDaemonWriteAccess",
    [
      "xray:PutTraceSegments",
      "xray:PutTelemetryRecords",
      "xray:GetSamplingRules",
      "xray:GetSamplingTargets",
      "xray:GetSamplingStatisticSummaries",
    ],
  ],
  [
    "service-role/AmazonAPIGatewayPushToCloudWatchLogs",
    [
      "logs:CreateLogGroup",
      "logs:CreateLogStream",
      "logs:DescribeLogGroups",
      "logs:DescribeLogStreams",
      "logs:PutLogEvents",
      "logs:GetLogEvents",
      "logs:FilterLogEvents",
    ],
  ],
]);
