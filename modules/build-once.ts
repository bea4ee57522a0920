import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { type BuildOptions, buildSync, version } from "esbuild";
import { type BuildRecord, hashFile, hashInputs, readRecord, recipeOf, sha256 } from "./build-record";

/** Files by their path, relative to the project. */
export type Files = ReadonlyMap<string, Uint8Array>;

export interface BuildOnceOptions {
  /** The folder of the project, absolute. */
  readonly root: string;
  /** Where the files go, relative to the project. */
  readonly outdir: string;
  /** The folders that the sources are in, relative to the project. */
  readonly sources: readonly string[];
  readonly esbuild: BuildOptions;
  /** Makes further files of those that esbuild made. @default none */
  readonly derive?: (built: Files) => Files;
}

/**
 * Builds with esbuild, unless what is there was built from the same, and writes what came out. A record of all that
 * went in and came out lies beside it.
 * @returns the hash of every file that came out
 * @throws where esbuild finds an error; it names the file and the line
 */
export function buildOnce(options: BuildOnceOptions): BuildRecord["outputs"] {
  const { root, outdir, sources, esbuild } = options;
  const recipe = recipeOf(root, sources, [version, esbuild]);
  const path = join(outdir, "record.json");
  const known = readRecord(root, path, recipe);
  if (known) return known.outputs;
  const record = build(options, recipe);
  writeWhereChanged(root, path, Buffer.from(JSON.stringify(record)));
  return record.outputs;
}

// ---------------------------------------------------------------------------------------------------- internal

function build({ root, outdir, esbuild, derive }: BuildOnceOptions, recipe: string): BuildRecord {
  const begin = Date.now();
  const { outputFiles = [], metafile } = buildSync({
    // The names of chunks depend on where their sources are, seen from here: also where node_modules is a link.
    absWorkingDir: root,
    preserveSymlinks: true,
    ...esbuild,
    outdir: join(root, outdir),
    write: false,
    metafile: true,
  });
  const built = new Map(outputFiles.map(({ path, contents }) => [relative(root, path), contents]));
  const files = new Map([...built, ...(derive?.(built) ?? [])]);
  for (const [file, contents] of files) writeWhereChanged(root, file, contents);
  // What a package's `browser` field turns off is listed too, and is no file.
  const inputs = Object.keys(metafile?.inputs ?? {}).filter((file) => !file.startsWith("(disabled):"));
  return {
    recipe,
    inputs: hashInputs(root, inputs, begin),
    outputs: Object.fromEntries([...files].map(([file, contents]) => [file, sha256(contents)])),
  };
}

/** Leaves an equal file alone, and replaces another in one step: a reader never meets half of it. */
function writeWhereChanged(root: string, file: string, contents: Uint8Array): void {
  if (hashFile(root, file) === sha256(contents)) return;
  const path = join(root, file);
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}.partial`;
  writeFileSync(partial, contents);
  renameSync(partial, path);
}
