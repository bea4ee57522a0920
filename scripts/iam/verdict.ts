/**
 * Whether something holds: yes, no, or unknown with the reason why AWS's answer is not known here. If it is unknown, an
 * Allow does not apply and a Deny does, so that what is not understood never grants access.
 */
export type Verdict = boolean | Unknown;

export interface Unknown {
  readonly unknown: string;
}

export function unknown(why: string): Unknown {
  return { unknown: why };
}

export function isUnknown(value: unknown): value is Unknown {
  return typeof value === "object" && value !== null && "unknown" in value;
}

export function not(verdict: Verdict): Verdict {
  return typeof verdict === "boolean" ? !verdict : verdict;
}

/** Logical AND: one `false` settles it, whatever else is unknown. True for no items. */
export function every<T>(items: Iterable<T>, test: (item: T) => Verdict): Verdict {
  let result: Verdict = true;
  for (const item of items) {
    const verdict = test(item);
    if (verdict === false) return false;
    if (result === true) result = verdict;
  }
  return result;
}

/** Logical OR: one `true` settles it, whatever else is unknown. False for no items. */
export function some<T>(items: Iterable<T>, test: (item: T) => Verdict): Verdict {
  return not(every(items, (item) => not(test(item))));
}
