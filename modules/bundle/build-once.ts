import { dirname, join, relative, sep } from "node:path";
import { type BuildOptions, type BuildResult, buildSync, context, type Metafile, version } from "esbuild";
import { makeFolder, replaceFile } from "../write-file";
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

/** The options for esbuild, with its entry points by the name of their output. */
export interface EsbuildOptions extends BuildOptions {
  readonly entryPoints: Record<string, string>;
}

export interface BuildOnceOptions {
  /** The folder of the project, absolute. */
  readonly root: string;
  /** Where the files go, relative to the project. */
  readonly outdir: string;
  /** The folders that the sources are in, relative to the project. */
  readonly sources: readonly string[];
  readonly esbuild: EsbuildOptions;
  /** Makes further files from esbuild's output. @default none */
  readonly derive?: (built: Files) => Files;
  /**
   * Looks at what went in, and answers other options where it has to be built with them instead.
   * @default what is built is kept
   */
  readonly instead?: (inputs: Metafile["inputs"]) => EsbuildOptions | undefined;
}

/**
 * Builds with esbuild, unless what is there was built from the same, and writes what came out. A record of all that
 * went in and came out lies beside it.
 *
 * @param beside - other builds with the same options except their entry points. If they are out of date too, they are
 *   built in the same run, with the same result as alone: shared sources are read once.
 * @returns the hash of every file that came out
 * @throws if esbuild finds an error; it names the file and the line
 */
export function buildOnce(
  options: BuildOnceOptions,
  beside: () => readonly BuildOnceOptions[] = () => [],
): BuildRecord["outputs"] {
  const known = upToDate(options);
  if (known) return known;
  const due: [BuildOnceOptions, ...BuildOnceOptions[]] = [
    options,
    ...beside().filter((each) => !upToDate(each)),
  ];
  const begin = Date.now();
  const [outputs] = runsOf(due).map(([each, recipe, result]) => keep(each, recipe, begin, result));
  return outputs as BuildRecord["outputs"];
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
      const recipe = recipeFor(options);
      return keep(options, recipe, begin, reconsidered(options, await kept.rebuild()));
    },
    dispose: () => kept.dispose(),
  };
}

/** The files that the last build into a folder was made from, relative to the project; none if there was none. */
export function readInputs(root: string, outdir: string): readonly string[] {
  return Object.keys(parseRecord(root, recordPath(outdir))?.inputs ?? {});
}

// ---------------------------------------------------------------------------------------------------- internal

function recordPath(outdir: string): string {
  return join(outdir, "record.json");
}

function upToDate(options: BuildOnceOptions): BuildRecord["outputs"] | undefined {
  return readRecord(options.root, recordPath(options.outdir), recipeFor(options))?.outputs;
}

function recipeFor({ root, sources, esbuild }: BuildOnceOptions): string {
  return recipeOf(root, sources, [version, esbuild]);
}

/** What is built in one run, each with its recipe; the first alone where one of the others does not build. */
function runsOf(
  due: readonly [BuildOnceOptions, ...BuildOnceOptions[]],
): (readonly [BuildOnceOptions, string, BuildResult])[] {
  const recipes = due.map(recipeFor);
  const result = (() => {
    try {
      return buildSync(esbuildOptions(together(due)));
    } catch (error) {
      if (due.length === 1) throw error;
      return undefined;
    }
  })();
  if (result === undefined) return runsOf([due[0]]);
  return due.map((each, index) => [each, recipes[index] as string, reconsidered(each, result)] as const);
}

/** The same result, or that of other options where they are called for. */
function reconsidered(options: BuildOnceOptions, result: BuildResult): BuildResult {
  const all = result.metafile?.inputs ?? {};
  const own = reachable(Object.values(options.esbuild.entryPoints), all);
  const inputs = Object.fromEntries(
    own.flatMap((path) => (all[path] === undefined ? [] : [[path, all[path]]])),
  );
  const esbuild = options.instead?.(inputs);
  return esbuild === undefined ? result : buildSync(esbuildOptions({ ...options, esbuild }));
}

/** The first one's options, with the entry points of all. */
function together(all: readonly [BuildOnceOptions, ...BuildOnceOptions[]]): BuildOnceOptions {
  const entryPoints = all.flatMap(({ outdir, esbuild }) =>
    Object.entries(esbuild.entryPoints).map(([name, entry]) => [join(outdir, name), entry] as const),
  );
  return {
    ...all[0],
    outdir: "",
    esbuild: { ...all[0].esbuild, entryPoints: Object.fromEntries(entryPoints) },
  };
}

function esbuildOptions({ root, outdir, esbuild }: BuildOnceOptions): BuildOptions {
  return {
    // The names of chunks depend on the paths of their sources relative to this folder, even if node_modules is a link.
    absWorkingDir: root,
    preserveSymlinks: true,
    ...esbuild,
    outdir: join(root, outdir),
    write: false,
    metafile: true,
  };
}

/** Writes what was built of all that a run has built, and the record of it. */
function keep(
  { root, outdir, esbuild, derive }: BuildOnceOptions,
  recipe: string,
  begin: number,
  { outputFiles = [], metafile }: BuildResult,
): BuildRecord["outputs"] {
  const built = new Map(
    outputFiles
      .map(({ path, contents }) => [relative(root, path), contents] as const)
      .filter(([file]) => file.startsWith(join(outdir, sep))),
  );
  const files = new Map([...built, ...(derive?.(built) ?? [])]);
  for (const [file, contents] of files) writeWhereChanged(root, file, contents);
  const inputs = reachable(Object.values(esbuild.entryPoints), metafile?.inputs ?? {});
  const outputs = Object.fromEntries([...files].map(([file, contents]) => [file, sha256(contents)]));
  const record: BuildRecord = { recipe, inputs: hashInputs(root, inputs, begin), outputs };
  writeWhereChanged(root, recordPath(outdir), Buffer.from(JSON.stringify(record)));
  return outputs;
}

/** The entry points, and every file that they import, by way of others too. */
function reachable(entries: readonly string[], inputs: Metafile["inputs"]): string[] {
  const found = new Set(entries);
  // Elements that are added to a set during the loop are visited too.
  for (const file of found) {
    for (const { path } of inputs[file]?.imports ?? []) {
      // A module of Node.js is not an input, and a module that a package's `browser` field disables is not a file.
      if (path in inputs && !path.startsWith("(disabled):")) found.add(path);
    }
  }
  return [...found];
}

/** Does not touch a file with the same content, and replaces another atomically: a reader never sees half of it. */
function writeWhereChanged(root: string, file: string, contents: Uint8Array): void {
  if (hashFile(root, file) === sha256(contents)) return;
  const path = join(root, file);
  makeFolder(dirname(path));
  replaceFile(path, contents);
}
