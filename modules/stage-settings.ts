import type { UsagePlanSettings } from "./api-clients";

/** What differs from stage to stage. Everything else is the same everywhere. */
export interface StageSettings {
  /** How long CloudWatch keeps the logs of functions and accesses, in days. */
  readonly logRetentionInDays: number;
  /** Whether the table can be restored to any second of the last 35 days. */
  readonly pointInTimeRecovery: boolean;
  /** Whether the table refuses to be deleted. */
  readonly deletionProtection: boolean;
  /** The limits of each method of the stage, whoever calls. */
  readonly throttle: ThrottleSettings;
  /**
   * Whether the stage writes access logs. They need a role in the settings of the account, of which there is one per
   * account and region: a stack that owns it takes it away from all others when it is destroyed. So it is off unless
   * this is the only API of its account and region.
   */
  readonly accessLogs: boolean;
  /** What API clients may use, by the plan's name. */
  readonly usagePlans: Readonly<Record<string, UsagePlanSettings>>;
}

/** A token bucket. Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html */
export interface ThrottleSettings {
  /** Requests a second, lastingly. */
  readonly rateLimit: number;
  /** Requests at once. */
  readonly burstLimit: number;
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
    accessLogs: false,
    usagePlans: {
      standard: {
        throttle: { rateLimit: 50, burstLimit: 100 },
        quota: { limit: 1_000_000, period: "MONTH" },
      },
    },
  },
};
