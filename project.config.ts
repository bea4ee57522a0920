import type { ProjectConfig } from "#kit/config";
import { FIVE_PRODUCTS, generateProducts } from "./seeds/products";

const SUCCESS = "200 success";
const FORBIDDEN = "403 Forbidden";
const NOT_SIGNED = "403 Missing Authentication Token";

/**
 * What this project is: the commands and the constructs read it, and take all else from the synthesized stack or from its
 * outputs.
 */
export const project: ProjectConfig = {
  name: "signed-inventory",
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
  seeds: [
    {
      noun: "products",
      tableOutput: "products_table_name",
      key: "code",
      items: FIVE_PRODUCTS,
      generate: generateProducts,
    },
  ],
  // Those of the Serverless pattern.
  exportedVariables: {
    products_api: "{service_endpoint}/products",
    default_results: "{default_results}",
    products_table: "{products_table_name}",
  },
  defaultClient: "demo",
  // The notebook's three routes, each called in every way, and two of the inventory.
  tour: [
    {
      path: "/auth/api-key",
      lesson: "needs an API key; a signature is not checked",
      promises: [
        ["nothing", FORBIDDEN],
        ["signature", FORBIDDEN],
        ["API key", SUCCESS],
        ["both", SUCCESS],
      ],
    },
    {
      path: "/auth/iam-sigv4",
      lesson: "needs a signature; an API key is not checked",
      promises: [
        ["nothing", NOT_SIGNED],
        ["signature", SUCCESS],
        ["API key", NOT_SIGNED],
        ["both", SUCCESS],
      ],
    },
    {
      path: "/auth/iam-sigv4-and-api-key",
      lesson: "needs both; the signature is checked first",
      promises: [
        ["nothing", NOT_SIGNED],
        ["signature", FORBIDDEN],
        ["API key", NOT_SIGNED],
        ["both", SUCCESS],
      ],
    },
    {
      path: "/products",
      lesson: "the inventory as JSON, for callers that sign",
      promises: [
        ["nothing", NOT_SIGNED],
        ["signature", "200 a page of products"],
      ],
    },
    {
      path: "/index",
      lesson: "open; its Lambda signs its own call of /products",
      promises: [["nothing", "200 an HTML page"]],
    },
  ],
};
