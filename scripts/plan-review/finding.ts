/** Why a change needs care. The same reason is the same data, whichever plans it was found in. */
export type Finding = LimitLost;

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
