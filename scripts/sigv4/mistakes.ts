import { BODY_MISTAKES, OTHER_BODY } from "./body-mistakes";
import { HEADER_MISTAKES, METHOD_MISTAKES } from "./header-mistakes";
import { FORM_MISTAKES, KEY_MISTAKES } from "./key-mistakes";
import type { Mistake } from "./mistake";
import { OTHER_PATH, PATH_MISTAKES } from "./path-mistakes";
import { OTHER_QUERY, QUERY_MISTAKES } from "./query-mistakes";
import { headerOf, queryOf, type Signing, uriOf } from "./signing";

/** The catalogue of signing mistakes, the more usual ones first. */
export const MISTAKES: readonly Mistake[] = [
  ...PATH_MISTAKES,
  ...QUERY_MISTAKES,
  ...BODY_MISTAKES,
  ...HEADER_MISTAKES,
  ...KEY_MISTAKES,
  ...METHOD_MISTAKES,
  ...FORM_MISTAKES,
];

/**
 * The mistakes, one or two, that explain the difference of one part between two canonical requests.
 *
 * @param name - of the header that differs, in lower case, if the part is the headers
 * @returns none for a header that has no usual mistake of its own; every other part has one that fits any difference
 */
export function mistakesBetween(
  part: keyof Signing,
  signed: Signing,
  arrived: Signing,
  name = "",
): readonly Mistake[] {
  const line = (signing: Signing): string => lineOf(part, signing, name);
  const isSigned = (other: Signing): boolean => line(other) === line(signed) && line(other) !== line(arrived);
  const ofPart = MISTAKES.filter((mistake) => mistake.part === part);
  const one = ofPart.find(
    (mistake) => mistake.signed(arrived).some(isSigned) || mistake.explains?.(signed, arrived),
  );
  if (one !== undefined) return [one];
  if (part === "payload") return [OTHER_BODY];
  for (const first of ofPart) {
    for (const halfway of first.signed(arrived)) {
      const second = ofPart.find((mistake) => mistake !== first && mistake.signed(halfway).some(isSigned));
      if (second !== undefined) return [first, second];
    }
  }
  return OTHERS.filter((mistake) => mistake.part === part);
}

// ---------------------------------------------------------------------------------------------------- internal

const OTHERS: readonly Mistake[] = [OTHER_PATH, OTHER_QUERY, OTHER_BODY];

function lineOf(part: keyof Signing, signing: Signing, name: string): string {
  switch (part) {
    case "method":
      return signing.method;
    case "path":
      return uriOf(signing);
    case "query":
      return queryOf(signing);
    case "headers":
      return headerOf(signing, name);
    case "payload":
      return signing.payload.hash;
    default:
      return "";
  }
}
