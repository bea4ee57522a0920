import type { SettingChanged } from "#plan-rules/judge-changes";

/** Why a change needs care. The same reason is the same data, whichever plans it was found in. */
export type Finding =
  | GateLost
  | RoutesNotCompared
  | RoutesNotRead
  | TransportWeakened
  | AccessGained
  | DataLost
  | KeyChanged
  | RetentionShortened
  | SecretExposed
  | NotRedeployed
  | RedeployedEarly
  | LimitLost
  | SettingChanged
  | AccountAppears
  | RoleExchanged
  | StillUsed
  | DeploymentNotRead
  | PlaceChanged
  | Drifted
  | CheckFailed
  | RunsProgram
  | OutputExposed
  | NotPlanned
  | PlanPartial
  | PlanIncomplete;

/** What is equal of two findings that are the same one, whichever plans they were found in. */
export function identityOf(finding: Finding): string {
  // What goes under one name is one loss, whatever resources it takes.
  return JSON.stringify(finding.kind === "data-lost" ? { ...finding, address: "" } : finding);
}

/** Requests to a route need less than they did before. What cannot be told counts as lost. */
export interface GateLost {
  readonly kind: "gate-lost";
  /** The route that answers the requests afterwards. */
  readonly route: RouteName;
  /**
   * `changed`: it answered them before; `new`: no route did; `takes-over`: it is new, and `from` answered them before;
   * `inherits`: it was there, and `from`, which is gone, answered them before.
   */
  readonly how: "changed" | "new" | "takes-over" | "inherits";
  readonly from?: RouteName;
  readonly lost: readonly LostGate[];
  /** Whether callers get through with neither a signature nor a key, which they did not before. */
  readonly isNowPublic: boolean;
}

/** A route of a stage. */
export interface RouteName {
  readonly api: string;
  readonly stage: string;
  /** `GET`, `ANY` */
  readonly method: string;
  /** `/products/{code}` */
  readonly path: string;
}

/** A gate that lets more callers through, or may do so. */
export type LostGate =
  | {
      readonly gate: "authorization";
      readonly loss: "removed" | "exchanged";
      readonly from: Authorization;
      readonly to: Authorization;
    }
  | { readonly gate: "authorization" | "api-key"; readonly loss: "unknown" }
  | { readonly gate: "api-key"; readonly loss: "removed" | "exchanged" }
  /** The API's policy lets in more callers who sign nothing. */
  | { readonly gate: "api-policy"; readonly loss: "widened" };

/** How a route checks who calls. */
export interface Authorization {
  /** `NONE`, `AWS_IAM`, `CUSTOM`, `COGNITO_USER_POOLS`; undefined if it is known after apply. */
  readonly type?: string;
  /** The authorizer's name and the scopes it has to find, for a type that has one. */
  readonly authorizer?: string;
}

/** An API has more routes and callers than can be compared. */
export interface RoutesNotCompared {
  readonly kind: "routes-not-compared";
  readonly api: string;
}

/** An API has routes in an OpenAPI document that changes, which is not read. */
export interface RoutesNotRead {
  readonly kind: "routes-not-read";
  readonly api: string;
}

/** Connections to an API's own address are less safe than before, or may be. */
export interface TransportWeakened {
  readonly kind: "transport-weakened";
  readonly api: string;
  /**
   * `older-tls`: an older version is accepted; `other-policy`: another security policy, of which it cannot be told that
   * it is as safe; `host-not-checked`: the host of a request may be another one than that of its TLS connection.
   */
  readonly loss: "older-tls" | "other-policy" | "host-not-checked";
  /** The security policies, unless it is the check of hosts that is gone. */
  readonly policies?: { readonly from: string; readonly to: string };
}

/** A caller may do more than before. */
export interface AccessGained {
  readonly kind: "access-gained";
  readonly who: Grantee;
  readonly gains: readonly Gain[];
}

/** Who may do something: a principal of the stack by name, or the one that a policy of a resource names. */
export type Grantee =
  | { readonly kind: "role" | "user" | "group"; readonly name: string }
  /** The callers with a managed policy that no principal of the stack has. */
  | { readonly kind: "holder"; readonly policy: string }
  | { readonly kind: "everyone" }
  | { readonly kind: "account"; readonly id: string; readonly isOther: boolean }
  /** As the policy writes it. */
  | { readonly kind: "principal"; readonly written: string; readonly isOther: boolean }
  /** The principals of a policy that cannot be read. */
  | { readonly kind: "unknown" };

/** What a caller may do that was not allowed before. */
export interface Gain {
  /** `may-gain`: by a policy that cannot be read; `not-denied`: a Deny is gone, which gives nothing by itself. */
  readonly change: "gains" | "may-gain" | "not-denied";
  /** Under which conditions of a resource's policy; `from` if only these are other ones than before. As the policy writes them. */
  readonly conditions?: Conditions;
  readonly actions: readonly GrantedAction[];
  readonly on?: Target;
}

/** The conditions of a statement by operator and key, as JSON; missing if there are none. */
export interface Conditions {
  readonly from?: string;
  readonly to?: string;
}

/** An action as the policy writes it, wildcards and all; or a policy of which it cannot be told what it allows. */
export type GrantedAction = string | { readonly unread: PolicySource; readonly why: string };

/** Which policy: policies of a principal by name, or that of a resource. */
export type PolicySource =
  | { readonly kind: "policies"; readonly names: readonly string[] }
  | { readonly kind: "resource-policy"; readonly holder: PolicyHolder };

/** What the policy of a resource is of: a role, function or API by its name, anything else by its address. */
export interface PolicyHolder {
  readonly kind: "role" | "function" | "API" | "resource";
  readonly name: string;
}

/** What actions are on. */
export interface Target {
  /** The holder of the policy, if it is the policy of a resource. */
  readonly holder?: PolicyHolder;
  /** As the policy writes it, wildcards and all; of a function, where the calls have to come from. */
  readonly resource?: string;
}

/** Something that holds data, or cannot be made again as it was, goes. */
export interface DataLost {
  readonly kind: "data-lost";
  /** What it is: `table`, `API key` */
  readonly what: string;
  /** The name in AWS, or the address if there is none. */
  readonly name: string;
  readonly address: string;
  readonly action: "replaced" | "destroyed";
}

/** An API key has another value afterwards, though the resource stays. */
export interface KeyChanged {
  readonly kind: "key-changed";
  readonly what: string;
  readonly address: string;
}

/** Data lives shorter, so that the older part of it is destroyed. */
export interface RetentionShortened {
  readonly kind: "retention-shortened";
  readonly what: string;
  /** The name in AWS, or the address if there is none. */
  readonly name: string;
  readonly address: string;
  readonly days: Retention;
}

/** How long data is kept, in days; `ever` if it is never destroyed. */
export interface Retention {
  readonly from: number | "ever";
  readonly to: number;
}

/** A variable has what looks like a secret, which every caller sees who may read its holder or the state. */
export interface SecretExposed {
  readonly kind: "secret-exposed";
  readonly holder: VariableHolder;
  readonly variable: string;
}

/** What has variables, by its name in AWS. */
export interface VariableHolder {
  readonly kind: "Lambda" | "stage";
  readonly name: string;
}

/** A stage keeps its deployment, so that changes of its API do not reach callers. */
export interface NotRedeployed {
  readonly kind: "not-redeployed";
  readonly api: string;
  readonly stage: string;
  /** The addresses of what changes and would not go live. */
  readonly missed: readonly string[];
}

/** A stage takes up a deployment that may be made before changes of its API, so that they may not reach callers. */
export interface RedeployedEarly {
  readonly kind: "redeployed-early";
  readonly api: string;
  readonly stage: string;
  /** The addresses of what changes and is not waited for. */
  readonly missed: readonly string[];
}

/** Callers are not held to a limit any more. */
export interface LimitLost {
  readonly kind: "limit-lost";
  readonly of: LimitsOf;
  readonly limits: readonly ("throttle" | "quota")[];
  /** Whether it is of new settings, which never had any. */
  readonly isNew?: true;
  /** How many times as much is let through, if the limits are there still; missing if they are gone. */
  readonly times?: number;
}

/** Whose limits: those of a usage plan, or those that a stage has for the methods that a path names. */
export type LimitsOf =
  | { readonly kind: "usage-plan"; readonly name: string }
  | { readonly kind: "stage"; readonly stage: string; readonly methods: string };

/** Terraform could not plan all of it. */
export interface PlanIncomplete {
  readonly kind: "plan-incomplete";
}

/** The number of another account is in a value that did not have it. */
export interface AccountAppears {
  readonly kind: "account-appears";
  /** Whether the stack's account is known, so that this is another one. */
  readonly isOwnKnown: boolean;
  readonly account: string;
  /** Where. */
  readonly in: readonly { readonly address: string; readonly path: string }[];
}

/** A function runs with another role, or a new one with a role that is there already. */
export interface RoleExchanged {
  readonly kind: "role-exchanged";
  readonly function: string;
  /** The roles by name; `from` is missing if the function is new. */
  readonly from?: string;
  readonly to: string;
  /** What the role allows, and the former one did not; of several functions, what any of their roles allows. */
  readonly allows: readonly string[];
  /** More new functions, each with a role that was there. */
  readonly others?: readonly { readonly function: string; readonly to: string }[];
}

/** Something is destroyed, and something that stays has its ARN. */
export interface StillUsed {
  readonly kind: "still-used";
  /** What it is: `Lambda`, `role` */
  readonly what: string;
  /** The name in AWS, or the address if there is none. */
  readonly name: string;
  readonly address: string;
  /** The routes that it answers, if it is a function. */
  readonly routes: readonly RouteName[];
  /** The addresses of what has its ARN. */
  readonly usedBy: readonly string[];
}

/** A stage serves a deployment that is not in the plan, so that what it asks of callers cannot be told. */
export interface DeploymentNotRead {
  readonly kind: "deployment-not-read";
  readonly api: string;
  readonly stage: string;
  readonly deployment: string;
  /** The share of requests that it gets, if it is a canary. */
  readonly percent?: number;
}

/** Terraform would make everything again in another region or account, and lose sight of what is there. */
export interface PlaceChanged {
  readonly kind: "place-changed";
  readonly what: "region" | "account";
  readonly from: string;
  readonly to: string;
}

/** Something was changed in AWS without Terraform. */
export interface Drifted {
  readonly kind: "drifted";
  readonly address: string;
  readonly how: "changed" | "destroyed";
  readonly attributes: readonly string[];
  /** Whether the plan takes it back. */
  readonly isUndone: boolean;
}

/** A check of the configuration does not hold. */
export interface CheckFailed {
  readonly kind: "check-failed";
  readonly address: string;
  readonly problems: readonly string[];
}

/** A program runs on the machine that plans or applies, or on a new server. */
export interface RunsProgram {
  readonly kind: "runs-program";
  readonly address: string;
  /** `local-exec`, `external` */
  readonly by: string;
  readonly command?: string;
}

/** An output shows what looks like a secret. */
export interface OutputExposed {
  readonly kind: "output-exposed";
  readonly output: string;
}

/** Something changes by another way than a planned change of it. */
export interface NotPlanned {
  readonly kind: "not-planned";
  readonly address: string;
}

/** The plan leaves resources out (`-target`). */
export interface PlanPartial {
  readonly kind: "plan-partial";
  readonly leftOut: number;
}
