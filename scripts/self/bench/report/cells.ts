import type { Spread } from "../statistics";

/** Columns. The tables are wider than a terminal of 80 columns, and no cell may be wrapped. */
export const WIDTH = 220;

/** `12.3 (11.9 to 15.0)`: the median, the lowest and the highest. */
export function withSpread({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`;
}

/** `≤ 1.35 met`, or missed. */
export function atMost(value: number, goal: number | undefined): string {
  return goal === undefined ? "" : verdict(value <= goal, `≤ ${goal}`);
}

/** `≥ 0.6 met`, or missed. */
export function atLeast(value: number, goal: number | undefined): string {
  return goal === undefined ? "" : verdict(value >= goal, `≥ ${goal}`);
}

// ---------------------------------------------------------------------------------------------------- internal

function verdict(met: boolean, goal: string): string {
  return `${goal} ${met ? "met" : "missed"}`;
}
