import { createHash } from "node:crypto";
import { type AttackResult, saveResult } from "#self/attack/results";
import { type Random, randomFrom } from "./random";

/** An attack: what it is tried on, what it must find a hole in, and how it is tried. */
export interface Attack<T> {
  /** The area that is attacked, one word or two: the file's name. */
  readonly area: string;
  /** What is tried, in the words of the table. */
  readonly what: string;
  /** What is attacked; a function that gives it, where it has to be started first. */
  readonly target: T;
  /**
   * The same with a hole that was made on purpose, or something else in its place that has one: the proof that the
   * attack would find it. It is attacked in short, whatever the size.
   */
  readonly broken: T;
  /** Tries, and tells {@link Trial.check} of each try. */
  attempt(target: T, trial: Trial): void | Promise<void>;
}

/** What an attempt is given. */
export interface Trial {
  /** Whether to try all there is (`make attack`), or some of it in a moment (`make test`). */
  readonly full: boolean;
  readonly seed: number;
  /** All chance comes from here, so that a seed repeats it. */
  readonly random: Random;
  /**
   * Counts one try, and whether what was attacked withstood it. In the proof the first hole ends the attempt, by an
   * error: what an attempt leaves open, it closes in a `finally`.
   *
   * @param hole - tells, in one line, what did not hold
   */
  check(held: boolean, hole: () => string): void;
}

/** Where `make attack` collects results; without it attacks run in short. */
const RESULTS = process.env.ATTACK_RESULTS;

/** Whether this is `make attack`: what cannot be had in short is registered only then. */
export const ATTACKS_ARE_FULL = RESULTS !== undefined;

/** In `make test` always the same: what it tries is what it tried yesterday. */
const SEED = Number(process.env.ATTACK_SEED ?? 1);

/**
 * Registers an attack as a test: everything that is tried must hold, and a hole must be found in what is broken.
 */
export function attack<T>(each: Attack<T>): void {
  const full = ATTACKS_ARE_FULL;
  test(
    `${each.area}: ${each.what}`,
    async () => {
      const { tried, holes, proven } = await runAttack(each, { full, seed: SEED, save });
      expect({ seed: SEED, holes }).toEqual({ seed: SEED, holes: [] });
      expect(tried).toBeGreaterThan(0);
      expect({ "finds the hole that was made": proven }).toEqual({ "finds the hole that was made": true });
    },
    full ? 600_000 : 30_000,
  );
}

/** Runs an attack and its proof. What did not end is saved too, as one that did not hold. */
export async function runAttack<T>(
  { area, what, target, broken, attempt }: Attack<T>,
  { full, seed, save }: { full: boolean; seed: number; save: (result: AttackResult) => void },
): Promise<AttackResult> {
  const nothing = { area, what, seed, tried: 0, held: 0, holes: [], seconds: 0, proven: false };
  save(nothing);
  const start = performance.now();
  const proven = await findsHole(async (found) => {
    await attempt(broken, trial(found, { area, what, full: false, seed }));
  });
  const holes: string[] = [];
  let [tried, held] = [0, 0];
  const count: Trial["check"] = (isHeld, hole) => {
    tried += 1;
    if (isHeld) held += 1;
    else if (holes.length < HOLES_SHOWN) holes.push(hole());
  };
  await attempt(target, trial(count, { area, what, full, seed }));
  const seconds = (performance.now() - start) / 1000;
  const result = { ...nothing, tried, held, holes, seconds, proven };
  save(result);
  return result;
}

// ---------------------------------------------------------------------------------------------------- internal

function save(result: AttackResult): void {
  if (RESULTS !== undefined) saveResult(RESULTS, result);
}

const HOLES_SHOWN = 5;

/** Whether an attempt finds a hole; it is over with the first one. */
async function findsHole(attempt: (check: Trial["check"]) => Promise<void>): Promise<boolean> {
  const hole = new Error("a hole was found");
  try {
    await attempt((held) => {
      if (!held) throw hole;
    });
    return false;
  } catch (error) {
    if (error === hole) return true;
    throw error;
  }
}

/** Each attack draws a chance of its own from the seed: alone it tries what it tries among others. */
function trial(
  check: Trial["check"],
  { area, what, full, seed }: { area: string; what: string; full: boolean; seed: number },
): Trial {
  const own = createHash("sha256").update(`${seed} ${area} ${what}`).digest().readInt32LE();
  return { full, seed, random: randomFrom(own), check };
}
