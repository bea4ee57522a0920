import { ApiGatewayIntegration } from "@cdktf/provider-aws/lib/api-gateway-integration";
import { ApiGatewayMethod } from "@cdktf/provider-aws/lib/api-gateway-method";
import { ApiGatewayResource } from "@cdktf/provider-aws/lib/api-gateway-resource";
import { Construct } from "constructs";
import type { RestApi } from "#kit/constructs";
import { restApiOf } from "./rest-api-of";

export interface RatesProps {
  readonly api: RestApi;
  /** What `/{currency}` is appended to. */
  readonly url: string;
}

/** `GET /rates/{currency}`, which another service answers: the gateway passes request and answer on. */
export class Rates extends Construct {
  readonly methodArn: string;

  constructor(scope: Construct, id: string, { api, url }: RatesProps) {
    super(scope, id);
    const { id: restApiId, rootResourceId, executionArn } = restApiOf(api);
    const rates = new ApiGatewayResource(this, "rates", {
      restApiId,
      parentId: rootResourceId,
      pathPart: "rates",
    });
    const currency = new ApiGatewayResource(this, "currency", {
      restApiId,
      parentId: rates.id,
      pathPart: "{currency}",
    });
    const method = new ApiGatewayMethod(this, "method", {
      restApiId,
      resourceId: currency.id,
      httpMethod: "GET",
      authorization: "NONE",
      requestParameters: { "method.request.path.currency": true },
    });
    new ApiGatewayIntegration(this, "integration", {
      restApiId,
      resourceId: currency.id,
      httpMethod: method.httpMethod,
      type: "HTTP_PROXY",
      integrationHttpMethod: "GET",
      uri: `${url}/{currency}`,
      requestParameters: { "integration.request.path.currency": "method.request.path.currency" },
      timeoutMilliseconds: 5_000,
    });
    this.methodArn = `${executionArn}/${api.stageName}/GET/rates/*`;
  }
}
