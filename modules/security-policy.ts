import type { ApiGatewayDomainName } from "@cdktf/provider-aws/lib/api-gateway-domain-name";
import type { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { ProjectStack } from "./project-stack";
import { isAtLeast } from "./provider-version";

/**
 * Only TLS 1.2 and 1.3, with forward secrecy and post-quantum key exchange. Without a policy, AWS accepts TLS 1.0 and
 * later.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies-list.html
 */
const SECURITY_POLICY = "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09";

/**
 * A request must arrive at an endpoint of the API's type, with a `Host` that is the name of its TLS handshake (SNI).
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html#apigateway-security-policies-endpoint-access-mode
 */
const ENDPOINT_ACCESS_MODE = "STRICT";

/**
 * The AWS provider is known to have both since then: merged in June 2026, and in the bindings that were generated from 6.54.
 * Source: https://github.com/hashicorp/terraform-provider-aws/pull/47973
 */
const SINCE = [6, 54] as const;

/** Refuses old TLS at a Regional API's own address or domain, unless the stack's provider is too old to set that. */
export function refuseOldTls(endpoint: ApiGatewayRestApi | ApiGatewayDomainName): void {
  const { cdktfStack } = endpoint;
  if (!(cdktfStack instanceof ProjectStack) || !isAtLeast(cdktfStack.providerVersion, SINCE)) return;
  // The bindings (6.25) have neither.
  endpoint.addOverride("security_policy", SECURITY_POLICY);
  endpoint.addOverride("endpoint_access_mode", ENDPOINT_ACCESS_MODE);
}
