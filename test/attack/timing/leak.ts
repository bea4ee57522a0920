import type { Random } from "../../support/random";

/** Something that a client can do with a guess at a secret. */
export type Guess = (guess: string) => unknown;

/** A secret, as the attacker knows it: its length and its alphabet. */
export interface Secret {
  readonly text: string;
  readonly alphabet: string;
}

/** How much is measured. */
export interface Effort {
  /** How often each part of the measurement is done over; a leak shows in all of them. */
  readonly batches: number;
  /** Guesses in a batch. */
  readonly guesses: number;
  /** How often a guess is tried in one reading of the clock. */
  readonly repeats: number;
}

/**
 * Whether time tells a guess that is wrong everywhere from one that is wrong in its last character alone: Welch's t-test
 * over guesses of both kinds in random order, the slowest readings left out, since they are the machine's.
 * Source: https://eprint.iacr.org/2016/1123 (dudect)
 *
 * @returns the t of each batch, and whether they agree on a leak
 */
export function measureLeak(
  guess: Guess,
  secret: Secret,
  effort: Effort,
  random: Random,
): { readonly ts: readonly number[]; readonly leaks: boolean } {
  measureBatch(guess, secret, { ...effort, guesses: 1_000 }, random);
  const ts = Array.from({ length: effort.batches }, () => measureBatch(guess, secret, effort, random));
  return { ts, leaks: ts.every((t) => t > LEAK) || ts.every((t) => t < -LEAK) };
}

/** A guess of the right length that is wrong everywhere, or only at its end. */
export function drawGuess(
  { text, alphabet }: Secret,
  wrong: "everywhere" | "at the end",
  random: Random,
): string {
  const other = (right: string): string =>
    random.pick([...alphabet].filter((character) => character !== right));
  const characters = [...text];
  const guess =
    wrong === "everywhere"
      ? characters.map(other)
      : [...characters.slice(0, -1), other(characters.at(-1) ?? "")];
  // Flat, as a header that came over a socket is.
  return Buffer.from(guess.join("")).toString("latin1");
}

/** A comparison as one writes it that does not think of time. */
export function leakyEquals(a: string, b: string): boolean {
  for (let index = 0; index < a.length; index += 1) if (a[index] !== b[index]) return false;
  return a.length === b.length;
}

// ---------------------------------------------------------------------------------------------------- internal

/** The t from which on dudect takes a difference for one; in every batch and the same way, it is none of chance. */
const LEAK = 5;

const KEPT = 0.8;

function measureBatch(guess: Guess, secret: Secret, { guesses, repeats }: Effort, random: Random): number {
  // Drawn beforehand: what goes before a reading must be the same for both kinds.
  const drawn = Array.from({ length: guesses }, () => {
    const wrong = random.pick(["everywhere", "at the end"] as const);
    return { wrong, text: drawGuess(secret, wrong, random) };
  });
  const everywhere: number[] = [];
  const atTheEnd: number[] = [];
  for (const { wrong, text } of drawn) {
    const start = process.hrtime.bigint();
    for (let repeat = 0; repeat < repeats; repeat += 1) guess(text);
    const nanoseconds = Number(process.hrtime.bigint() - start);
    (wrong === "everywhere" ? everywhere : atTheEnd).push(nanoseconds);
  }
  const readings = [...everywhere, ...atTheEnd].sort((a, b) => a - b);
  const limit = readings[Math.floor(readings.length * KEPT)] ?? 0;
  const isKept = (reading: number): boolean => reading <= limit;
  return welchT(atTheEnd.filter(isKept), everywhere.filter(isKept));
}

/** Source: https://en.wikipedia.org/wiki/Welch%27s_t-test */
function welchT(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  return (meanA - meanB) / Math.sqrt(variance(a, meanA) / a.length + variance(b, meanB) / b.length);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[], average: number): number {
  return values.reduce((sum, value) => sum + (value - average) ** 2, 0) / (values.length - 1);
}
