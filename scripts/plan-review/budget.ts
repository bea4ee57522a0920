import { toList } from "#iam/policy";
import type { PolicyStatement } from "#iam/policy";

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
