import type { LocalCredentials, Principal } from "#iam/identity";
import { ALPHANUMERIC, BASE32, deriveText } from "#model/derive";
import type { Model } from "#model/model";

/** The profile of a principal that no policy speaks of: what all others in the account are to the API. */
export const STRANGER = "stranger";

const SESSION = "local";

/**
 * Issues credentials for every role and user of a stack, and for a stranger: temporary ones for roles, the access keys
 * of the Terraform for users. The same seed gives the same ones, so that a shell that has them survives a restart.
 *
 * @param seed - secret; without it the credentials cannot be told
 * @param prefix - what the names of the stack begin with: `signed-inventory-dev-`
 */
export function issueCredentials(
  model: Pick<Model, "principals" | "partition" | "accountId">,
  seed: string,
  prefix: string,
): readonly LocalCredentials[] {
  const issued = model.principals.flatMap((principal) => {
    const profile = profileOf(principal, prefix);
    return principal.kind === "role" ? [sessionOf(principal, profile, seed)] : keysOf(principal, profile);
  });
  const taken = issued.some(({ profile }) => profile === STRANGER);
  return numberAlike(taken ? issued : [...issued, sessionOf(stranger(model, prefix), STRANGER, seed)]);
}

/**
 * The text of an AWS shared credentials file, a profile for each of the credentials.
 * Source: https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
 */
export function credentialsFile(issued: readonly LocalCredentials[], region: string): string {
  return issued
    .map(({ profile, accessKeyId, secretAccessKey, sessionToken }) =>
      [
        `[${profile}]`,
        `aws_access_key_id = ${accessKeyId}`,
        `aws_secret_access_key = ${secretAccessKey}`,
        ...(sessionToken === undefined ? [] : [`aws_session_token = ${sessionToken}`]),
        `region = ${region}`,
        "",
      ].join("\n"),
    )
    .join("\n");
}

// ---------------------------------------------------------------------------------------------------- internal

function sessionOf(principal: Principal, profile: string, seed: string): LocalCredentials {
  const derive = (what: string, alphabet: string, length: number) =>
    deriveText(seed, [principal.arn, "session", what], alphabet, length);
  return {
    profile,
    principal,
    sessionName: SESSION,
    accessKeyId: `ASIA${derive("access key id", BASE32, 16)}`,
    secretAccessKey: derive("secret access key", ALPHANUMERIC, 40),
    sessionToken: derive("session token", ALPHANUMERIC, 200),
  };
}

/**
 * A principal's name without the prefix. It is a file's name for curl as well: one that is empty, that leads elsewhere
 * (`..`), or that is like the file of an API key (`demo.key`) begins with what the principal is.
 */
function profileOf({ kind, name }: Principal, prefix: string): string {
  const short = name.startsWith(prefix) ? name.slice(prefix.length) : name;
  if (/^\w/.test(short) && !short.endsWith(".key")) return short;
  return short === "" ? kind : `${kind}-${short}`;
}

function keysOf(principal: Principal, profile: string): LocalCredentials[] {
  return (principal.accessKeys ?? [])
    .filter((key) => key.active)
    .map(({ id, secret }) => ({ profile, principal, accessKeyId: id, secretAccessKey: secret }));
}

/**
 * Gives each profile a name of its own: `ci`, `ci-2`. A user can have two keys, a role and a user can have one name, and
 * where a profile stands twice in a file, botocore refuses all of it.
 */
function numberAlike(issued: readonly LocalCredentials[]): LocalCredentials[] {
  const taken = new Set<string>();
  return issued.map((each) => {
    let profile = each.profile;
    for (let number = 2; taken.has(profile); number++) profile = `${each.profile}-${number}`;
    taken.add(profile);
    return { ...each, profile };
  });
}

function stranger(
  { partition, accountId }: Pick<Model, "partition" | "accountId">,
  prefix: string,
): Principal {
  const name = `${prefix}${STRANGER}`;
  return {
    address: STRANGER,
    kind: "role",
    name,
    arn: `arn:${partition}:iam::${accountId}:role/${name}`,
    uniqueId: "AROASTRANGER234567777",
    identityPolicies: [],
    tags: {},
  };
}
