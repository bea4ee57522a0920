import type { NamedPolicy } from "#iam/identity";
import type { RestApi } from "#model/rest-api";
import { unsupported } from "#terraform/problem";
import { loadGatewayResponses } from "./gateway-responses";
import { readPolicy } from "./policies";
import { loadRoutes } from "./routes";
import { checkSecurityPolicy } from "./security-policy";
import type { Resource, Stack } from "./stack";
import { loadStages } from "./stages";

/** The stack's REST API. @throws Unsupported if there is none */
export function loadRestApi(stack: Stack): RestApi {
  const [api, ...more] = stack.all("aws_api_gateway_rest_api");
  if (!api) {
    throw stack.missing("aws_api_gateway_rest_api", {
      address: "aws_api_gateway_rest_api",
      got: "no REST API",
      supported: "a stack with one",
      action: "add one, or serve another stack",
    });
  }
  stack.problems.attemptEach(more, ({ address }) => {
    throw unsupported(address, "a second REST API", "a stack with one", "put it into a separate stack");
  });
  refuseOtherApis(stack);
  stack.problems.attempt(() => checkSecurityPolicy(api));
  const routes = loadRoutes(stack, api);
  return {
    address: api.address,
    id: api.text("id"),
    name: api.values.name,
    binaryMediaTypes: api.values.binary_media_types,
    edgeOptimized: api.values.endpoint_configuration?.types !== "REGIONAL" || undefined,
    policy: stack.problems.attempt(() => loadResourcePolicy(stack, api)),
    routes,
    stages: loadStages(stack, routes),
    gatewayResponses: loadGatewayResponses(stack),
  };
}

const PARTS = [
  "aws_api_gateway_rest_api_policy",
  "aws_api_gateway_resource",
  "aws_api_gateway_method",
  "aws_api_gateway_method_response",
  "aws_api_gateway_method_settings",
  "aws_api_gateway_integration",
  "aws_api_gateway_integration_response",
  "aws_api_gateway_deployment",
  "aws_api_gateway_stage",
  "aws_api_gateway_gateway_response",
  "aws_api_gateway_request_validator",
  "aws_api_gateway_model",
] as const;

/** Notes parts that belong to an API outside the stack. */
function refuseOtherApis(stack: Stack): void {
  for (const type of PARTS) {
    stack.problems.attemptEach(stack.all(type), ({ address, values }) => {
      stack.find("aws_api_gateway_rest_api", "id", values.rest_api_id, `${address}.rest_api_id`);
    });
  }
}

function loadResourcePolicy(
  stack: Stack,
  api: Resource<"aws_api_gateway_rest_api">,
): NamedPolicy | undefined {
  const own = api.values.policy ? [{ address: `${api.address}.policy`, text: api.values.policy }] : [];
  const attached = stack
    .all("aws_api_gateway_rest_api_policy")
    .map(({ address, values }) => ({ address: `${address}.policy`, text: values.policy }));
  const [policy, second] = [...own, ...attached];
  if (second) throw unsupported(second.address, "a second policy of the API", "one policy", "merge the two");
  if (!policy) return undefined;
  const document = readPolicy(policy.text, policy.address, "resource");
  return { address: policy.address, name: "policy", document };
}
