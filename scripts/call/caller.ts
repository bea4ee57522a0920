import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chainCredentials } from "#aws/credentials";
import type { Credentials } from "#functions/lib/sigv4";
import { UserError } from "#modules/project";
import { parseSharedCredentials } from "#text/shared-credentials";
import type { Target } from "./target";

/** The signer of a call. */
export interface Caller {
  readonly credentials: Credentials;
  /** The source of the credentials, as the screen shows it: `profile reader of .local/credentials`. */
  readonly source: string;
}

/**
 * Finds credentials: locally those of the gateway, else those of the SDK's default chain (environment, profiles, SSO,
 * roles, containers).
 * @throws UserError if there are no credentials, or temporary ones without their token
 */
export async function findCaller(target: Target, profile: string | undefined): Promise<Caller> {
  const caller =
    target.kind === "local"
      ? localCaller(target, profile ?? LOCAL_PROFILE)
      : {
          credentials: await chainCredentials(profile),
          source: profile ? `profile ${profile}` : "the default chain",
        };
  const { accessKeyId, sessionToken } = caller.credentials;
  if (accessKeyId.startsWith("ASIA") && !sessionToken) {
    throw new UserError(
      `the access key ${accessKeyId} (${caller.source}) is temporary and has no session token: set AWS_SESSION_TOKEN, or aws_session_token in the profile`,
    );
  }
  return caller;
}

/** The local profile that signs if no other is named. */
const LOCAL_PROFILE = "reader";

// ---------------------------------------------------------------------------------------------------- internal

function localCaller(
  { folder, shownFolder }: { readonly folder: string; readonly shownFolder: string },
  profile: string,
): Caller {
  const shown = join(shownFolder, "credentials");
  const profiles = readProfiles(join(folder, "credentials"), shown);
  const settings = profiles.get(profile);
  const { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey } = settings ?? {};
  if (!settings || !accessKeyId || !secretAccessKey) {
    throw new UserError(
      `--as: got '${profile}', expected a profile of ${shown} (have: ${[...profiles.keys()].join(", ")})`,
    );
  }
  return {
    credentials: { accessKeyId, secretAccessKey, sessionToken: settings.aws_session_token },
    source: `profile ${profile} of ${shown}`,
  };
}

/** The profiles of a shared credentials file, as the local gateway writes it. */
function readProfiles(path: string, shown: string): ReadonlyMap<string, Readonly<Record<string, string>>> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new UserError(`no ${shown}: start the local gateway with 'make dev'`);
  }
  return parseSharedCredentials(text);
}
