import { join } from "node:path";
import { CONFIG_FILE, findProjectFolder, projectFolder } from "../project";
import { checkConfig } from "./check-config";
import type { ProjectConfig } from "./project-config";

/**
 * What the project says of itself. Its file is compiled once, into `.build/config`, so that it can be read by any program:
 * a test, a command, or the one that writes the Terraform.
 * @throws UserError if the file says what cannot be, or cannot be compiled; it names the line
 */
export function projectConfig(): ProjectConfig {
  const folder = projectFolder();
  const known = loaded.get(folder);
  if (known) return known;
  const config = checkConfig(load(folder));
  loaded.set(folder, config);
  return config;
}

/** The client whose API key is used if none is named. */
export function defaultClient(): string {
  return (findProjectFolder() === undefined ? undefined : projectConfig().defaultClient) ?? "demo";
}

/** What requests and sessions call themselves: the project's name, and the kit's outside of projects. */
export function projectName(): string {
  return findProjectFolder() === undefined ? "signed-api" : projectConfig().name;
}

// ---------------------------------------------------------------------------------------------------- internal

const loaded = new Map<string, ProjectConfig>();

const OUTDIR = join(".build", "config");

function load(root: string): unknown {
  // Loaded here: it loads esbuild, and what needs no configuration starts without.
  const { buildOnce }: typeof import("../bundle/build-once") = require("../bundle/build-once");
  buildOnce({
    root,
    outdir: OUTDIR,
    sources: [],
    esbuild: {
      entryPoints: { config: CONFIG_FILE },
      bundle: true,
      packages: "external",
      platform: "node",
      format: "cjs",
      target: "node20",
      outExtension: { ".js": ".cjs" },
      logLevel: "silent",
    },
  });
  return (require(join(root, OUTDIR, "config.cjs")) as { readonly project?: unknown }).project;
}
