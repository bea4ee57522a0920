import type { PolicyDocument } from "#iam/policy";

/** An AWS managed policy, as AWS published it. */
export interface AwsManagedPolicy {
  /** `arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole` */
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly document: PolicyDocument;
}

/**
 * The known AWS managed policies, by ARN: the common ones for Lambda and API Gateway, in the versions of the date in
 * `aws-managed-policies.json`. In another partition, only those that name no resource of the partition `aws`.
 * Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
export function awsManagedPolicies(partition: string): ReadonlyMap<string, AwsManagedPolicy> {
  const known = byPartition.get(partition) ?? readPolicies(partition);
  byPartition.set(partition, known);
  return known;
}

/** The advice for an AWS managed policy that is not known. */
export const KNOWN_AWS_POLICIES = "one of AWS's in scripts/load/aws-managed-policies.json";

// ---------------------------------------------------------------------------------------------------- internal

const byPartition = new Map<string, ReadonlyMap<string, AwsManagedPolicy>>();

interface PolicyFile {
  readonly policies: Readonly<Record<string, { readonly path: string; readonly document: PolicyDocument }>>;
}

function readPolicies(partition: string): ReadonlyMap<string, AwsManagedPolicy> {
  const { policies } = require("./aws-managed-policies.json") as PolicyFile;
  return new Map(
    Object.entries(policies)
      .filter(([, { document }]) => partition === "aws" || !JSON.stringify(document).includes("arn:aws:"))
      .map(([name, { path, document }]) => {
        const arn = `arn:${partition}:iam::aws:policy${path}${name}`;
        return [arn, { arn, name, path, document }];
      }),
  );
}
