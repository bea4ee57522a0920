import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";
import type { Account } from "./account";
import { physicalName } from "./physical-name";
import { policyDocument } from "./policy";

export interface InvokeRoleProps {
  readonly description: string;
  /** The account whose principals can assume the role, if their own policies allow it. */
  readonly account: Account;
  /** The `execute-api` ARNs of the routes that may be invoked. */
  readonly routeArns: readonly string[];
}

/**
 * Permission to call some routes: a managed policy, to be attached to a caller, and a role with that policy, which the
 * principals of the account can assume.
 *
 * @example
 * const reader = new InvokeRole(this, "reader", {
 *   description: "May read notes",
 *   account,
 *   routeArns: api.signedArns(["GET"]),
 * });
 */
export class InvokeRole extends Construct {
  readonly policyArn: string;
  readonly roleArn: string;

  constructor(scope: Construct, id: string, props: InvokeRoleProps) {
    super(scope, id);
    const name = physicalName(this, id);
    const policy = new IamPolicy(this, "policy", {
      name,
      description: props.description,
      policy: policyDocument([
        { sid: "InvokeRoutes", actions: ["execute-api:Invoke"], resources: props.routeArns },
      ]),
    });
    const role = new IamRole(this, "role", {
      name,
      description: props.description,
      assumeRolePolicy: policyDocument([
        {
          sid: "AssumeFromAccount",
          actions: ["sts:AssumeRole"],
          principal: { AWS: props.account.rootArn },
        },
      ]),
    });
    new IamRolePolicyAttachment(this, "attachment", { role: role.name, policyArn: policy.arn });
    this.policyArn = policy.arn;
    this.roleArn = role.arn;
  }
}
