import { BODY_MISTAKES } from "./body-mistakes";
import { HEADER_MISTAKES, METHOD_MISTAKES } from "./header-mistakes";
import { type Mistake, textFor } from "./mistake";
import { PATH_MISTAKES } from "./path-mistakes";
import { QUERY_MISTAKES } from "./query-mistakes";
import { canonicalOf, headerOf, queryOf, type Signing, uriOf } from "./signing";

/** The catalogue of signing mistakes. */
export const MISTAKES: readonly Mistake[] = [
  ...PATH_MISTAKES,
  ...QUERY_MISTAKES,
  ...HEADER_MISTAKES,
  ...BODY_MISTAKES,
  ...METHOD_MISTAKES,
];

/** A mistake that was found, and what the client signed by it. */
export interface FoundMistake {
  readonly mistake: Mistake;
  readonly signed: Signing;
}

/**
 * The mistake by which a client signed, found by trying what clients commonly sign instead: whatever reproduces the
 * client's signature is the mistake.
 *
 * @param right - what should have been signed
 * @param reproduces - whether a canonical request gives the signature that was sent
 * @returns undefined if none of the usual mistakes explains the signature
 */
export function findMistake(
  right: Signing,
  reproduces: (canonicalRequest: string) => boolean,
): FoundMistake | undefined {
  const expected = canonicalOf(right);
  for (const mistake of MISTAKES) {
    for (const signed of mistake.signed(right)) {
      const canonical = canonicalOf(signed);
      if (canonical !== expected && reproduces(canonical)) return { mistake, signed };
    }
  }
  return undefined;
}

/** Cause and advice of a mistake for the log, on one line. */
export function logLine({ mistake, signed }: FoundMistake, arrived: Signing): string {
  return textFor(mistake.inLog, signed, arrived);
}

/**
 * The mistake that explains the difference of one part between two canonical requests.
 *
 * @param name - of the header that differs, in lower case, if the part is the headers
 * @returns undefined for a header that has no usual mistake of its own; every other part has one that fits any difference
 */
export function mistakeBetween(
  part: keyof Signing,
  signed: Signing,
  arrived: Signing,
  name = "",
): Mistake | undefined {
  const line = (signing: Signing): string => lineOf(part, signing, name);
  return MISTAKES.find((mistake) => {
    if (mistake.part !== part) return false;
    return (
      mistake.explains?.(signed, arrived) ??
      mistake.signed(arrived).some((other) => line(other) === line(signed) && line(other) !== line(arrived))
    );
  });
}

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
  }
}
