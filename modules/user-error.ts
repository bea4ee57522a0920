/**
 * A mistake that the person at the keyboard can mend. Its message is one line that says what was got, what was
 * expected and what to do; commands print it without a stack and end with exit status 2.
 */
export class UserError extends Error {
  override readonly name = "UserError";
}

/**
 * The mistake that an error tells of; undefined for a bug, whose stack somebody has to see. That a file cannot be written
 * is nobody's bug.
 */
export function asUserError(error: unknown): UserError | undefined {
  if (error instanceof UserError) return error;
  const { code = "", path, message } = (error ?? {}) as NodeJS.ErrnoException;
  const remedy = path === undefined ? undefined : REMEDIES.get(code);
  return remedy === undefined ? undefined : new UserError(`${message}: ${remedy}`, { cause: error });
}

const WRITABLE = "commands write into the project's folder; use a copy of it that you may write to";

const REMEDIES: ReadonlyMap<string, string> = new Map([
  ["EACCES", WRITABLE],
  ["EPERM", WRITABLE],
  ["EROFS", WRITABLE],
  ["ENOSPC", "make room on the disk"],
]);
