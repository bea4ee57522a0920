import type { NamedPolicy, Principal } from "#iam/identity";
import { readPolicy } from "#load/policies";
import { loadPrincipals } from "#load/principals";
import { Stack } from "#load/stack";
import { parseDocument } from "#terraform/document";
import { synthesizeBootstrap } from "../support/synth";
import { ACCOUNT, BUCKET, PROVIDER, REGION, REPOSITORY } from "./bootstrap-expectation";

/** What the bootstrap stack says about who may do what. */
export interface BootstrapPolicies {
  readonly principals: readonly Principal[];
  readonly bucket: NamedPolicy;
}

/**
 * Reads the policies of the bootstrap stack. The gateway's reader knows IAM but neither buckets nor identity providers,
 * of which policies take the ARNs: these are put in beforehand.
 */
export function loadBootstrap(): BootstrapPolicies {
  const { resource, ...rest } = JSON.parse(
    JSON.stringify(synthesizeBootstrap({ GITHUB_REPOSITORY: REPOSITORY, AWS_REGION: REGION }))
      .replace(/\$\{aws_s3_bucket\.[^}]+\.arn\}/g, BUCKET)
      .replace(/\$\{aws_iam_openid_connect_provider\.[^}]+\.arn\}/g, PROVIDER),
  );
  const { aws_iam_role, aws_iam_role_policy, aws_s3_bucket_policy } = resource;
  const stack = new Stack(parseDocument({ ...rest, resource: { aws_iam_role, aws_iam_role_policy } }), {
    accountId: ACCOUNT,
    seed: "a seed",
  });
  const principals = loadPrincipals(stack);
  const problems = stack.problems.list();
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  const [bucketPolicy] = Object.values<{ readonly policy: string }>(aws_s3_bucket_policy);
  const document = readPolicy(bucketPolicy?.policy ?? "", "aws_s3_bucket_policy", "resource");
  return { principals, bucket: { address: "aws_s3_bucket_policy", name: "policy", document } };
}
