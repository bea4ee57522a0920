import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Metafile } from "esbuild";
import { KIT_FOLDER, projectFolder } from "../project";
import type { EsbuildOptions } from "./build-once";
import { type BundlingProps, ENVIRONMENT_CREDENTIALS, STAND_IN } from "./bundling";

/**
 * The esbuild options for a function: one module, because each further file has to be found and linked at a cold start.
 * `mainFields` decides the size: by default esbuild uses a package's CommonJS, from which it cannot drop code.
 *
 * @param entry - path of the TypeScript file that exports `handler`, relative to the project
 * @param runtime - the Lambda runtime, such as `nodejs24.x`, which decides the language level
 */
export function bundleOptions(entry: string, runtime: string, bundling: BundlingProps = {}): EsbuildOptions {
  const { format = "esm", minify = true, commonJsGlobals = true, footer } = bundling;
  const js = [
    ...(bundling.banner === undefined ? [] : [bundling.banner]),
    ...(format === "esm" && commonJsGlobals ? [COMMON_JS_GLOBALS] : []),
  ].join("\n");
  return defined({
    entryPoints: { index: entry },
    bundle: true,
    minify,
    keepNames: bundling.keepNames,
    format,
    outExtension: { ".js": format === "esm" ? ".mjs" : ".js" },
    platform: "node",
    target: bundling.target ?? `node${runtime.replace(/\D/g, "")}`,
    mainFields: [...(bundling.mainFields ?? ["module", "main"])],
    alias: withStandIns(bundling.alias ?? ENVIRONMENT_CREDENTIALS),
    loader: bundling.loader && { ...bundling.loader },
    define: bundling.define && { ...bundling.define },
    banner: js === "" ? undefined : { js },
    footer: footer === undefined ? undefined : { js: footer },
    external: bundling.externalModules && [...bundling.externalModules],
    inject: bundling.inject && [...bundling.inject],
    sourcemap: "linked",
    legalComments: "none",
    logLevel: "silent",
    ...bundling.esbuild,
  });
}

/**
 * The options for a function whose CommonJS requires a package that so far was bundled as the ES module which the package
 * has as well. If that has a default export, CommonJS gets an object with the exports, and expects the function or class
 * that the package exports as CommonJS.
 *
 * @param inputs - what was bundled
 * @returns undefined if the bundle is right as it is
 * @see https://esbuild.github.io/api/#main-fields, of the "dual package hazard"
 */
export function withoutHazard(
  entry: string,
  runtime: string,
  bundling: BundlingProps,
  inputs: Metafile["inputs"],
): EsbuildOptions | undefined {
  if (bundling.mainFields !== undefined || bundling.esbuild?.mainFields !== undefined) return undefined;
  const isHazard = Object.values(inputs)
    .flatMap(({ imports }) => imports)
    .some(
      ({ path, kind }) =>
        kind === "require-call" &&
        inputs[path]?.format === "esm" &&
        hasDefaultExport(join(projectFolder(), path)),
    );
  return isHazard
    ? bundleOptions(entry, runtime, { ...bundling, mainFields: ["main", "module"] })
    : undefined;
}

// ---------------------------------------------------------------------------------------------------- internal

/**
 * As global names, which a module may declare as well for itself. The usual banner declares constants, with which an
 * entry that does the same is not a program.
 */
const COMMON_JS_GLOBALS =
  'globalThis.require??=process.getBuiltinModule("node:module").createRequire(import.meta.url);' +
  "globalThis.__filename??=import.meta.filename;globalThis.__dirname??=import.meta.dirname;";

/** Aliases with the paths of stand-ins as seen from the project. The kit can lie in it, above it or beside it. */
function withStandIns(alias: Readonly<Record<string, string>>): Record<string, string> {
  const folder = join(KIT_FOLDER, "functions", "lib", "stand-ins");
  return Object.fromEntries(
    Object.entries(alias).map(([name, target]) => {
      if (!target.startsWith(STAND_IN)) return [name, target];
      const path = relative(projectFolder(), join(folder, target.slice(STAND_IN.length)));
      return [name, path.startsWith(".") ? path : `./${path}`];
    }),
  );
}

function hasDefaultExport(path: string): boolean {
  return /\bexport\s+default\b|\bas\s+default\b/.test(readFileSync(path, "utf8"));
}

/** Removes options that are undefined, which esbuild ignores; the recipe is shorter without them. */
function defined(options: EsbuildOptions): EsbuildOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as unknown as EsbuildOptions;
}
