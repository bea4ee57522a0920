import type { ThrottleSettings, UsagePlanSettings } from "./limits";

/** The settings that differ between stages. Everything else is the same in each. */
export interface StageSettings {
  /** How long CloudWatch keeps the logs of functions and accesses, in days. */
  readonly logRetentionInDays: number;
  /** Whether the table can be restored to any second of the last 35 days. */
  readonly pointInTimeRecovery: boolean;
  /**
   * Whether DynamoDB refuses to delete the table, and so the stage: to destroy it, turn this off, deploy, then destroy.
   */
  readonly deletionProtection: boolean;
  /**
   * Whether the API answers on its custom domain alone, and no more at the address that API Gateway gave it.
   * @default false
   */
  readonly disableExecuteApiEndpoint?: boolean;
  /** The limits of each method of the stage, for all callers together. */
  readonly throttle: ThrottleSettings;
  /**
   * Whether the stage writes access logs. AWS refuses the stage until the account has the role that writes them: run
   * `make bootstrap` first.
   */
  readonly accessLogs: boolean;
  /** The thresholds at which a person has to check. They require access logs. @default no alarms */
  readonly alarms?: AlarmLimits;
  /** The limits of API clients, by the plan's name. */
  readonly usagePlans: Readonly<Record<string, UsagePlanSettings>>;
}

/**
 * How much of what is bad raises an alarm; counts are of 5 minutes. Invocations are those of all functions together; if
 * there are more than ten functions, of each group of up to ten.
 */
export interface AlarmLimits {
  /** Answers with a 5xx status. */
  readonly serverErrors: number;
  /** Requests that a limit of the stage or of a usage plan refused with a 429, without those over a quota. */
  readonly throttledRequests: number;
  /** Invocations that Lambda refused because too many ran at once. */
  readonly throttledInvocations: number;
  /** Invocations that ended in an error that the function did not handle. */
  readonly failedInvocations: number;
  /**
   * The latency below which 99 of 100 requests stay, in milliseconds; an alarm goes off if they do not for 15 minutes.
   */
  readonly latencyMilliseconds: number;
}
