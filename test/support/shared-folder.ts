import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The variable with the folder that the test files of one run share. */
export const SHARED_FOLDER = "SHARED_BY_TESTS";

/**
 * What takes long to make and is only read: the first test file of a run that needs it makes it.
 *
 * @param own - a folder of the test file, for a run that shares none
 * @param make - writes it to a folder; another file may do so at the same time, and one of the two is kept
 * @returns the folder that it is in
 */
export async function sharedFolder(
  name: string,
  own: string,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const shared = process.env[SHARED_FOLDER];
  if (shared === undefined) {
    await make(own);
    return own;
  }
  const folder = join(shared, name);
  if (existsSync(folder)) return folder;
  const draft = mkdtempSync(`${folder}-`);
  await make(draft);
  try {
    renameSync(draft, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(draft, { recursive: true });
  }
  return folder;
}

/** The same for a value that JSON can hold. */
export function sharedJson<T>(name: string, make: () => T): T {
  const shared = process.env[SHARED_FOLDER];
  const file = shared && join(shared, `${name}.json`);
  if (file && existsSync(file)) return JSON.parse(readFileSync(file, "utf8"));
  const value = make();
  if (file) {
    // Another file of the run sees all of it or nothing.
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(value));
    renameSync(`${file}.${process.pid}`, file);
  }
  return value;
}
