import type { NamedPolicy } from "#iam/identity";
import type { RestApi } from "#model/rest-api";
import { Unsupported, unsupported } from "#terraform/problem";
import { loadDomains } from "./domains";
import { loadGatewayResponses } from "./gateway-responses";
import { readPolicy } from "./policies";
import { loadRoutes } from "./routes";
import { checkSecurityPolicy } from "./security-policy";
import type { Resource, Stack } from "./stack";
import { loadStages } from "./stages";

/** The stack's REST API. @throws Unsupported if there is none */
export function loadRestApi(stack: Stack): RestApi {
  const [api] = stack.all("aws_api_gateway_rest_api");
  if (!api) {
    throw stack.missing("aws_api_gateway_rest_api", {
      address: "aws_api_gateway_rest_api",
      got: "no REST API",
      supported: "a stack with one",
      action: "add one, or serve another stack",
    });
  }
  refuseOtherApis(stack);
  stack.problems.attempt(() => checkSecurityPolicy(api));
  // First, since it can close the routes.
  const policy = stack.problems.attempt(() => loadResourcePolicyOrClose(stack, api));
  const routes = loadRoutes(stack, api);
  const { domains, restrictions } = loadDomains(stack, api.text("id"));
  return {
    address: api.address,
    id: api.text("id"),
    name: api.values.name,
    binaryMediaTypes: api.values.binary_media_types,
    ...(api.values.api_key_source === "AUTHORIZER" && { apiKeySource: "AUTHORIZER" as const }),
    edgeOptimized:
      api.values.endpoint_configuration?.types === "EDGE" ||
      api.values.endpoint_configuration === undefined ||
      undefined,
    policy,
    routes,
    stages: loadStages(stack, routes),
    gatewayResponses: loadGatewayResponses(stack),
    ...(domains.length > 0 && { domains }),
    ...restrictionsOf(stack, api, restrictions),
  };
}

/** What is not in force here, although requests would be refused by it on AWS. */
function restrictionsOf(
  stack: Stack,
  api: Resource<"aws_api_gateway_rest_api">,
  ofDomains: readonly string[],
): Pick<RestApi, "restrictions"> {
  const isPrivate = api.values.endpoint_configuration?.types === "PRIVATE";
  const webAcls = stack
    .all("aws_api_gateway_stage")
    .flatMap(({ address, values }) => (values.web_acl_arn === undefined ? [] : [`${address}.web_acl_arn`]));
  const restrictions = [
    ...stack.restrictions().map((address) => `${address} is not in force here: AWS refuses requests by it`),
    ...ofDomains,
    ...webAcls.map((address) => `${address}: the web ACL is not in force here`),
    ...(api.values.disable_execute_api_endpoint
      ? [`${api.address}: its own endpoint is disabled: on AWS it answers on its custom domains alone`]
      : []),
    ...(isPrivate
      ? [`${api.address} is private: AWS answers it in its VPCs alone, here it answers anywhere`]
      : []),
  ];
  return restrictions.length === 0 ? {} : { restrictions };
}

const PARTS = [
  "aws_api_gateway_rest_api_policy",
  "aws_api_gateway_resource",
  "aws_api_gateway_authorizer",
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

/** Of an applied API, a policy that is not understood closes every route. */
function loadResourcePolicyOrClose(
  stack: Stack,
  api: Resource<"aws_api_gateway_rest_api">,
): NamedPolicy | undefined {
  try {
    return loadResourcePolicy(stack, api);
  } catch (error) {
    if (!stack.isApplied || !(error instanceof Unsupported)) throw error;
    for (const problem of error.problems) stack.closeAll(problem);
    return undefined;
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
