import type { ProjectConfig } from "signed-api-kit/config";

/** What this project is: the constructs and the commands read it. */
export const project: ProjectConfig = {
  name: "NAME",
  stages: {
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
  },
  // The account of each stage: Terraform refuses any other. accounts: { prod: "111122223333" },
  seeds: [
    {
      noun: "items",
      tableOutput: "items_table_name",
      key: "id",
      items: [{ id: "first", text: "Water the plants" }],
    },
  ],
  exportedVariables: { items_api: "{service_endpoint}/items" },
  tour: [
    { path: "/health", lesson: "open; the gateway itself answers", promises: [["nothing", "200"]] },
    {
      path: "/items/first",
      lesson: "an item, for callers that sign",
      promises: [
        ["nothing", "403 Missing Authentication Token"],
        ["signature", "200"],
      ],
    },
  ],
};
