import { ApiGatewayAuthorizer } from "@cdktf/provider-aws/lib/api-gateway-authorizer";
import { ApiGatewayIntegration } from "@cdktf/provider-aws/lib/api-gateway-integration";
import { ApiGatewayMethod } from "@cdktf/provider-aws/lib/api-gateway-method";
import { ApiGatewayResource } from "@cdktf/provider-aws/lib/api-gateway-resource";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { Construct } from "constructs";
import type { NodejsFunction, RestApi } from "#kit/constructs";
import { restApiOf } from "./rest-api-of";

export interface TrackingProps {
  readonly api: RestApi;
  readonly target: NodejsFunction;
  /** Answers, for the token of an order, a policy that allows this order's route. */
  readonly authorizer: NodejsFunction;
}

/** `GET /track/{id}`, for who has the token that was answered when the order was placed: a Lambda authorizer checks it. */
export class Tracking extends Construct {
  constructor(scope: Construct, id: string, { api, target, authorizer }: TrackingProps) {
    super(scope, id);
    const { id: restApiId, rootResourceId, executionArn } = restApiOf(api);
    const track = new ApiGatewayResource(this, "track", {
      restApiId,
      parentId: rootResourceId,
      pathPart: "track",
    });
    const order = new ApiGatewayResource(this, "order", {
      restApiId,
      parentId: track.id,
      pathPart: "{id}",
    });
    const gate = new ApiGatewayAuthorizer(this, "authorizer", {
      restApiId,
      name: "tracking",
      type: "TOKEN",
      authorizerUri: authorizer.invokeArn,
      identitySource: "method.request.header.authorization",
      identityValidationExpression: "^[A-Za-z0-9-]{1,64}[.][A-Za-z0-9_-]{43}$",
      authorizerResultTtlInSeconds: 60,
    });
    new LambdaPermission(this, "may-authorize", {
      action: "lambda:InvokeFunction",
      functionName: authorizer.functionName,
      principal: "apigateway.amazonaws.com",
      sourceArn: `${executionArn}/authorizers/${gate.id}`,
    });
    const method = new ApiGatewayMethod(this, "method", {
      restApiId,
      resourceId: order.id,
      httpMethod: "GET",
      authorization: "CUSTOM",
      authorizerId: gate.id,
      requestParameters: { "method.request.path.id": true },
    });
    new ApiGatewayIntegration(this, "integration", {
      restApiId,
      resourceId: order.id,
      httpMethod: method.httpMethod,
      type: "AWS_PROXY",
      integrationHttpMethod: "POST",
      uri: target.invokeArn,
    });
    new LambdaPermission(this, "may-invoke", {
      action: "lambda:InvokeFunction",
      functionName: target.functionName,
      principal: "apigateway.amazonaws.com",
      sourceArn: `${executionArn}/${api.stageName}/GET/track/*`,
    });
  }
}
