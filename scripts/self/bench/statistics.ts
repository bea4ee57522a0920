/** Values of a repeated measurement: the typical value, and the spread. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** @throws RangeError if there are no values */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = sort(values);
  return { median: percentile(sorted, 50), min: percentile(sorted, 0), max: percentile(sorted, 100) };
}

/**
 * The value that the given percentage of the values does not exceed, by the nearest rank.
 *
 * @param sorted - in ascending order
 * @param percent - from 0, the smallest, to 100, the largest
 * @throws RangeError if there are no values
 */
export function percentile(sorted: ArrayLike<number>, percent: number): number {
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  const value = sorted[rank - 1];
  if (value === undefined) throw new RangeError("there are no values: measure at least once");
  return value;
}

/** The measurements of one thing, each divided by that of another in the same round. */
export function ratios(values: readonly number[], ofThese: readonly number[]): number[] {
  return values.map((value, round) => value / (ofThese[round] ?? Number.NaN));
}

// ---------------------------------------------------------------------------------------------------- internal

function sort(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}
