import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Construct } from "constructs";
import { policyDocument } from "../policy";

export interface StateBucketProps {
  /** The name, which no other bucket in the world has. */
  readonly bucketName: string;
  /**
   * Whether Terraform refuses to remove the bucket and its protection. S3 refuses to remove a bucket that is not empty,
   * but by then Terraform would have removed the protection.
   */
  readonly isProtected: boolean;
}

/** The prefix of saved plans; they contain the same data as the state. */
export const SAVED_PLANS = "plans/";

/** The S3 bucket for Terraform's state: it keeps every version, encrypts it, and only the account has access. */
export class StateBucket extends Construct {
  readonly bucketName: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, { bucketName, isProtected }: StateBucketProps) {
    super(scope, id);
    const lifecycle = { preventDestroy: isProtected };
    const bucket = new S3Bucket(this, "bucket", { bucket: bucketName, lifecycle });
    const versioning = new S3BucketVersioningA(this, "versioning", {
      bucket: bucket.id,
      versioningConfiguration: { status: "Enabled" },
      lifecycle,
    });
    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket: bucket.id,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
    const publicAccess = new S3BucketPublicAccessBlock(this, "public-access", {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
      lifecycle,
    });
    new S3BucketOwnershipControls(this, "ownership", {
      bucket: bucket.id,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    new S3BucketPolicy(this, "policy", {
      bucket: bucket.id,
      policy: policyDocument([
        {
          sid: "TlsOnly",
          effect: "Deny",
          principal: "*",
          // Whatever is done, and to whatever is in the bucket: this statement only refuses.
          actions: ["s3:*"],
          resources: [bucket.arn, `${bucket.arn}/*`],
          condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ]),
      lifecycle,
      // S3 takes one change of a bucket's policy and its public access at a time.
      dependsOn: [publicAccess],
    });
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket: bucket.id,
      rule: [
        {
          id: "old-versions",
          status: "Enabled",
          filter: [{ prefix: "" }],
          noncurrentVersionExpiration: [{ noncurrentDays: 90 }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
        {
          id: "saved-plans",
          status: "Enabled",
          filter: [{ prefix: SAVED_PLANS }],
          // As long as GitHub waits for the approval of a deployment.
          expiration: [{ days: 30 }],
          noncurrentVersionExpiration: [{ noncurrentDays: 1 }],
        },
      ],
      dependsOn: [versioning],
    });
    this.bucketName = bucket.bucket;
    this.arn = bucket.arn;
  }
}
