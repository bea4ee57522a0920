import type { Credentials } from "#functions/lib/sigv4";
import { projectName } from "#modules/config/load-config";
import { UserError } from "#modules/project";
import { requestAws, xmlText } from "./aws-request";

/** The role to assume, and the credentials to assume it with. */
export interface AssumeRole {
  readonly roleArn: string;
  readonly region: string;
  /** Of a principal that the role trusts. */
  readonly credentials: Credentials;
  /** A session policy, as JSON: it can only remove permissions. @default none */
  readonly policy?: string;
  /** What the role's trust policy asks callers of other accounts for. */
  readonly externalId?: string;
  /** A device that shows one-time codes, and its code. */
  readonly mfa?: { readonly serial: string; readonly code: string };
}

/**
 * Assumes a role for 15 minutes.
 * Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 * @throws UserError if STS refuses, or cannot be reached
 */
export async function assumeRole(
  { roleArn, region, credentials, policy, externalId, mfa }: AssumeRole,
  env: NodeJS.ProcessEnv,
): Promise<Credentials> {
  const parameters = new URLSearchParams({
    Action: "AssumeRole",
    Version: "2011-06-15",
    RoleArn: roleArn,
    RoleSessionName: `${projectName()}-walk`,
    DurationSeconds: SHORTEST_SECONDS,
    ...(policy !== undefined && { Policy: policy }),
    ...(externalId !== undefined && { ExternalId: externalId }),
    ...(mfa && { SerialNumber: mfa.serial, TokenCode: mfa.code }),
  });
  const answer = await requestAws(
    {
      service: "sts",
      region,
      credentials,
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: parameters.toString(),
      timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    },
    env,
  );
  const xml = await answer.text();
  const [accessKeyId, secretAccessKey, sessionToken] = ["AccessKeyId", "SecretAccessKey", "SessionToken"].map(
    (name) => xmlText(xml, name),
  );
  if (accessKeyId && secretAccessKey && sessionToken) return { accessKeyId, secretAccessKey, sessionToken };
  const why = `${xmlText(xml, "Code") ?? answer.status}: ${xmlText(xml, "Message") ?? answer.statusText}`;
  throw new UserError(
    `cannot assume ${roleArn} (${why}): use credentials of its account whose policies allow sts:AssumeRole on it (AWS_PROFILE)`,
  );
}

/** The shortest session that STS grants. */
const SHORTEST_SECONDS = "900";

const TIMEOUT_MILLISECONDS = 10_000;
