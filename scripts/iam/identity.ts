import type { PolicyDocument } from "./policy";

/** A role or user of the stack, which can sign. */
export interface Principal {
  readonly address: string;
  readonly kind: "role" | "user";
  /** The physical name: `signed-inventory-dev-reader`. */
  readonly name: string;
  readonly arn: string;
  /** AWS's unique id: `AROA…`, `AIDA…`. */
  readonly uniqueId: string;
  readonly identityPolicies: readonly NamedPolicy[];
  readonly permissionsBoundary?: NamedPolicy;
  /** Who may assume the role. */
  readonly trustPolicy?: NamedPolicy;
  readonly tags: Readonly<Record<string, string>>;
  /** A user's long-term keys that the stack declares. */
  readonly accessKeys?: readonly AccessKey[];
}

export interface AccessKey {
  readonly address: string;
  /** `AKIA…` */
  readonly id: string;
  /** The secret; never logged. */
  readonly secret: string;
  readonly active: boolean;
}

export interface NamedPolicy {
  readonly address: string;
  readonly name: string;
  readonly document: PolicyDocument;
}

/** Credentials that the local gateway accepts, and the identity that they belong to. */
export interface LocalCredentials {
  /** The profile's name in the credentials file: the principal's name without the stack's prefix. */
  readonly profile: string;
  readonly principal: Principal;
  /** The session of a role; a user has none. */
  readonly sessionName?: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Only for temporary credentials, those of a role. */
  readonly sessionToken?: string;
}
