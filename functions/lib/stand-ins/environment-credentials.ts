/**
 * Stands in a Lambda's bundle for `@aws-sdk/credential-provider-node`, which every SDK client asks for credentials when
 * it is given none. Of all the places that the chain looks in, a Lambda on Node.js has the environment alone; what is read
 * there, and when, is what the SDK's own `fromEnv` does.
 *
 * Sources: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html and
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-static-credentials.html
 */
export function defaultProvider(): () => Promise<EnvironmentCredentials> {
  return async () => {
    const { env } = process;
    const accessKeyId = env["AWS_ACCESS_KEY_ID"];
    const secretAccessKey = env["AWS_SECRET_ACCESS_KEY"];
    if (!accessKeyId || !secretAccessKey) {
      const error = new Error(
        "this bundle takes credentials from the environment, and AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set: set them, give the client its credentials, or bundle with alias: {}",
      );
      throw Object.assign(error, { name: "CredentialsProviderError" });
    }
    const expiration = env["AWS_CREDENTIAL_EXPIRATION"];
    const credentialScope = env["AWS_CREDENTIAL_SCOPE"];
    const accountId = env["AWS_ACCOUNT_ID"];
    return {
      accessKeyId,
      secretAccessKey,
      ...(env["AWS_SESSION_TOKEN"] && { sessionToken: env["AWS_SESSION_TOKEN"] }),
      ...(expiration && { expiration: new Date(expiration) }),
      ...(credentialScope && { credentialScope }),
      ...(accountId && { accountId }),
    };
  };
}

/** Credentials that say when they end are asked for anew five minutes before. */
export function credentialsTreatedAsExpired({ expiration }: { readonly expiration?: Date }): boolean {
  return expiration !== undefined && expiration.getTime() - Date.now() < FIVE_MINUTES;
}

export function credentialsWillNeedRefresh({ expiration }: { readonly expiration?: Date }): boolean {
  return expiration !== undefined;
}

const FIVE_MINUTES = 300_000;

interface EnvironmentCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
  readonly credentialScope?: string;
  readonly accountId?: string;
}
