import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a folder that nobody but the user may enter, also where it is there and was open. What other programs leave in it
 * is then the user's alone, whatever modes they give: Terraform writes states and plans for everybody to read.
 */
export function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
}

/**
 * Writes a file that only the user may read, in one step. It takes the place of what was there, a link included: what that
 * led to stays as it was.
 */
export function writePrivateFile(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const partial = `${path}.${process.pid}.partial`;
  rmSync(partial, { force: true });
  // Made anew or not at all: in a folder of many users, somebody may have put a link of this name there.
  writeFileSync(partial, content, { mode: 0o600, flag: "wx" });
  renameSync(partial, path);
}
