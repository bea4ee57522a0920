import { chmodSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder, replaceFile } from "#modules/write-file";

/**
 * Makes a folder that only the user can enter. An existing folder is closed to other users. Files in it are then private,
 * whatever their mode: Terraform writes states and plans that all users can read.
 */
export function makePrivateFolder(folder: string): void {
  makeFolder(folder, 0o700);
  chmodSync(folder, 0o700);
}

/**
 * Writes a file that only the user can read, in one step. It replaces an existing file or link; the target of a link stays
 * as it was.
 */
export function writePrivateFile(path: string, content: string | Uint8Array): void {
  makeFolder(dirname(path), 0o700);
  replaceFile(path, content, 0o600);
}
