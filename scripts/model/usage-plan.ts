import type { Throttle } from "./rest-api";

export interface ApiKey {
  readonly address: string;
  readonly id: string;
  readonly name: string;
  /** The secret; never logged. */
  readonly value: string;
  readonly enabled: boolean;
}

export interface UsagePlan {
  readonly address: string;
  readonly id: string;
  readonly name: string;
  readonly apiStages: readonly PlanStage[];
  readonly throttle?: Throttle;
  readonly quota?: Quota;
  readonly apiKeyIds: readonly string[];
}

export interface PlanStage {
  readonly apiId: string;
  readonly stage: string;
  /** Throttles by `/products/GET`: path template, slash, method. */
  readonly methodThrottles: Readonly<Record<string, Throttle>>;
}

export interface Quota {
  readonly limit: number;
  readonly period: "DAY" | "WEEK" | "MONTH";
  /** Requests already taken off in the first period. */
  readonly offset: number;
}
