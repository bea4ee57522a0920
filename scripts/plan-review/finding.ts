/** Why a change needs care. The same reason is the same data, whichever plans it was found in. */
export type Finding =
  | AccessGained
  | DataLost
  | KeyChanged
  | RetentionShortened
  | SecretExposed
  | NotRedeployed
  | RedeployedEarly
  | LimitLost
  | PlanIncomplete;

/** Somebody may do more than before. */
export interface AccessGained {
  readonly kind: "access-gained";
  readonly who: Grantee;
  readonly gains: readonly Gain[];
}

/** Who may do something: somebody of the stack by name, or whom a policy of a resource names. */
export type Grantee =
  | { readonly kind: "role" | "user" | "group"; readonly name: string }
  /** Whoever has a managed policy that nobody in the stack has. */
  | { readonly kind: "holder"; readonly policy: string }
  | { readonly kind: "everyone" }
  | { readonly kind: "account"; readonly id: string; readonly isOther: boolean }
  /** As the policy writes it. */
  | { readonly kind: "principal"; readonly written: string; readonly isOther: boolean }
  /** Whom a policy names that cannot be read. */
  | { readonly kind: "unknown" };

/** What somebody may do that was not allowed before. */
export interface Gain {
  /** `may gain`: by a policy that cannot be read. */
  readonly change: "gains" | "may gain";
  readonly actions: readonly GrantedAction[];
  readonly on?: Target;
}

/** An action as the policy writes it, wildcards and all; or a policy of which it cannot be told what it allows. */
export type GrantedAction = string | { readonly unread: PolicySource; readonly why: string };

/** Which policy: policies of a principal by name, or that of a resource. */
export type PolicySource =
  | { readonly kind: "policies"; readonly names: readonly string[] }
  | { readonly kind: "policy of"; readonly holder: PolicyHolder };

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
  readonly address: string;
  readonly days: Retention;
}

/** How long data is kept, in days; `ever` if it is never destroyed. */
export interface Retention {
  readonly from: number | "ever";
  readonly to: number;
}

/** A variable has what looks like a secret: whoever may read what has the variable reads it. */
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
}

/** Whose limits: those of a usage plan, or those that a stage has for the methods that a path names. */
export type LimitsOf =
  | { readonly kind: "usage-plan"; readonly name: string }
  | { readonly kind: "stage"; readonly stage: string; readonly methods: string };

/** Terraform could not plan all of it. */
export interface PlanIncomplete {
  readonly kind: "plan-incomplete";
}
