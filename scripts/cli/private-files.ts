import { chmodSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder, replaceFile } from "#modules/write-file";

/**
 * Makes a folder that nobody but the user may enter, also where it is there and was open. What other programs leave in it
 * is then the user's alone, whatever modes they give: Terraform writes states and plans for everybody to read.
 */
export function makePrivateFolder(folder: string): void {
  makeFolder(folder, 0o700);
  chmodSync(folder, 0o700);
}

/**
 * Writes a file that only the user may read, in one step. It takes the place of what was there, a link included: what that
 * led to stays as it was.
 */
export function writePrivateFile(path: string, content: string | Uint8Array): void {
  makeFolder(dirname(path), 0o700);
  replaceFile(path, content, 0o600);
}
