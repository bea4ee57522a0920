import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { Construct } from "constructs";

/** The account that the stack is deployed to, as Terraform finds it at plan time. */
export class Account extends Construct {
  readonly accountId: string;
  /** The part of its ARNs after `arn:`, such as `aws`. */
  readonly partition: string;
  /** Stands for every principal of the account in a trust policy. */
  readonly rootArn: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.accountId = new DataAwsCallerIdentity(this, "caller").accountId;
    this.partition = new DataAwsPartition(this, "partition").partition;
    this.rootArn = `arn:${this.partition}:iam::${this.accountId}:root`;
  }
}
