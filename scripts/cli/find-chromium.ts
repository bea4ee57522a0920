import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve, sep } from "node:path";
import { UserError } from "#modules/project";

/**
 * Finds the Chromium of this machine.
 *
 * @param env - `CHROMIUM` is a path or a name to use instead of the names that distributions give it
 * @throws UserError if there is none
 */
export function findChromium({ CHROMIUM, PATH = "" }: NodeJS.ProcessEnv): string {
  const names = CHROMIUM ? [CHROMIUM] : INSTALLED_NAMES;
  const folders = PATH.split(delimiter).filter(Boolean);
  const candidates = names.flatMap((name) =>
    name.includes(sep) ? [resolve(name)] : folders.map((folder) => join(folder, name)),
  );
  const found = candidates.find(isProgram);
  if (found === undefined) throw new UserError(`no Chromium: ${names.join(", ")} not found; ${REMEDY}`);
  return found;
}

const INSTALLED_NAMES = ["chromium", "chromium-browser", "google-chrome"];
const REMEDY = "install the package chromium (apt-get install chromium), or set CHROMIUM to its path";

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
