import { unknown, type Verdict } from "./verdict";

/**
 * A text with only the letters A to Z in lower case. JavaScript's `toLowerCase` also turns the Kelvin sign into a `k`,
 * and so a name that AWS does not know into one that it knows.
 */
export function lowerCaseAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Whether two texts differ only in case; unknown if this depends on letters beyond A to Z. */
export function equalButForCase(one: string, other: string): Verdict {
  if (lowerCaseAscii(one) === lowerCaseAscii(other)) return true;
  const isSame = one.toLowerCase() === other.toLowerCase() || one.toUpperCase() === other.toUpperCase();
  return isSame && unknown("how AWS compares letters beyond A to Z without case is not known");
}
