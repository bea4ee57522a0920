import type { Credentials } from "#functions/lib/sigv4";
import { UserError } from "#modules/project";

/**
 * Credentials of the SDK's default chain, or of one profile. They are not checked with AWS.
 * @param profile - that of `--as`
 * @throws UserError if there are no credentials, with what to do, or if an AWS_ENDPOINT_URL variable is not a URL
 */
export async function chainCredentials(profile?: string): Promise<Credentials> {
  assertEndpoints(process.env);
  // Loaded here, since most calls are local and the chain is large.
  const { defaultProvider } = await import("@aws-sdk/credential-provider-node");
  const { accessKeyId, secretAccessKey, sessionToken } = await defaultProvider({
    profile,
    // The user named a profile, so a warning about a key in the environment is not needed.
    ...(profile !== undefined && { logger: SILENT }),
  })().catch((error: unknown) => {
    throw new UserError(explainChain(error, profile), { cause: error });
  });
  assertSendable("access key id", accessKeyId);
  assertSendable("session token", sessionToken);
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** Checks that the default chain finds credentials, before anything else is done. @throws UserError if it does not */
export async function assertCredentials(): Promise<void> {
  await chainCredentials();
}

/** Checks the endpoint variables: the SDK would fail on an invalid URL without naming the variable. */
function assertEndpoints(env: NodeJS.ProcessEnv): void {
  for (const [name, value = ""] of Object.entries(env)) {
    if (!name.startsWith("AWS_ENDPOINT_URL") || value === "") continue;
    const protocol = URL.canParse(value) ? new URL(value).protocol : "";
    if (/^https?:$/.test(protocol)) continue;
    throw new UserError(`${name}: got '${value}', expected a URL such as http://127.0.0.1:5050`);
  }
}

/**
 * Checks that a value can be sent as a header: if it cannot, the error message of `fetch` would quote all of it on the
 * screen.
 */
function assertSendable(name: string, value = ""): void {
  if (/^[\x21-\x7e]*$/.test(value)) return;
  throw new UserError(`the ${name} contains a space or a line break: set it again without it`);
}

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** Explains an error of the chain, and says what to do. */
function explainChain(error: unknown, profile: string | undefined): string {
  const cause = (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
  const name = profile ?? process.env.AWS_PROFILE;
  const named = name ? ` --profile ${name}` : "";
  if (/sso/i.test(cause) && /expired|invalid|refresh|login/i.test(cause)) {
    return `the SSO login has expired (${cause}): run 'aws sso login${named}'`;
  }
  if (profile !== undefined) {
    return `--as: profile '${profile}' has no credentials (${cause}): 'aws configure list-profiles' lists the profiles`;
  }
  return `no AWS credentials (${cause}): set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run 'aws sso login${named}'`;
}
