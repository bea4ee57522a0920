import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { PROJECT_ROOT } from "../project";
import { type BuildOnceOptions, buildOnce, createRebuild, type Files, readInputs } from "./build-once";
import { bundleOptions } from "./bundle-options";
import { reproducibleZip } from "./zip";

/** The default Lambda runtime. */
export const DEFAULT_RUNTIME = "nodejs24.x";

/** A function's deployment package. */
export interface Bundle {
  /** Path of the zip. */
  readonly path: string;
  /** Base64 of the SHA-256 of the zip, as `source_code_hash` takes it. */
  readonly sourceCodeHash: string;
}

/**
 * Bundles a Lambda's entry file with esbuild and packs it without the source maps, which are kept next to the zip, in
 * `.build/RUNTIME/NAME/`. The same sources give the same bytes in any folder and on any machine; an existing package
 * that was built from the same sources is reused.
 *
 * @param entry - path of the TypeScript file that exports `handler`, relative to the project
 * @param runtime - the Lambda runtime, such as `nodejs24.x`, which decides the language level
 * @throws if esbuild finds an error; it names the file and the line
 */
export function bundleFunction(entry: string, runtime: string): Bundle {
  const beside = () => entriesBeside(entry).map((each) => buildOptions(each, runtime));
  return bundleOf(entry, runtime, buildOnce(buildOptions(entry, runtime), beside));
}

/** Bundles the same function repeatedly, as {@link bundleFunction} does, so that changes take effect at once. */
export interface FunctionBundler {
  bundle(): Promise<Bundle>;
  dispose(): Promise<void>;
}

/** Prepares to bundle a function more than once. */
export async function createFunctionBundler(entry: string, runtime: string): Promise<FunctionBundler> {
  const { rebuild, dispose } = await createRebuild(buildOptions(entry, runtime));
  return { bundle: async () => bundleOf(entry, runtime, await rebuild()), dispose };
}

/** The files that a function's package was made from, relative to the project; none if it is not built. */
export function bundledSources(entry: string, runtime: string): ReadonlySet<string> {
  return new Set(readInputs(PROJECT_ROOT, outdirOf(entry, runtime)));
}

// ---------------------------------------------------------------------------------------------------- internal

/** The other functions' entry files: if one of the packages is needed, the rest is needed soon. */
function entriesBeside(entry: string): string[] {
  const entries = readdirSync(join(PROJECT_ROOT, "functions"))
    .map((name) => `functions/${name}/index.ts`)
    .filter((path) => existsSync(join(PROJECT_ROOT, path)));
  return entries.includes(entry) ? entries.filter((each) => each !== entry) : [];
}

function outdirOf(entry: string, runtime: string): string {
  return join(".build", runtime, basename(dirname(entry)));
}

function zipOf(entry: string, runtime: string): string {
  return `${outdirOf(entry, runtime)}.zip`;
}

function bundleOf(entry: string, runtime: string, outputs: Readonly<Record<string, string>>): Bundle {
  const zip = zipOf(entry, runtime);
  return { path: join(PROJECT_ROOT, zip), sourceCodeHash: outputs[zip] as string };
}

function buildOptions(entry: string, runtime: string): BuildOnceOptions {
  return {
    root: PROJECT_ROOT,
    outdir: outdirOf(entry, runtime),
    sources: ["functions"],
    esbuild: bundleOptions(entry, runtime),
    derive: (built) => new Map([[zipOf(entry, runtime), reproducibleZip(shipped(built))]]),
  };
}

/** What goes into the zip: no source maps. */
function shipped(built: Files): Files {
  return new Map(
    [...built]
      .filter(([file]) => !file.endsWith(".map"))
      .map(([file, contents]) => [basename(file), contents]),
  );
}
