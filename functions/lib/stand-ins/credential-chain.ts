/**
 * Stands in a Lambda's bundle for `@aws-sdk/credential-provider-node`, which every SDK client asks for credentials when
 * it is given none: profiles, SSO, container and instance roles, none of which a Lambda has. Its clients are given
 * those of the environment (`dynamodb-client.ts`); the chain would make each bundle a third larger.
 */
export function defaultProvider(): never {
  throw new Error("this bundle has no credential chain: give the client its credentials");
}
