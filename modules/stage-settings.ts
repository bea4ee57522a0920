import type { ThrottleSettings, UsagePlanSettings } from "./limits";

/** What differs from stage to stage. Everything else is the same everywhere. */
export interface StageSettings {
  /** How long CloudWatch keeps the logs of functions and accesses, in days. */
  readonly logRetentionInDays: number;
  /** Whether the table can be restored to any second of the last 35 days. */
  readonly pointInTimeRecovery: boolean;
  /** Whether the table refuses to be deleted, and with it the stage: take it away, deploy, then destroy. */
  readonly deletionProtection: boolean;
  /** The limits of each method of the stage, whoever calls. */
  readonly throttle: ThrottleSettings;
  /**
   * Whether the stage writes access logs. AWS refuses the stage until the account has the role that writes them: run
   * `make bootstrap` first.
   */
  readonly accessLogs: boolean;
  /** When somebody has to look. They need access logs. @default never */
  readonly alarms?: AlarmLimits;
  /** What API clients may use, by the plan's name. */
  readonly usagePlans: Readonly<Record<string, UsagePlanSettings>>;
}

/**
 * How much of what is bad raises an alarm; counts are of 5 minutes. Invocations are those of all functions together; if
 * there are more than ten functions, of each group of up to ten.
 */
export interface AlarmLimits {
  /** Answers with a 5xx status. */
  readonly serverErrors: number;
  /** Requests that a limit of the stage or of a usage plan turned away with a 429; a used-up quota is none of them. */
  readonly throttledRequests: number;
  /** Invocations that Lambda turned away because too many ran at once. */
  readonly throttledInvocations: number;
  /** Invocations that ended in an error that the function did not handle. */
  readonly failedInvocations: number;
  /** What 99 of 100 requests stay below, in milliseconds; an alarm when they do not for 15 minutes. */
  readonly latencyMilliseconds: number;
}

/** The stages that can be deployed, by the name that `STAGE` takes. */
export const STAGES: Readonly<Record<string, StageSettings>> = {
  dev: {
    logRetentionInDays: 14,
    pointInTimeRecovery: false,
    deletionProtection: false,
    throttle: { rateLimit: 50, burstLimit: 100 },
    accessLogs: false,
    usagePlans: {
      standard: { throttle: { rateLimit: 10, burstLimit: 20 }, quota: { limit: 10_000, period: "DAY" } },
    },
  },
  prod: {
    logRetentionInDays: 365,
    pointInTimeRecovery: true,
    deletionProtection: true,
    throttle: { rateLimit: 500, burstLimit: 1_000 },
    accessLogs: true,
    alarms: {
      serverErrors: 5,
      throttledRequests: 100,
      throttledInvocations: 1,
      failedInvocations: 5,
      latencyMilliseconds: 2_000,
    },
    usagePlans: {
      standard: {
        throttle: { rateLimit: 50, burstLimit: 100 },
        quota: { limit: 1_000_000, period: "MONTH" },
      },
    },
  },
};
