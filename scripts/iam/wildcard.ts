/** A piece of a pattern: the policy's text, in which `*` and `?` are wildcards, or a literal value inserted into it. */
export interface PatternPiece {
  readonly text: string;
  readonly literal: boolean;
}

/** A pattern that is ready for matching: its text, and the positions at which `*` and `?` are literal. */
export interface Pattern {
  readonly text: string;
  readonly literals: ReadonlySet<number>;
}

/**
 * Builds a pattern: in its text `*` matches any run of characters, including none, and `?` any one character (a UTF-16
 * unit).
 */
export function toPattern(pieces: readonly PatternPiece[]): Pattern {
  const literals = new Set<number>();
  let text = "";
  for (const piece of pieces) {
    if (piece.literal) for (let at = 0; at < piece.text.length; at += 1) literals.add(text.length + at);
    text += piece.text;
  }
  return { text, literals };
}

/**
 * Whether the whole text matches the pattern. Only the last `*` passed is tried again, because it covers everything
 * that an earlier one could match: the number of steps is at most the pattern's length times the text's.
 */
export function matchesPattern(wanted: Pattern, text: ArrayLike<string>): boolean {
  const pattern = wanted.text;
  let at = 0;
  let position = 0;
  let behindRun = -1;
  let runEnd = 0;
  while (position < text.length) {
    if (isWildcard(wanted, at, "*")) {
      at += 1;
      if (at === pattern.length) return true;
      behindRun = at;
      runEnd = position;
    } else if (pattern[at] === text[position] || isWildcard(wanted, at, "?")) {
      at += 1;
      position += 1;
    } else if (behindRun >= 0) {
      at = behindRun;
      runEnd += 1;
      position = runEnd;
    } else {
      return false;
    }
  }
  while (isWildcard(wanted, at, "*")) at += 1;
  return at === pattern.length;
}

function isWildcard({ text, literals }: Pattern, at: number, wildcard: "*" | "?"): boolean {
  return text[at] === wildcard && !literals.has(at);
}

/**
 * Whether an action (`execute-api:Invoke`) matches a pattern of `Action` or `NotAction`; case does not matter.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
 */
export function matchesAction(pattern: string, action: string): boolean {
  const text = action.toLowerCase();
  const wanted = pattern.toLowerCase();
  if (!/[*?]/.test(wanted)) return wanted === text;
  return matchesPattern(toPattern([{ text: wanted, literal: false }]), text);
}
