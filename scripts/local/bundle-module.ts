import { buildSync } from "esbuild";

/**
 * Turns a module and what it imports into one CommonJS text that plain Node runs. What starts in a thread or process
 * of its own cannot count on the loader that runs its parent (tsx, jest).
 *
 * @param path - the absolute path of the TypeScript module
 */
export function bundleModule(path: string): string {
  const known = bundled.get(path);
  if (known !== undefined) return known;
  const { outputFiles } = buildSync({
    entryPoints: [path],
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    write: false,
  });
  const text = outputFiles.map((file) => file.text).join("");
  bundled.set(path, text);
  return text;
}

const bundled = new Map<string, string>();
