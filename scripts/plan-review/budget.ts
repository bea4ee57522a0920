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
