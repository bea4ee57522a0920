import type { Credentials } from "#functions/lib/sigv4";
import { UserError } from "#modules/project";

/**
 * Credentials of the SDK's default chain, or of one profile of it. AWS is not asked about them.
 * @param profile - the one of `--as`
 * @throws UserError where there are none, with what to do, and if they are to be used at an address that is none
 */
export async function chainCredentials(profile?: string): Promise<Credentials> {
  assertEndpoints(process.env);
  // Loaded here, since most calls are local ones and the chain is large.
  const { defaultProvider } = await import("@aws-sdk/credential-provider-node");
  const { accessKeyId, secretAccessKey, sessionToken } = await defaultProvider({
    profile,
    // Whoever names a profile need not be told that there is also a key in the environment.
    ...(profile !== undefined && { logger: SILENT }),
  })().catch((error: unknown) => {
    throw new UserError(explainChain(error, profile), { cause: error });
  });
  assertSendable("access key id", accessKeyId);
  assertSendable("session token", sessionToken);
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** Makes sure that the default chain finds credentials, before anything is begun. @throws UserError where it does not */
export async function assertCredentials(): Promise<void> {
  await chainCredentials();
}

/** What credentials are used at: the SDK would fail on an address that is none, without saying where it has it from. */
function assertEndpoints(env: NodeJS.ProcessEnv): void {
  for (const [name, value = ""] of Object.entries(env)) {
    if (!name.startsWith("AWS_ENDPOINT_URL") || value === "") continue;
    const protocol = URL.canParse(value) ? new URL(value).protocol : "";
    if (/^https?:$/.test(protocol)) continue;
    throw new UserError(`${name}: got '${value}', expected an address such as http://127.0.0.1:5050`);
  }
}

/**
 * What is sent as a header has to be one word: of what is not, `fetch` says so in a message that quotes all of it, and the
 * screen would show it.
 */
function assertSendable(name: string, value = ""): void {
  if (/^[\x21-\x7e]*$/.test(value)) return;
  throw new UserError(`the ${name} has a space or a line break in it: set it again, in one piece`);
}

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** What the chain's errors mean to the person at the keyboard. */
function explainChain(error: unknown, profile: string | undefined): string {
  const cause = (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
  const name = profile ?? process.env.AWS_PROFILE;
  const named = name ? ` --profile ${name}` : "";
  if (/sso/i.test(cause) && /expired|invalid|refresh|login/i.test(cause)) {
    return `the SSO login has expired (${cause}): run 'aws sso login${named}'`;
  }
  if (profile !== undefined) {
    return `--as: profile '${profile}' gives no credentials (${cause}): 'aws configure list-profiles' shows which there are`;
  }
  return `no AWS credentials (${cause}): set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run 'aws sso login${named}'`;
}
