import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes a folder that the test file owns, and removes it when the file is done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "signed-inventory-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
