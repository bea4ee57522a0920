import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { ProfileSecrets } from "#diagnosis/prove-cause";
import { UserError } from "#modules/project";
import { parseSharedCredentials } from "#text/shared-credentials";

/**
 * The secret of a profile, from the shared files of the AWS CLI or from the local gateway's, with those of the other
 * profiles beside it. Nothing is asked over the network, so a profile of SSO or of a role has none here.
 *
 * @param localFolder - where the local gateway keeps its credentials
 * @throws UserError for a profile that is not there or holds no keys
 */
export function profileSecrets(profile: string, env: NodeJS.ProcessEnv, localFolder: string): ProfileSecrets {
  const aws = join(homedir(), ".aws");
  const paths = [
    env["AWS_SHARED_CREDENTIALS_FILE"] ?? join(aws, "credentials"),
    env["AWS_CONFIG_FILE"] ?? join(aws, "config"),
    join(localFolder, "credentials"),
  ];
  const profiles = new Map<string, Readonly<Record<string, string>>>();
  for (const path of paths) {
    for (const [name, settings] of parseSharedCredentials(readText(path))) {
      if (settings["aws_secret_access_key"] && !profiles.has(name)) profiles.set(name, settings);
    }
  }
  const { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey } =
    profiles.get(profile) ?? {};
  if (!accessKeyId || !secretAccessKey) {
    throw new UserError(
      `--as: got '${profile}', expected a profile with keys, in ${paths.join(", ")} (have: ${[...profiles.keys()].join(", ") || "none"})`,
    );
  }
  const others = [...profiles]
    .filter(([name]) => name !== profile)
    .map(([name, settings]) => [name, settings["aws_secret_access_key"] ?? ""] as const);
  return { profile, accessKeyId, secretAccessKey, others: new Map(others) };
}

// ---------------------------------------------------------------------------------------------------- internal

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
