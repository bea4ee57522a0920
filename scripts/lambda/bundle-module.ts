import { readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { buildOnce } from "#modules/bundle/build-once";

/**
 * Bundles a module and its imports into one CommonJS text that plain Node runs. A separate thread or process cannot
 * rely on the loader of its parent (tsx, jest).
 *
 * @param path - the absolute path of the TypeScript module
 */
export function bundleModule(path: string): string {
  const known = bundled.get(path);
  if (known !== undefined) return known;
  const entry = relative(ROOT, path);
  const outdir = join(".build", dirname(entry), basename(entry, ".ts"));
  buildOnce({
    root: ROOT,
    outdir,
    sources: ["scripts"],
    esbuild: {
      entryPoints: { index: entry },
      bundle: true,
      platform: "node",
      format: "cjs",
      target: "node20",
    },
  });
  const text = readFileSync(join(ROOT, outdir, "index.js"), "utf8");
  bundled.set(path, text);
  return text;
}

// ---------------------------------------------------------------------------------------------------- internal

const ROOT = resolve(__dirname, "../..");

const bundled = new Map<string, string>();
