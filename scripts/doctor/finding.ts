/** The result of a check: fine, something is missing, or skipped because something else is missing. */
export interface Finding {
  readonly check: string;
  readonly status: "ok" | "missing" | "skipped";
  /** In a few words. */
  readonly found: string;
  /** What to run or to do, if something is missing. */
  readonly remedy?: string;
}

/** The time limit of a check. A check that takes longer counts as missing. */
export const PATIENCE_MILLISECONDS = 10_000;

export function ok(check: string, found: string): Finding {
  return { check, status: "ok", found };
}

export function missing(check: string, found: string, remedy: string): Finding {
  return { check, status: "missing", found, remedy };
}

export function skipped(check: string, found: string): Finding {
  return { check, status: "skipped", found };
}

/**
 * Waits for a step with a time limit.
 * @throws Error if the step takes longer
 */
export async function within<T>(milliseconds: number, step: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds / 1000} s`)), milliseconds);
  });
  try {
    return await Promise.race([step, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
