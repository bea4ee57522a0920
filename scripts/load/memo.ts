import { ExpressionError } from "#terraform/problem";

/** Finds out once what a name stands for; what could not be found out stays so, with the same error. */
export type Memo = <T>(name: string, find: () => T) => T;

/** @returns a memo that throws an ExpressionError where a name needs itself */
export function createMemo(): Memo {
  const settled = new Map<string, () => unknown>();
  return <T>(name: string, find: () => T): T => {
    const known = settled.get(name);
    if (known) return known() as T;
    settled.set(name, () => {
      throw new ExpressionError(`${name}, which refers to itself`, "references without a circle");
    });
    try {
      const value = find();
      settled.set(name, () => value);
      return value;
    } catch (error) {
      settled.set(name, () => {
        throw error;
      });
      throw error;
    }
  };
}
