import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { projectFolder } from "../project";
import { type BuildOnceOptions, buildOnce, createRebuild, type Files, readInputs } from "./build-once";
import { sha256 } from "./build-record";
import { bundleOptions, withoutHazard } from "./bundle-options";
import type { BundlingProps } from "./bundling";
import { keepPackage } from "./packages";
import { reproducibleZip } from "./zip";

export { DEFAULT_RUNTIME } from "./bundling";

/** A function's deployment package. */
export interface Bundle {
  /** Path of the zip. */
  readonly path: string;
  /** Base64 of the SHA-256 of the zip, as `source_code_hash` takes it. */
  readonly sourceCodeHash: string;
}

/**
 * Bundles a Lambda's entry file with esbuild and packs it without the source map, which is kept in `.build/packages` together
 * with how the package was made (`packages.ts`). The same sources give the same bytes in any folder and on any machine; an
 * existing package that was built from the same sources is reused.
 *
 * @param entry - path of the TypeScript file that exports `handler`, relative to the project
 * @param runtime - the Lambda runtime, such as `nodejs24.x`, which decides the language level
 * @param bundling - the bundling options; functions that are bundled alike are built in one run
 * @throws if esbuild finds an error; it names the file and the line
 */
export function bundleFunction(entry: string, runtime: string, bundling: BundlingProps = {}): Bundle {
  const beside = () => entriesBeside(entry).map((each) => buildOptions(each, runtime, bundling));
  const outputs = buildOnce(buildOptions(entry, runtime, bundling), beside);
  return bundleOf(entry, runtime, bundling, outputs);
}

/** Bundles the same function repeatedly, as {@link bundleFunction} does, so that changes take effect at once. */
export interface FunctionBundler {
  bundle(): Promise<Bundle>;
  dispose(): Promise<void>;
}

/** Prepares to bundle a function more than once. */
export async function createFunctionBundler(
  entry: string,
  runtime: string,
  bundling: BundlingProps = {},
): Promise<FunctionBundler> {
  const { rebuild, dispose } = await createRebuild(buildOptions(entry, runtime, bundling));
  return { bundle: async () => bundleOf(entry, runtime, bundling, await rebuild()), dispose };
}

/** The files that a function's package was made from, relative to the project; none if it is not built. */
export function bundledSources(
  entry: string,
  runtime: string,
  bundling: BundlingProps = {},
): ReadonlySet<string> {
  return new Set(readInputs(projectFolder(), outdirOf(entry, runtime, bundling)));
}

// ---------------------------------------------------------------------------------------------------- internal

/** The other functions' entry files: a synthesis that needs one of the packages needs the rest too. */
function entriesBeside(entry: string): string[] {
  const entries = readdirSync(join(projectFolder(), "functions"))
    .map((name) => `functions/${name}/index.ts`)
    .filter((path) => existsSync(join(projectFolder(), path)));
  return entries.includes(entry) ? entries.filter((each) => each !== entry) : [];
}

/** A folder for each way to bundle, so that two of them never write the same file. */
function outdirOf(entry: string, runtime: string, bundling: BundlingProps): string {
  const way = Buffer.from(sha256(JSON.stringify([dirname(dirname(entry)), bundling])), "base64").toString(
    "hex",
  );
  return join(".build", runtime, way.slice(0, 8), basename(dirname(entry)));
}

function zipOf(entry: string, runtime: string, bundling: BundlingProps): string {
  return `${outdirOf(entry, runtime, bundling)}.zip`;
}

function bundleOf(
  entry: string,
  runtime: string,
  bundling: BundlingProps,
  outputs: Readonly<Record<string, string>>,
): Bundle {
  const zip = zipOf(entry, runtime, bundling);
  const sourceCodeHash = outputs[zip] as string;
  const outdir = outdirOf(entry, runtime, bundling);
  const map = Object.keys(outputs).find((file) => /\/index\.m?js\.map$/.test(file));
  keepPackage(projectFolder(), sourceCodeHash, { entry, runtime, bundling }, () =>
    map === undefined
      ? undefined
      : { text: readFileSync(join(projectFolder(), map), "utf8"), folder: outdir },
  );
  return { path: join(projectFolder(), zip), sourceCodeHash };
}

function buildOptions(entry: string, runtime: string, bundling: BundlingProps): BuildOnceOptions {
  return {
    root: projectFolder(),
    outdir: outdirOf(entry, runtime, bundling),
    sources: ["functions"],
    esbuild: bundleOptions(entry, runtime, bundling),
    derive: (built) =>
      new Map([[zipOf(entry, runtime, bundling), reproducibleZip(shipped(built, bundling))]]),
    instead: (inputs) => withoutHazard(entry, runtime, bundling, inputs),
  };
}

/** What goes into the zip: no source maps, unless they are asked for. */
function shipped(built: Files, { sourceMap = false }: BundlingProps): Files {
  return new Map(
    [...built]
      .filter(([file]) => sourceMap || !file.endsWith(".map"))
      .map(([file, contents]) => [basename(file), contents]),
  );
}
