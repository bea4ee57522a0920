import { existsSync, lstatSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "./project";

/**
 * Makes a folder and those that it is in. Node's own way (`recursive`) never ends at a path whose parent is there and
 * says that it is not, as /proc does.
 *
 * @param mode - of the folders that are made. @default that of the user's files
 * @throws what the system says, if it cannot be made
 */
export function makeFolder(folder: string, mode?: number): void {
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && statSync(folder).isDirectory()) return;
    const parent = dirname(folder);
    if (code !== "ENOENT" || existsSync(parent)) throw error;
    makeFolder(parent, mode);
    makeFolder(folder, mode);
  }
}

/**
 * Makes sure that a path is free for a file, or has one: a device would be replaced, and never be read to its end.
 * @throws UserError if a device, a pipe or the like is there
 */
export function assertFile(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  // The system's message about a folder is clear.
  if (!found || found.isFile() || found.isSymbolicLink() || found.isDirectory()) return;
  throw new UserError(`${path}: got a device or the like, expected a file`);
}

/**
 * Writes a file in one step: a reader finds what was there or the new content, never a part, also if the disk is full. A
 * link in the file's place is replaced, and not followed.
 *
 * @throws UserError if a device, a pipe or the like is there, and what the system says if it cannot be written; what was
 * there is as it was
 */
export function replaceFile(path: string, content: string | Uint8Array, mode?: number): void {
  assertFile(path);
  const partial = `${path}.${process.pid}.partial`;
  rmSync(partial, { force: true });
  try {
    // Made anew or not at all: in a folder of many users, another one may have put a link of this name there.
    writeFileSync(partial, content, { mode, flag: "wx" });
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}
