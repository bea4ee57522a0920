import { ApiGatewayRestApiPolicy } from "@cdktf/provider-aws/lib/api-gateway-rest-api-policy";
import { Construct } from "constructs";
import type { RestApi } from "#kit/constructs";

export interface PartnerAccessProps {
  readonly api: RestApi;
  /**
   * The ARNs of the open routes, which stay open to every caller: with a resource policy, an open route without a statement
   * is closed. A route with a Lambda authorizer must not be here: what this policy allows needs no permission of the
   * authorizer's.
   */
  readonly open: readonly string[];
  /** The partner's account, whose own policies say which of its principals may call. */
  readonly partner: string;
  /** The ARNs of the routes that the partner may call. */
  readonly shared: readonly string[];
}

/**
 * The API's resource policy: what another account may call.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export class PartnerAccess extends Construct {
  constructor(scope: Construct, id: string, { api, open, partner, shared }: PartnerAccessProps) {
    super(scope, id);
    const allow = (sid: string, principal: unknown, resources: readonly string[]) => ({
      Sid: sid,
      Effect: "Allow",
      Principal: principal,
      Action: "execute-api:Invoke",
      Resource: resources,
    });
    new ApiGatewayRestApiPolicy(this, "policy", {
      restApiId: api.restApiId,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          allow("Open", "*", open),
          allow("Partner", { AWS: `arn:aws:iam::${partner}:root` }, shared),
        ],
      }),
    });
  }
}
