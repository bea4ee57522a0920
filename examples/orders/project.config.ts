import type { ProjectConfig } from "#kit/config";

const SUCCESS = "200 success";

/** What this project is: the constructs and the commands read it. */
export const project: ProjectConfig = {
  name: "orders",
  stages: {
    dev: {
      logRetentionInDays: 14,
      pointInTimeRecovery: false,
      deletionProtection: false,
      throttle: { rateLimit: 50, burstLimit: 100 },
      accessLogs: false,
      usagePlans: {
        shops: { throttle: { rateLimit: 10, burstLimit: 20 }, quota: { limit: 10_000, period: "DAY" } },
        warehouses: { throttle: { rateLimit: 2, burstLimit: 4 }, quota: { limit: 500, period: "DAY" } },
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
        shops: {
          throttle: { rateLimit: 50, burstLimit: 100 },
          quota: { limit: 1_000_000, period: "MONTH" },
        },
        warehouses: { throttle: { rateLimit: 5, burstLimit: 10 }, quota: { limit: 10_000, period: "DAY" } },
      },
    },
  },
  seeds: [
    {
      noun: "invoices",
      tableOutput: "invoices_table_name",
      key: "order",
      items: [{ order: "first-order", day: "2026-01-01", customer: "ada" }],
    },
  ],
  defaultClient: "shop",
  tour: [
    { path: "/health", lesson: "open; the gateway itself answers", promises: [["nothing", SUCCESS]] },
    {
      path: "/catalogue",
      lesson: "needs an API key; each client has a plan of its own",
      promises: [
        ["nothing", "403 Forbidden"],
        ["API key", SUCCESS],
      ],
    },
    {
      path: "/invoices?day=2026-01-01",
      lesson: "a page of invoices, for callers that sign",
      promises: [
        ["nothing", "403 Missing Authentication Token"],
        ["signature", "200 a page of invoices"],
      ],
    },
  ],
};
