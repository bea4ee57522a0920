import { unsupported } from "#terraform/problem";
import type { Resource } from "./stack";

/**
 * Refuses what API Gateway refuses of an API's TLS settings. Those that it takes have no effect here: the local gateway is
 * plain HTTP, so that there is neither a handshake nor a name in it.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html
 * @throws Unsupported
 */
export function checkSecurityPolicy({ address, values }: Resource<"aws_api_gateway_rest_api">): void {
  const { security_policy: policy, endpoint_access_mode: mode, endpoint_configuration: endpoint } = values;
  const isEnhanced = policy?.startsWith("SecurityPolicy_") ?? false;
  if (isEnhanced !== (mode !== undefined)) {
    throw unsupported(
      `${address}.endpoint_access_mode`,
      mode === undefined ? "nothing" : `"${mode}"`,
      isEnhanced
        ? '"STRICT" or "BASIC"'
        : 'nothing without a security policy that begins with "SecurityPolicy_"',
      "correct it: AWS refuses one without the other",
    );
  }
  // Terraform's default, and AWS's.
  const isEdge = endpoint?.types.includes("EDGE") ?? true;
  if (isEnhanced && isEdge !== policy?.endsWith("_EDGE")) {
    throw unsupported(
      `${address}.security_policy`,
      `"${policy}"`,
      `a policy for ${isEdge ? "edge-optimized" : "Regional"} APIs`,
      `choose one whose name ${isEdge ? "ends" : "does not end"} with _EDGE`,
    );
  }
}
