import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { Construct } from "constructs";

/** The account that the stack is deployed to, as Terraform finds it at plan time. */
export class Account extends Construct {
  /** Stands for every principal of the account in a trust policy. */
  readonly rootArn: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const caller = new DataAwsCallerIdentity(this, "caller");
    const { partition } = new DataAwsPartition(this, "partition");
    this.rootArn = `arn:${partition}:iam::${caller.accountId}:root`;
  }
}
