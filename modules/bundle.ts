import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type BuildOptions, buildSync, type OutputFile } from "esbuild";
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
 * `.build/NAME/`. The same sources give the same bytes in any folder and on any machine.
 *
 * @param entry - path of the TypeScript file that exports `handler`, relative to the project
 * @param runtime - the Lambda runtime, such as `nodejs24.x`, which decides the language level
 * @throws where esbuild finds an error; it names the file and the line
 */
export function bundleFunction(entry: string, runtime: string): Bundle {
  const name = basename(dirname(entry));
  const folder = join(PROJECT_ROOT, ".build", name);
  const { outputFiles } = buildSync({ ...bundleOptions(entry, runtime), outdir: folder, write: false });
  const shipped = new Map<string, Uint8Array>();
  for (const file of outputFiles) {
    writeWhereChanged(file.path, file.contents);
    if (!isSourceMap(file)) shipped.set(basename(file.path), file.contents);
  }
  const zip = reproducibleZip(shipped);
  const path = join(PROJECT_ROOT, ".build", `${name}.zip`);
  writeWhereChanged(path, zip);
  return { path, sourceCodeHash: createHash("sha256").update(zip).digest("base64") };
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

function isSourceMap(file: OutputFile): boolean {
  return file.path.endsWith(".map");
}

/** Leaves an equal file alone, and replaces another in one step: a reader never meets half of it. */
function writeWhereChanged(path: string, contents: Uint8Array): void {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}.partial`;
  writeFileSync(partial, contents);
  renameSync(partial, path);
}
