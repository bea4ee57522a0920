import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type BuildOptions, buildSync, version } from "esbuild";
import { type BuildRecord, hashInputs, readRecord, recipeOf, sha256 } from "./build-record";
import { reproducibleZip } from "./zip";

/** The folder of the project, which paths in a bundle are relative to. */
export const PROJECT_ROOT = resolve(__dirname, "..");

/** The Lambda runtime of functions that name none. */
export const DEFAULT_RUNTIME = "nodejs24.x";

/** A function's deployment package. */
export interface Bundle {
  /** Path of the zip. */
  readonly path: string;
  /** Base64 of the SHA-256 of the zip, as `source_code_hash` takes it. */
  readonly sourceCodeHash: string;
}

/**
 * Bundles a Lambda's entry file with esbuild and packs it, the source maps left out but kept beside the zip, in
 * `.build/RUNTIME/NAME/`. The same sources give the same bytes in any folder and on any machine; a package that is there and
 * was built from the same is taken as it is.
 *
 * @param entry - path of the TypeScript file that exports `handler`, relative to the project
 * @param runtime - the Lambda runtime, such as `nodejs24.x`, which decides the language level
 * @throws where esbuild finds an error; it names the file and the line
 */
export function bundleFunction(entry: string, runtime: string): Bundle {
  const folder = `.build/${runtime}/${basename(dirname(entry))}`;
  const path = `${folder}.zip`;
  const options = bundleOptions(entry, runtime);
  const recipe = recipeOf(PROJECT_ROOT, version, options);
  const recordPath = `${folder}/record.json`;
  const record = readRecord(PROJECT_ROOT, recordPath, recipe) ?? build(folder, options, path, recipe);
  writeWhereChanged(join(PROJECT_ROOT, recordPath), Buffer.from(JSON.stringify(record)));
  return { path: join(PROJECT_ROOT, path), sourceCodeHash: record.outputs[path] as string };
}

// ---------------------------------------------------------------------------------------------------- internal

function build(folder: string, options: BuildOptions, path: string, recipe: string): BuildRecord {
  const begin = Date.now();
  const outdir = join(PROJECT_ROOT, folder);
  const { outputFiles, metafile } = buildSync({ ...options, outdir, write: false, metafile: true });
  const built = new Map(outputFiles.map(({ path, contents }) => [`${folder}/${basename(path)}`, contents]));
  const shipped = [...built].filter(([file]) => !file.endsWith(".map"));
  built.set(path, reproducibleZip(new Map(shipped.map(([file, contents]) => [basename(file), contents]))));
  for (const [file, contents] of built) writeWhereChanged(join(PROJECT_ROOT, file), contents);
  const outputs = Object.fromEntries([...built].map(([file, contents]) => [file, sha256(contents)]));
  // What a package's `browser` field turns off is listed too, and is no file.
  const inputs = Object.keys(metafile.inputs).filter((file) => !file.startsWith("(disabled):"));
  return { recipe, inputs: hashInputs(PROJECT_ROOT, inputs, begin), outputs };
}

/**
 * How esbuild is asked to bundle a function: one ES module and its lazily loaded chunks.
 * `mainFields` decides the size: by default esbuild takes a package's CommonJS, out of which it cannot drop code. So
 * does the alias: it leaves out the SDK's chain of credential providers, which a Lambda has no use for.
 */
function bundleOptions(entry: string, runtime: string): BuildOptions {
  return {
    // The names of chunks depend on where their sources are, seen from here: also where node_modules is a link.
    absWorkingDir: PROJECT_ROOT,
    preserveSymlinks: true,
    entryPoints: { index: entry },
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    outExtension: { ".js": ".mjs" },
    platform: "node",
    target: `node${runtime.replace(/\D/g, "")}`,
    mainFields: ["module", "main"],
    alias: { "@aws-sdk/credential-provider-node": "./functions/lib/credential-chain.ts" },
    sourcemap: "linked",
    legalComments: "none",
    logLevel: "silent",
  };
}

/** Leaves an equal file alone, and replaces another in one step: a reader never meets half of it. */
function writeWhereChanged(path: string, contents: Uint8Array): void {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}.partial`;
  writeFileSync(partial, contents);
  renameSync(partial, path);
}
