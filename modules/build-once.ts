import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { type BuildOptions, type BuildResult, buildSync, context, version } from "esbuild";
import {
  type BuildRecord,
  hashFile,
  hashInputs,
  parseRecord,
  readRecord,
  recipeOf,
  sha256,
} from "./build-record";

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
  const recipe = recipeFor(options);
  const known = readRecord(options.root, recordPath(options.outdir), recipe);
  if (known) return known.outputs;
  const begin = Date.now();
  return keep(options, recipe, begin, buildSync(esbuildOptions(options)));
}

/** Builds the same again and again, as sources are saved. */
export interface Rebuild {
  /** As {@link buildOnce}, in less time: what has not changed is not read again. */
  rebuild(): Promise<BuildRecord["outputs"]>;
  /** Ends esbuild's part of it. */
  dispose(): Promise<void>;
}

/** Prepares to build with esbuild more than once. */
export async function createRebuild(options: BuildOnceOptions): Promise<Rebuild> {
  const kept = await context(esbuildOptions(options));
  return {
    async rebuild() {
      const begin = Date.now();
      return keep(options, recipeFor(options), begin, await kept.rebuild());
    },
    dispose: () => kept.dispose(),
  };
}

/** The files that the last build into a folder was made from, relative to the project; none where there was none. */
export function readInputs(root: string, outdir: string): readonly string[] {
  return Object.keys(parseRecord(root, recordPath(outdir))?.inputs ?? {});
}

// ---------------------------------------------------------------------------------------------------- internal

function recordPath(outdir: string): string {
  return join(outdir, "record.json");
}

function recipeFor({ root, sources, esbuild }: BuildOnceOptions): string {
  return recipeOf(root, sources, [version, esbuild]);
}

function esbuildOptions({ root, outdir, esbuild }: BuildOnceOptions): BuildOptions {
  return {
    // The names of chunks depend on where their sources are, seen from here: also where node_modules is a link.
    absWorkingDir: root,
    preserveSymlinks: true,
    ...esbuild,
    outdir: join(root, outdir),
    write: false,
    metafile: true,
  };
}

/** Writes what was built, and the record of it. */
function keep(
  { root, outdir, derive }: BuildOnceOptions,
  recipe: string,
  begin: number,
  { outputFiles = [], metafile }: BuildResult,
): BuildRecord["outputs"] {
  const built = new Map(outputFiles.map(({ path, contents }) => [relative(root, path), contents]));
  const files = new Map([...built, ...(derive?.(built) ?? [])]);
  for (const [file, contents] of files) writeWhereChanged(root, file, contents);
  // What a package's `browser` field turns off is listed too, and is no file.
  const inputs = Object.keys(metafile?.inputs ?? {}).filter((file) => !file.startsWith("(disabled):"));
  const outputs = Object.fromEntries([...files].map(([file, contents]) => [file, sha256(contents)]));
  const record: BuildRecord = { recipe, inputs: hashInputs(root, inputs, begin), outputs };
  writeWhereChanged(root, recordPath(outdir), Buffer.from(JSON.stringify(record)));
  return outputs;
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
