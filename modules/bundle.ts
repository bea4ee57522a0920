import { basename, dirname, join, resolve } from "node:path";
import type { BuildOptions } from "esbuild";
import { buildOnce, type Files } from "./build-once";
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
  const outdir = join(".build", runtime, basename(dirname(entry)));
  const zip = `${outdir}.zip`;
  const outputs = buildOnce({
    root: PROJECT_ROOT,
    outdir,
    sources: ["functions"],
    esbuild: bundleOptions(entry, runtime),
    derive: (built) => new Map([[zip, reproducibleZip(shipped(built))]]),
  });
  return { path: join(PROJECT_ROOT, zip), sourceCodeHash: outputs[zip] as string };
}

// ---------------------------------------------------------------------------------------------------- internal

/** What goes into the zip: no source maps. */
function shipped(built: Files): Files {
  return new Map(
    [...built]
      .filter(([file]) => !file.endsWith(".map"))
      .map(([file, contents]) => [basename(file), contents]),
  );
}

/**
 * How esbuild is asked to bundle a function: one ES module and its lazily loaded chunks.
 * `mainFields` decides the size: by default esbuild takes a package's CommonJS, out of which it cannot drop code. So
 * does the alias: it leaves out the SDK's chain of credential providers, which a Lambda has no use for.
 */
function bundleOptions(entry: string, runtime: string): BuildOptions {
  return {
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
