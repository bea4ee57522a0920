import type { Quota } from "#model/usage-plan";

/** How many requests were let through since a period began. */
export interface QuotaCounter {
  /** Milliseconds since the epoch. */
  periodStart: number;
  used: number;
}

/**
 * When the period that contains a time began. A day begins at midnight UTC. AWS does not document when weeks and months
 * begin: here they begin on Monday and on the first, at midnight UTC.
 *
 * @param now - milliseconds since the epoch; so is the result
 */
export function periodStart(period: Quota["period"], now: number): number {
  if (period === "MONTH") {
    const date = new Date(now);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  }
  const day = Math.floor(now / DAY_MS);
  if (period === "DAY") return day * DAY_MS;
  // Day 0 of the epoch was a Thursday.
  const daysSinceMonday = (((day + 3) % 7) + 7) % 7;
  return (day - daysSinceMonday) * DAY_MS;
}

/**
 * Begins a counter's next period if it is time. A clock that goes backwards, or a shorter period turned into a longer
 * one, leaves the count as it is.
 */
export function enterPeriod(counter: QuotaCounter, quota: Quota, now: number): void {
  const start = periodStart(quota.period, now);
  if (start <= counter.periodStart) return;
  counter.periodStart = start;
  counter.used = 0;
}

// ---------------------------------------------------------------------------------------------------- internal

const DAY_MS = 24 * 60 * 60 * 1000;
