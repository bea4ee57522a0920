import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Makes a folder that the test file owns, and removes it when the file is done. Its path is the one that processes in it
 * know: on macOS the way to temporary folders has a link in it.
 */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "signed-inventory-")));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
