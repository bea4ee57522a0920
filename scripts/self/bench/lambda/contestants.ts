import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { type BuildOptions, buildSync } from "esbuild";
import { unzipSync } from "fflate";
import { bundleFunction, DEFAULT_RUNTIME } from "#modules/bundle/bundle";
import { bundleOptions } from "#modules/bundle/bundle-options";
import { LEAN_DYNAMODB } from "#modules/bundle/bundling";
import { PROJECT_ROOT } from "#self/repository";

/** The measured modules, each in its own folder. */
export interface Contestants {
  /** Unpacks a function's deployment package, and returns the path of its module. */
  unpacked(name: string): string;
  /** Bundles a floor as functions are bundled. */
  floor(name: string): string;
  /** Bundles a floor into an ES module that imports Node's modules directly. */
  plainFloor(name: string): string;
  /** Bundles a function without bundling options (`modules/bundle/bundling.ts`). */
  withoutStandIns(name: string): string;
  /** Bundles a function with esbuild's defaults for Node. */
  byDefault(name: string): string;
  /** Bundles the code that renders the page of `get-index`, without the function around it. */
  page(): string;
  remove(): void;
}

/** Prepares to build modules into a temporary folder. */
export function createContestants(): Contestants {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const build = (name: string, kind: string, options: BuildOptions): string => {
    const outdir = join(folder, `${name}-${kind}`);
    const { outputFiles } = buildSync({
      ...options,
      absWorkingDir: PROJECT_ROOT,
      outdir,
      sourcemap: false,
      write: false,
    });
    mkdirSync(outdir);
    for (const { path, contents } of outputFiles) writeFileSync(path, contents);
    return join(outdir, basename(outputFiles[0]?.path ?? ""));
  };
  const asFunction = (entry: string): BuildOptions => bundleOptions(entry, DEFAULT_RUNTIME, LEAN_DYNAMODB);

  return {
    unpacked(name) {
      const files = unzipSync(
        readFileSync(bundleFunction(entryOf(name), DEFAULT_RUNTIME, LEAN_DYNAMODB).path),
      );
      const unpacked = join(folder, name);
      mkdirSync(unpacked);
      for (const [file, contents] of Object.entries(files)) writeFileSync(join(unpacked, file), contents);
      return join(unpacked, "index.mjs");
    },
    floor: (name) => build(name, "floor", asFunction(floorOf(name))),
    plainFloor: (name) => build(name, "plain", { ...asFunction(floorOf(name)), alias: {} }),
    withoutStandIns: (name) => build(name, "ordinary", bundleOptions(entryOf(name), DEFAULT_RUNTIME)),
    // esbuild --bundle --platform=node
    byDefault: (name) =>
      build(name, "default", { entryPoints: [entryOf(name)], bundle: true, platform: "node" }),
    page: () => build("page", "floor", asFunction("functions/get-index/page.ts")),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

// ---------------------------------------------------------------------------------------------------- internal

function entryOf(name: string): string {
  return `functions/${name}/index.ts`;
}

function floorOf(name: string): string {
  return relative(PROJECT_ROOT, join(__dirname, "floors", `${name}.ts`));
}
