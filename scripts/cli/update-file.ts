import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { relative } from "node:path";
import { UserError } from "#modules/project";
import { assertFile, replaceFile } from "#modules/write-file";

/**
 * Changes a text file in one step: a reader gets the old text or the new one, never a part of it. An existing file keeps
 * its mode, a link keeps its target, and a missing file is created.
 *
 * @param change - makes the new text from the old one, which is empty if there is no file
 * @throws UserError if the file cannot be read or written; it then stays as it was
 */
export function updateFile(path: string, change: (text: string) => string): void {
  try {
    if (existsSync(path)) {
      const target = realpathSync(path);
      assertFile(target);
      replaceFile(target, change(readFileSync(target, "utf8")), statSync(target).mode);
    } else {
      replaceFile(path, change(""), 0o644);
    }
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const shown = relative(process.cwd(), path);
    throw new UserError(`cannot write ${shown}: ${error.code}; expected a file that you can write`, {
      cause: error,
    });
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return typeof error === "object" && error !== null && "syscall" in error;
}
