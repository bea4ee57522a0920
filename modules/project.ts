import { resolve } from "node:path";

/** The project's name, which every physical name in AWS begins with. */
export const PROJECT = "signed-inventory";

/** The folder of the project, which paths in a bundle are relative to. */
export const PROJECT_ROOT = resolve(__dirname, "..");

/**
 * A mistake that the user can fix. Its message is one line that says what was received, what was expected and what to
 * do; commands print it without a stack trace and end with exit status 2.
 */
export class UserError extends Error {
  override readonly name = "UserError";
}

/**
 * The mistake that an error reports; undefined for a bug, whose stack has to be seen. That a file cannot be read or
 * written is not a bug.
 */
export function asUserError(error: unknown): UserError | undefined {
  if (error instanceof UserError) return error;
  const { code = "", syscall = "", path, message } = (error ?? {}) as NodeJS.ErrnoException;
  // A write that fails names no file.
  const isOfFile = path !== undefined || /^(write|fsync|ftruncate)$/.test(syscall);
  const remedy = isOfFile ? (REMEDIES.get(code) ?? REMEDIES.get(`${code} ${syscall}`)) : undefined;
  return remedy === undefined ? undefined : new UserError(`${message}: ${remedy}`, { cause: error });
}

const WRITABLE = "commands write into the project's folder; use a copy of it that you may write to";
const IN_THE_WAY = "a file is in the place of a folder, or a folder in that of a file; move it away";
const NO_FOLDER = "no folder can be made there; choose another place";
const ROOM = "make room on the disk";
const TOO_MANY = "too many files are open; raise the limit (ulimit -n)";

/** What to do, by the system's code, or by the code and the call. Source: https://nodejs.org/api/errors.html#common-system-errors */
const REMEDIES: ReadonlyMap<string, string> = new Map([
  ["EACCES", WRITABLE],
  ["EPERM", WRITABLE],
  ["EROFS", WRITABLE],
  ["ENOSPC", ROOM],
  ["EDQUOT", ROOM],
  ["EFBIG", "raise the limit on the size of files (ulimit -f)"],
  ["EIO", "check the disk"],
  ["EMFILE", TOO_MANY],
  ["ENFILE", TOO_MANY],
  ["EEXIST", IN_THE_WAY],
  ["EISDIR", IN_THE_WAY],
  ["ENOTDIR", IN_THE_WAY],
  ["ENOTEMPTY", IN_THE_WAY],
  ["ELOOP", "links lead in a circle; choose another place"],
  ["ENAMETOOLONG", "choose a shorter path"],
  ["ENOENT mkdir", NO_FOLDER],
  ["ENOENT mkdtemp", `${NO_FOLDER} (TMPDIR)`],
]);
