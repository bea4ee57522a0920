import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import forgetSettings from "./settings-of-tests";
import { SHARED_FOLDER } from "./shared-folder";

/** What happens once, before the test files of a run. */
// biome-ignore lint/style/noDefaultExport: this is how jest finds it
export default function startOfRun(): void {
  forgetSettings();
  const folder = mkdtempSync(join(tmpdir(), "tests-"));
  process.env[SHARED_FOLDER] = folder;
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
}
