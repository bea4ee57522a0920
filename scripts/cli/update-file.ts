import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { relative } from "node:path";
import { UserError } from "#modules/project";
import { assertFile, replaceFile } from "#modules/write-file";

/**
 * Changes a text file in one step: whoever reads it finds the old text or the new one, never a part. An existing file
 * keeps its mode, a link keeps pointing where it does, and a file that is not there is made.
 *
 * @param change - makes the new text from the old one, which is empty where there is no file
 * @throws UserError where the place cannot be read or written; what was there is as it was
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
    throw new UserError(`cannot write ${shown}: ${error.code}; expected a file that you may write`, {
      cause: error,
    });
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return typeof error === "object" && error !== null && "syscall" in error;
}
