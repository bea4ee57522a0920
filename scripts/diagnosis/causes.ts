import type { Clue } from "./clue";
import { contextOf } from "./context";
import { dateClues } from "./date-clues";
import type { Diagnosis, Fault } from "./diagnosis";
import { mismatchClues } from "./mismatch-clues";
import type { Observed } from "./observed";
import { otherClues } from "./other-clues";
import { readRefusal } from "./refused";
import { serviceClues } from "./service-clues";
import { targetClues } from "./target-clues";

/** A possible cause of a refusal. */
export interface Cause {
  readonly cause: string;
  readonly advice: string;
  /** What it goes by. */
  readonly evidence: string;
  /** Whether it is known to be the cause, and not only likely. */
  readonly proven: boolean;
}

/**
 * The causes that a refusal may have, the likeliest first, each with what speaks for it. The diagnosis is one of them; what
 * was proven comes before it.
 *
 * @param proven - the cause that was proven, if there is one
 */
export function rankCauses(observed: Observed, diagnosis: Diagnosis, proven?: Cause): readonly Cause[] {
  const context = contextOf(readRefusal(observed), diagnosis.fault === "unknown");
  const clues = [
    ...(proven ? [{ ...proven, weight: PROVEN }] : []),
    ...mismatchClues(context),
    ...otherClues(context),
    ...dateClues(context),
    ...serviceClues(context),
    ...targetClues(context),
    ofDiagnosis(diagnosis),
  ];
  const seen = new Set<string>();
  return clues
    .toSorted((one, other) => other.weight - one.weight)
    .filter(({ cause }) => !seen.has(cause) && seen.add(cause))
    .map(({ cause, advice, evidence, weight }) => ({ cause, advice, evidence, proven: weight >= PROVEN }));
}

// ---------------------------------------------------------------------------------------------------- internal

/** No clue weighs as much. */
const PROVEN = 1_000;

function ofDiagnosis({ cause, advice, fault, canonicalRequests }: Diagnosis): Clue {
  const isCompared = canonicalRequests?.some(({ client }) => client !== undefined);
  return {
    weight: isCompared && !VAGUE.has(fault) ? 95 : (WEIGHTS.get(fault) ?? 70),
    cause,
    advice,
    evidence: isCompared ? "The two canonical requests, line by line." : "What the answer says.",
  };
}

const VAGUE: ReadonlySet<Fault> = new Set(["mismatch", "signed-otherwise"]);

/** How much is known if a fault is named; the other faults say what they are. */
const WEIGHTS: ReadonlyMap<Fault, number> = new Map([
  ["unknown", 5],
  ["mismatch", 30],
  ["signed-otherwise", 30],
  ["signature-refused", 30],
  ["own-answer", 30],
  ["forbidden", 55],
  ["key-missing", 40],
  ["header-not-sent", 86],
  ["body-not-hashed", 90],
]);
