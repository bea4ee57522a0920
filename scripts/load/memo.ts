import { ExpressionError } from "#terraform/problem";

/** Computes the value of a name once; a failure is remembered too, with the same error. */
export type Memo = <T>(name: string, find: () => T) => T;

/** @returns a memo that throws an ExpressionError if a name depends on itself */
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
