import { ApiGatewayAccount } from "@cdktf/provider-aws/lib/api-gateway-account";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import { physicalName } from "../physical-name";
import { policyDocument, serviceTrust } from "../policy";

/**
 * The role with which API Gateway writes the logs of every REST API of the account and region. There is one setting for
 * all of them, so no API's own stack may hold it: whichever is destroyed first would silence the others.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 */
export class AccountLogging extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const role = new IamRole(this, "role", {
      name: physicalName(this, "api-logs"),
      description: "Lets API Gateway write logs",
      assumeRolePolicy: serviceTrust("apigateway.amazonaws.com"),
    });
    const policy = new IamRolePolicy(this, "policy", {
      name: "write-logs",
      role: role.name,
      policy: policyDocument([
        {
          sid: "WriteLogs",
          actions: [
            "logs:CreateLogGroup",
            "logs:CreateLogStream",
            "logs:DescribeLogGroups",
            "logs:DescribeLogStreams",
            "logs:FilterLogEvents",
            "logs:GetLogEvents",
            "logs:PutLogEvents",
          ],
          // The groups of any API, whose names are not known here; AWS documents the permission so, and API Gateway
          // tries it when the role is set.
          resources: ["*"],
        },
      ]),
    });
    new ApiGatewayAccount(this, "account", { cloudwatchRoleArn: role.arn, dependsOn: [policy] });
  }
}
