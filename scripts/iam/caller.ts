import type { LocalCredentials, Principal } from "./identity";
import type { ContextKeys } from "./request-context";

/** The caller of a request, as policies see it. */
export type Caller = AnonymousCaller | ServiceCaller | FederatedCaller | UserCaller | RoleSessionCaller;

interface AnonymousCaller {
  readonly kind: "anonymous";
}

interface ServiceCaller {
  readonly kind: "service";
  /** `lambda.amazonaws.com` */
  readonly service: string;
}

/** A caller without an AWS identity yet, who requests a role with the token of an identity provider. */
interface FederatedCaller {
  readonly kind: "federated";
  /** `arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com` */
  readonly provider: string;
}

export interface UserCaller {
  readonly kind: "user";
  readonly accountId: string;
  readonly arn: string;
  readonly uniqueId: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface RoleSessionCaller {
  readonly kind: "role-session";
  readonly accountId: string;
  /** `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`; the role's path is not in it. */
  readonly arn: string;
  readonly roleArn: string;
  readonly uniqueId: string;
  readonly sessionName: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Credentials, and the caller that policies see when a request is signed with them. */
export interface Signer extends LocalCredentials {
  readonly caller: UserCaller | RoleSessionCaller;
}

/** @throws Error as {@link toCaller} */
export function toSigner(credentials: LocalCredentials): Signer {
  return { ...credentials, caller: toCaller(credentials.principal, credentials.sessionName) };
}

export const ANONYMOUS: AnonymousCaller = { kind: "anonymous" };

const PRINCIPAL_ARN = /^arn:([^:]+):iam::(\d{12}):/;

/**
 * The caller that signs as a user, or in a session of a role.
 * @param sessionName - the name of the role's session; a user has none
 * @throws Error if the principal's ARN is not one of IAM, or a role signs without a session
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 */
export function toCaller(principal: Principal, sessionName?: string): UserCaller | RoleSessionCaller {
  const { arn, name, uniqueId, tags } = principal;
  const [, partition, accountId] = PRINCIPAL_ARN.exec(arn) ?? [];
  if (partition === undefined || accountId === undefined) {
    throw new Error(`${principal.address}: "${arn}" is not the ARN of an IAM ${principal.kind}`);
  }
  if (principal.kind === "user") return { kind: "user", accountId, arn, uniqueId, name, tags };
  if (sessionName === undefined)
    throw new Error(`${principal.address}: a role signs in a session, which has a name`);
  return {
    kind: "role-session",
    accountId,
    arn: `arn:${partition}:sts::${accountId}:assumed-role/${name}/${sessionName}`,
    roleArn: arn,
    uniqueId,
    sessionName,
    tags,
  };
}

/**
 * The condition keys that describe the caller. Keys of an anonymous caller are absent, except those that AWS sets on
 * some services (`aws:userid`, `aws:PrincipalType`), which are unknown. The organization, multi-factor authentication
 * and issue time of a session are also unknown.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function callerKeys(caller: Caller): ContextKeys {
  switch (caller.kind) {
    case "anonymous":
    case "service":
    case "federated":
      return {
        "aws:PrincipalArn": undefined,
        "aws:PrincipalAccount": undefined,
        "aws:PrincipalOrgID": undefined,
        "aws:PrincipalOrgPaths": undefined,
        "aws:PrincipalTag/*": undefined,
        "aws:username": undefined,
        "aws:TokenIssueTime": undefined,
        "aws:MultiFactorAuthPresent": undefined,
        "aws:MultiFactorAuthAge": undefined,
      };
    case "user":
      return {
        ...identityKeys(caller),
        "aws:PrincipalArn": caller.arn,
        "aws:PrincipalType": "User",
        "aws:userid": caller.uniqueId,
        "aws:username": caller.name,
        "aws:TokenIssueTime": undefined,
        "aws:MultiFactorAuthPresent": undefined,
        "aws:MultiFactorAuthAge": undefined,
      };
    case "role-session":
      return {
        ...identityKeys(caller),
        "aws:PrincipalArn": caller.roleArn,
        "aws:PrincipalType": "AssumedRole",
        "aws:userid": `${caller.uniqueId}:${caller.sessionName}`,
        "aws:username": undefined,
      };
  }
}

function identityKeys(caller: UserCaller | RoleSessionCaller): ContextKeys {
  const tags = Object.entries(caller.tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]);
  return {
    "aws:PrincipalTag/*": undefined,
    ...Object.fromEntries(tags),
    "aws:PrincipalAccount": caller.accountId,
  };
}
