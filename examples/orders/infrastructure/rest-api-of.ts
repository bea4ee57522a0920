import { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import type { RestApi } from "#kit/constructs";

/** The API itself, to which a construct of one's own adds what `RestApi` has no prop for. */
export function restApiOf(api: RestApi): ApiGatewayRestApi {
  const found = api.node.findAll().find((each) => each instanceof ApiGatewayRestApi);
  if (found === undefined) throw new Error(`${api.node.path} has no REST API`);
  return found;
}
