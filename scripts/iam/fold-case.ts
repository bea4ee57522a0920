import { unknown, type Verdict } from "./verdict";

/**
 * A text in lower case, of the letters A to Z alone: in JavaScript's, the Kelvin sign becomes a `k`, and a name that AWS
 * does not know one that it does.
 */
export function lowerCaseAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Whether two texts are the same but for their case; unknown if only letters beyond A to Z make it so. */
export function equalButForCase(one: string, other: string): Verdict {
  if (lowerCaseAscii(one) === lowerCaseAscii(other)) return true;
  const isSame = one.toLowerCase() === other.toLowerCase() || one.toUpperCase() === other.toUpperCase();
  return isSame && unknown("how AWS compares letters beyond A to Z without case is not known");
}
