import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { hashFile } from "#modules/bundle/build-record";
import { readSourceMap } from "#modules/bundle/packages";
import { projectFolder } from "#modules/project";

/**
 * Puts the source map of a package that was made here beside its module, which names it and on AWS has none: local stack
 * traces then name files and lines of the project.
 *
 * @param folder - where the package is unpacked
 */
export function addSourceMap(packagePath: string, folder: string): void {
  const hash = hashFile("", packagePath);
  const map = hash === undefined ? undefined : readSourceMap(projectFolder(), hash);
  const file = ["index.mjs", "index.js"].find((name) => existsSync(join(folder, name)));
  if (map === undefined || file === undefined || existsSync(join(folder, `${file}.map`))) return;
  const sources = map.sources.map((source) => pathToFileURL(join(projectFolder(), source)).href);
  writeFileSync(join(folder, `${file}.map`), JSON.stringify({ ...map, sources }));
}
