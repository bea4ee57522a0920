import { unsupported } from "#terraform/problem";
import type { Resource } from "./stack";

/**
 * Refuses the TLS settings of an API that API Gateway refuses. Settings that it accepts have no effect here: the local
 * gateway speaks plain HTTP, without a handshake or a server name.
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
