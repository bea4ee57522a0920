import type { Credentials } from "../../functions/lib/sigv4";
import { PROJECT } from "../../modules/settings";
import { UserError } from "../../modules/user-error";
import { exchange } from "../call/exchange";

/** Whose role to take on, and as whom. */
export interface AssumeRole {
  readonly roleArn: string;
  readonly region: string;
  /** Of somebody whom the role trusts. */
  readonly credentials: Credentials;
  /** A session policy, as JSON: it can only take permissions away. @default none */
  readonly policy?: string;
  /** Where STS is. @default the region's own */
  readonly endpoint?: string;
}

/**
 * Takes on a role for a quarter of an hour.
 * Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 * @throws UserError where STS refuses, or cannot be reached
 */
export async function assumeRole(options: AssumeRole): Promise<Credentials> {
  const { roleArn, region, credentials, policy } = options;
  const parameters = new URLSearchParams({
    Action: "AssumeRole",
    Version: "2011-06-15",
    RoleArn: roleArn,
    RoleSessionName: SESSION_NAME,
    DurationSeconds: SHORTEST_SECONDS,
    ...(policy !== undefined && { Policy: policy }),
  });
  const { answer } = await exchange({
    method: "POST",
    url: options.endpoint ?? regionalEndpoint(region),
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: Buffer.from(parameters.toString()),
    credentials,
    region,
    service: "sts",
    clockOffset: 0,
    isLocal: false,
    now: Date.now,
  });
  const xml = answer.body.toString();
  const [accessKeyId, secretAccessKey, sessionToken] = ["AccessKeyId", "SecretAccessKey", "SessionToken"].map(
    (name) => textOf(xml, name),
  );
  if (accessKeyId && secretAccessKey && sessionToken) return { accessKeyId, secretAccessKey, sessionToken };
  const why = `${textOf(xml, "Code") ?? answer.status}: ${textOf(xml, "Message") ?? answer.statusText}`;
  throw new UserError(
    `cannot assume ${roleArn} (${why}): use credentials of its account whose policies allow sts:AssumeRole on it (AWS_PROFILE)`,
  );
}

const SESSION_NAME = `${PROJECT}-walk`;

/** The shortest session that STS grants. */
const SHORTEST_SECONDS = "900";

function regionalEndpoint(region: string): string {
  return `https://sts.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}/`;
}

/** STS answers in XML; none of these elements holds others, or a character that needs an entity. */
function textOf(xml: string, element: string): string | undefined {
  return new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1]?.trim();
}
