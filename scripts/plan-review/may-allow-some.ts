import { type OneOrMany, type PolicyDocument, toList } from "#iam/policy";

/**
 * Whether a policy may allow some of what a pattern of actions and resources matches, though not all of it. Patterns are
 * compared by how they begin and end, and conditions and Deny are not looked at: where it cannot be told, it may.
 */
export function mayAllowSome(
  { Statement }: PolicyDocument,
  { action, resource }: { readonly action: string; readonly resource: string },
): boolean {
  return toList(Statement).some(
    ({ Effect, Action, Resource }) =>
      Effect === "Allow" &&
      mayMeetAny(action.toLowerCase(), Action, (each) => each.toLowerCase()) &&
      mayMeetAny(resource, Resource, (each) => each),
  );
}

// ---------------------------------------------------------------------------------------------------- internal

/** @param others - none where a statement says what it excludes */
function mayMeetAny(
  pattern: string,
  others: OneOrMany<string> | undefined,
  spell: (text: string) => string,
): boolean {
  return others === undefined || toList(others).some((other) => mayMeet(pattern, spell(other)));
}

/** Whether there may be a text that both patterns match: one begins as the other does, and ends so, too. */
function mayMeet(one: string, other: string): boolean {
  const [[beginning, end], [otherBeginning, otherEnd]] = [fixedParts(one), fixedParts(other)];
  return (
    (beginning.startsWith(otherBeginning) || otherBeginning.startsWith(beginning)) &&
    (end.endsWith(otherEnd) || otherEnd.endsWith(end))
  );
}

/** What stands before the first wildcard or variable of a pattern, and behind the last; all of it where there is none. */
function fixedParts(pattern: string): [beginning: string, end: string] {
  const beginning = /^[^*?$]*/.exec(pattern)?.[0] ?? "";
  const end = /[^*?}]*$/.exec(pattern)?.[0] ?? "";
  return [beginning, end];
}
