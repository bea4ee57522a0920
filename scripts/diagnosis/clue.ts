/** Something that speaks for a cause. */
export interface Clue {
  /** How likely it makes the cause, from 0 to 100; compared with other clues only. */
  readonly weight: number;
  readonly cause: string;
  readonly advice: string;
  /** What was seen. */
  readonly evidence: string;
}

/** A clue if a condition holds. */
export function clueIf(
  condition: boolean,
  weight: number,
  cause: string,
  advice: string,
  evidence: string,
): Clue[] {
  return condition ? [{ weight, cause, advice, evidence }] : [];
}
