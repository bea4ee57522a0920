import { cpSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve, sep } from "node:path";
import { unzipSync } from "fflate";
import type { LambdaFunction } from "#model/lambda-function";
import { UserError } from "#modules/project";
import { makeFolder } from "#modules/write-file";

/**
 * Unpacks a function's deployment package, or copies the folder that takes its place.
 *
 * @param folder - the absolute path of the folder to write to; it need not exist
 * @throws UserError when the package cannot be read
 */
export function unpack({ address, packagePath }: LambdaFunction, folder: string): void {
  try {
    if (statSync(packagePath).isDirectory()) {
      cpSync(packagePath, folder, { recursive: true });
      return;
    }
    const files = Object.entries(unzipSync(readFileSync(packagePath)));
    makeFolder(folder);
    for (const [name, content] of files) writePackaged(folder, name, content);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `${address}: the deployment package ${packagePath} cannot be unpacked (${cause}): expected a zip; build it again`,
    );
  }
}

// ---------------------------------------------------------------------------------------------------- internal

function writePackaged(folder: string, name: string, content: Uint8Array): void {
  const path = resolve(folder, name);
  if (!path.startsWith(folder + sep)) throw new Error(`'${name}' would be written outside its folder`);
  if (name.endsWith("/")) {
    makeFolder(path);
  } else {
    makeFolder(dirname(path));
    writeFileSync(path, content);
  }
}
