import { type Mistake, textFor } from "#sigv4/mistake";
import type { Signing } from "#sigv4/signing";
import type { MismatchCause } from "./diagnosis";

/** Mistakes in sentences; the first gives the fault its name. @returns undefined if there is none */
export function told(
  mistakes: readonly Mistake[],
  signed: Signing,
  arrived: Signing,
): MismatchCause | undefined {
  const [first] = mistakes;
  if (first === undefined) return undefined;
  const textOf = (name: "cause" | "advice"): string[] => [
    ...new Set(mistakes.map((mistake) => textFor(mistake[name], signed, arrived))),
  ];
  return {
    fault: first.fault,
    cause: toSentence(textOf("cause").join(", and ")),
    advice: toSentence(textOf("advice").join("; ")),
  };
}

/** A clause with its capital letter and its full stop. */
export function toSentence(clause: string): string {
  return `${clause.slice(0, 1).toUpperCase()}${clause.slice(1)}.`;
}
