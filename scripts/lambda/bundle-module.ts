import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type BuildOnceOptions, buildOnce } from "#modules/bundle/build-once";
import { KIT_FOLDER } from "#modules/project";

/** The modules that start in a thread or a process of their own, below `scripts/`. */
export const OWN_PROCESS_MODULES = [
  "dynamodb/server",
  "lambda/runtime/host",
  "lambda/runtime/worker",
] as const;
type OwnProcessModule = (typeof OWN_PROCESS_MODULES)[number];

/** How they are bundled. */
export const OWN_PROCESS_OPTIONS = {
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
} as const;

/** Where they are in an installed kit, which has no sources to bundle. */
export const BUNDLED_FOLDER = "processes";

/**
 * Bundles a module and its imports into one CommonJS text that plain Node runs. A separate thread or process cannot
 * rely on the loader of its parent (tsx, jest).
 */
export function bundleModule(name: OwnProcessModule): string {
  const known = bundled.get(name);
  if (known !== undefined) return known;
  const installed = join(KIT_FOLDER, BUNDLED_FOLDER, `${name}.cjs`);
  const text = readFileSync(existsSync(installed) ? installed : build(name), "utf8");
  bundled.set(name, text);
  return text;
}

// ---------------------------------------------------------------------------------------------------- internal

const bundled = new Map<string, string>();

function build(name: OwnProcessModule): string {
  const entry = join("scripts", `${name}.ts`);
  const outdir = join(".build", dirname(entry), basename(entry, ".ts"));
  const options: BuildOnceOptions = {
    root: KIT_FOLDER,
    outdir,
    sources: ["scripts"],
    esbuild: { entryPoints: { index: entry }, ...OWN_PROCESS_OPTIONS },
  };
  buildOnce(options);
  return join(KIT_FOLDER, outdir, "index.js");
}
