import type { NamedPolicy } from "#iam/identity";
import { PolicyError, type PolicyUse, parsePolicy } from "#iam/parse-policy";
import type { OneOrMany, PolicyDocument, PolicyStatement } from "#iam/policy";
import { toList } from "#iam/policy";
import { SECRET } from "#plan/secrets";
import type { PlannedResource } from "#plan/snapshot";

/** A policy as a plan has it: its document, or why that cannot be told. */
export interface PlannedPolicy {
  readonly address: string;
  /** The name in AWS; an inline policy's with its owner's: `get-index/function`. */
  readonly name: string;
  readonly document?: PolicyDocument;
  /** Why there is no document: `known after apply` */
  readonly opaque?: string;
  /** What is there in place of a document, to tell one from another; never to be shown. */
  readonly text?: string;
  /** Whether the document is what the configuration says, since the policy itself is known after apply. */
  readonly isForeseen?: boolean;
}

/** Reads the policy that an attribute of a resource holds. */
export function readPolicy(
  resource: PlannedResource,
  attribute: string,
  name: string,
  use: PolicyUse,
): PlannedPolicy {
  const text = resource.text(attribute);
  const address = `${resource.address}.${attribute}`;
  if (text === undefined) return { address, name, opaque: "known after apply" };
  return { ...parseText(text, address, name, use), isForeseen: resource.isUnknown(attribute) };
}

/**
 * How many characters are read. The longest policies of AWS, those of keys, have half as many.
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
 */
const LONGEST = 65_536;

/** Reads the text of a policy. */
export function parseText(text: string, address: string, name: string, use: PolicyUse): PlannedPolicy {
  if (text.length > LONGEST) return { address, name, opaque: "longer than AWS takes", text };
  try {
    return { address, name, document: parsePolicy(text, address, use) };
  } catch (error) {
    // A document that is nested without end is not one either.
    if (!(error instanceof PolicyError || error instanceof RangeError)) throw error;
    const opaque = text.startsWith(SECRET.slice(0, -1)) ? "sensitive" : "not understood";
    return { address, name, opaque, text };
  }
}

/** The policies whose documents are known, for evaluation. */
export function understood(policies: readonly PlannedPolicy[]): NamedPolicy[] {
  return policies.flatMap(({ address, name, document }) => (document ? [{ address, name, document }] : []));
}

/** How much work may still be done. A plan that is made to take for ever gets an answer nevertheless. */
export class Budget {
  private left: number;

  /** @param size - how many times a pattern of a policy may be looked at, which takes less than a microsecond */
  constructor(size: number) {
    this.left = size;
  }

  /** Takes work off, and answers whether there was enough; once there was not, there is none for anything more. */
  spend(amount: number): boolean {
    this.left -= amount;
    return this.left >= 0;
  }
}

/** What it takes to decide one access beside looking at statements. */
export const WORK_OF_A_DECISION = 20;

/** How many patterns of actions and resources statements have: how much work it is to look at them. */
export function patternsIn(statements: readonly PolicyStatement[]): number {
  const lists = statements.flatMap(({ Action, NotAction, Resource, NotResource }) => [
    Action ?? NotAction ?? [],
    Resource ?? NotResource ?? [],
  ]);
  return lists.reduce<number>((sum, each) => sum + toList(each).length, 0);
}

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
