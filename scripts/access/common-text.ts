/** One position of a pattern: a character, any character, or any except one; once, or any number of times. */
export interface PatternPlace {
  /** The only character that it takes. @default any */
  readonly only?: string;
  /** A character that it does not take. */
  readonly but?: string;
  /** Whether it matches any number of characters, including none. */
  readonly repeats: boolean;
}

/** The positions of a literal text. */
export function literalPlaces(text: string): PatternPlace[] {
  return [...text].map((only) => ({ only, repeats: false }));
}

/**
 * The shortest text that both patterns match; undefined if there is none. A position that matches more than one
 * character is filled with `x`.
 *
 * Both patterns are followed together, position by position, breadth first: the number of steps is at most the product
 * of their lengths.
 */
export function commonText(one: readonly PatternPlace[], other: readonly PatternPlace[]): string | undefined {
  const width = other.length + 1;
  const steps = new Map<number, Step>([[0, { character: "" }]]);
  const reach = (state: number, step: Step): void => {
    if (!steps.has(state)) steps.set(state, step);
  };
  // Elements that are added during the loop are visited too.
  for (const from of steps.keys()) {
    const place = one[Math.floor(from / width)];
    const otherPlace = other[from % width];
    if (!place && !otherPlace) return spell(steps, from);
    if (place?.repeats) reach(from + width, { from, character: "" });
    if (otherPlace?.repeats) reach(from + 1, { from, character: "" });
    if (!place || !otherPlace) continue;
    const character = place.only ?? otherPlace.only ?? "x";
    if (!takes(place, character) || !takes(otherPlace, character)) continue;
    reach(from + (place.repeats ? 0 : width) + (otherPlace.repeats ? 0 : 1), { from, character });
  }
  return undefined;
}

// ---------------------------------------------------------------------------------------------------- internal

/** How a state, which is a place of either pattern, was reached. */
interface Step {
  readonly from?: number;
  readonly character: string;
}

function takes({ only, but }: PatternPlace, character: string): boolean {
  return only === undefined ? character !== but : character === only;
}

function spell(steps: ReadonlyMap<number, Step>, end: number): string {
  let text = "";
  for (let step = steps.get(end); step; step = step.from === undefined ? undefined : steps.get(step.from)) {
    text = step.character + text;
  }
  return text;
}
