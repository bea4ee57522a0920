import type { ObjectValue, Value } from "#terraform/value";

/** What something costs in a month, whether it is used or not. */
export interface Monthly {
  /** In US dollars, by {@link PRICES}. */
  readonly usd: number;
  /** What has to be multiplied with it, and is not known: `GB of the function's memory`. */
  readonly per?: string;
}

/**
 * AWS's list prices for an hour, in US dollars, without free tiers and reservations, to show an order of magnitude. Other
 * regions differ by some tenths. They are the figures commonly cited;
 * AWS's pages load theirs by a script, so no test compares them.
 * Source: https://aws.amazon.com/dynamodb/pricing/provisioned/
 * Source: https://aws.amazon.com/lambda/pricing/
 * Source: https://aws.amazon.com/api-gateway/pricing/
 */
export const PRICES = {
  region: "us-east-1",
  /** A unit of a table of the standard class. */
  readCapacityUnit: 0.00013,
  writeCapacityUnit: 0.00065,
  /** A GB of an instance on x86 that is kept ready; on Arm it is a fifth less. */
  provisionedConcurrencyGb: 0.000_004_166_7 * 3600,
  /** The cache of a stage, by its size in GB. */
  cacheOfStage: {
    "0.5": 0.02,
    "1.6": 0.038,
    "6.1": 0.2,
    "13.5": 0.25,
    "28.4": 0.5,
    "58.2": 1,
    "118": 1.9,
    "237": 3.8,
  },
} as const;

/** Computes a price from the value of an attribute, and the other attributes of its resource. */
export type MonthlyPrice = (value: Value | undefined, others: ObjectValue) => Monthly | undefined;

const HOURS_IN_MONTH = 730;

export const readCapacity: MonthlyPrice = (units) => perUnit(units, PRICES.readCapacityUnit);
export const writeCapacity: MonthlyPrice = (units) => perUnit(units, PRICES.writeCapacityUnit);
export const provisionedConcurrency: MonthlyPrice = (instances) => {
  const price = perUnit(instances, PRICES.provisionedConcurrencyGb);
  return price && { ...price, per: "GB of the function's memory" };
};
export const cacheOfStage: MonthlyPrice = (size) =>
  perUnit(1, PRICES.cacheOfStage[String(size) as keyof typeof PRICES.cacheOfStage]);

/** What is scaled up to; undefined for a service whose prices are not here. */
export const scaledCapacity: MonthlyPrice = (units, { scalable_dimension: dimension }) => {
  if (dimension === "dynamodb:table:ReadCapacityUnits") return readCapacity(units, {});
  if (dimension === "dynamodb:table:WriteCapacityUnits") return writeCapacity(units, {});
  return dimension === "lambda:function:ProvisionedConcurrency"
    ? provisionedConcurrency(units, {})
    : undefined;
};

function perUnit(units: Value | undefined, price: number | undefined): Monthly | undefined {
  return typeof units === "number" && price !== undefined
    ? { usd: units * price * HOURS_IN_MONTH }
    : undefined;
}
