/**
 * Stands in a Lambda's bundle for `@aws-sdk/middleware-endpoint-discovery`: DynamoDB's client sets it up, a cache for a
 * thousand endpoints included, and none of its commands uses it. A command that did would fail the build, for want of
 * the middleware itself.
 */
export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {};

/** Leaves the client's configuration as it is. */
export function resolveEndpointDiscoveryConfig<T>(config: T): T {
  return config;
}
