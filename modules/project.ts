import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** The folder that the kit lies in: this repository, or the installed package. It has files that the kit reads. */
export const KIT_FOLDER = resolve(__dirname, "..");

/** The file that says what a project is; the folder that it lies in is the project's. */
export const CONFIG_FILE = "project.config.ts";

/**
 * The folder of the project that the process works in: the working directory, or the first one above it that has a
 * project.config.ts. It does not look beyond the package that it is in.
 * @throws UserError if there is none
 */
export function projectFolder(): string {
  const folder = findProjectFolder();
  if (folder !== undefined) return folder;
  throw new UserError(
    `no ${CONFIG_FILE} in ${process.cwd()} or in a folder above it: run this in the folder of a project, or make one with 'new'`,
  );
}

/** As {@link projectFolder}; undefined if there is no project here. */
export function findProjectFolder(from = process.cwd()): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, CONFIG_FILE))) return folder;
    if (existsSync(join(folder, "package.json")) || folder === dirname(folder)) return undefined;
  }
}

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
