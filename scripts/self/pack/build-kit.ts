import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BuildOptions, build, type Metafile, type Plugin } from "esbuild";
import { BUNDLED_FOLDER, OWN_PROCESS_MODULES, OWN_PROCESS_OPTIONS } from "#lambda/bundle-module";
import { COMMANDS } from "../../../kit/commands";
import { PROJECT_ROOT } from "../repository";
import { writeDeclarations } from "./declarations";
import { manifestOf, templateVersions } from "./manifest";

/** The public faces: `kit/NAME.ts` is what `signed-api-kit/NAME` exports. The one place that names them. */
export const FACES = ["config", "constructs", "lambda", "testing"] as const;

/**
 * Builds the kit as a package: its faces as CommonJS, ES modules and declarations, its commands as a file each, and what
 * they start and copy.
 * @param folder - is made anew
 * @throws UserError if something is imported that the package does not depend on, or does not compile
 */
export async function buildKit(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const scripts = [...new Set(Object.values(COMMANDS).map(({ script }) => script))];
  const built = await Promise.all([
    esbuild(folder, { entryPoints: FACES.map((name) => `kit/${name}.ts`), ...COMMON_JS }),
    esbuild(folder, { entryPoints: ["kit/bin.ts"], ...COMMON_JS, banner: { js: "#!/usr/bin/env node" } }),
    ...scripts.map((name) =>
      esbuild(folder, {
        stdin: { contents: commandModule(name), resolveDir: PROJECT_ROOT, sourcefile: `${name}.ts` },
        ...COMMON_JS,
        plugins: [LOADED_LATER],
        outdir: undefined,
        outfile: join(folder, "dist", `${name}.cjs`),
      }),
    ),
    esbuild(folder, { entryPoints: ["scripts/load/load-model.ts"], ...COMMON_JS }),
    ...OWN_PROCESS_MODULES.map((name) =>
      esbuild(folder, {
        entryPoints: [`scripts/${name}.ts`],
        ...OWN_PROCESS_OPTIONS,
        outfile: join(folder, BUNDLED_FOLDER, `${name}.cjs`),
      }),
    ),
    lambdaModules(folder),
  ]);
  chmodSync(join(folder, "dist", "bin.cjs"), 0o755);
  for (const name of FACES) if (name !== "lambda") await esModule(folder, name);
  await writeDeclarations(folder, FACES);
  for (const path of ["functions/lib/stand-ins", "template", "LICENSE", "CHANGELOG.md"]) {
    cpSync(join(PROJECT_ROOT, path), join(folder, path), { recursive: true });
  }
  cpSync(join(PROJECT_ROOT, "docs", "kit.md"), join(folder, "README.md"));
  writeFileSync(join(folder, "versions.json"), `${JSON.stringify(templateVersions(), null, 2)}\n`);
  const manifest = manifestOf(externalsOf(built), FACES);
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

// ---------------------------------------------------------------------------------------------------- internal

/** What runs on this machine: the oldest Node.js that the package allows, its packages installed beside it. */
const COMMON_JS: BuildOptions = {
  format: "cjs",
  outExtension: { ".js": ".cjs" },
  packages: "external",
};

/**
 * What a command loads only for some of its work, and is more than the rest of it: a file of its own, which is not read
 * before.
 */
const LOADED_LATER: Plugin = {
  name: "loaded-later",
  setup: ({ onResolve }) =>
    onResolve({ filter: /^#load\/load-model$/ }, ({ kind }) =>
      kind === "require-call" ? { path: "./load-model.cjs", external: true } : undefined,
    ),
};

async function esbuild(folder: string, options: BuildOptions): Promise<Metafile> {
  const result = await build({
    absWorkingDir: PROJECT_ROOT,
    bundle: true,
    platform: "node",
    target: "node20",
    outdir: options.outfile === undefined ? join(folder, "dist") : undefined,
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    logLevel: "warning",
    ...options,
    metafile: true,
  });
  return result.metafile;
}

/** A subcommand as the bin loads it. */
function commandModule(name: string): string {
  return `import { runCommand } from "./scripts/cli/command";
import { main } from "./scripts/${name}";
export const run = (name) => runCommand(main, name);
`;
}

/** The handler library, a module for each of its files: a bundle takes those that it uses. */
async function lambdaModules(folder: string): Promise<Metafile> {
  const files = [
    ...readFileSync(join(PROJECT_ROOT, "kit", "lambda.ts"), "utf8").matchAll(/"#(functions\/lib\/[^"]+)"/g),
  ];
  return esbuild(folder, {
    entryPoints: {
      lambda: "kit/lambda.ts",
      ...Object.fromEntries(files.map(([, file = ""]) => [file, `${file}.ts`])),
    },
    outdir: join(folder, "dist", "lambda"),
    format: "esm",
    outExtension: { ".js": ".mjs" },
    packages: "external",
    splitting: true,
    minifyWhitespace: false,
  });
}

/** A module that takes its exports from the CommonJS: what is loaded twice, by both ways, is the same. */
async function esModule(folder: string, name: string): Promise<void> {
  const { outputs } = await esbuild(folder, {
    entryPoints: [`kit/${name}.ts`],
    format: "esm",
    packages: "external",
    write: false,
  });
  const names = Object.values(outputs).flatMap((output) => output.exports);
  const text = names.length === 0 ? "export {};\n" : `export { ${names.join(", ")} } from "./${name}.cjs";\n`;
  mkdirSync(join(folder, "dist"), { recursive: true });
  writeFileSync(join(folder, "dist", `${name}.mjs`), text);
}

/** The packages that are imported and not bundled. */
function externalsOf(built: readonly Metafile[]): string[] {
  const imports = built
    .flatMap(({ outputs }) => Object.values(outputs))
    .flatMap((output) => output.imports)
    .filter(({ external, path }) => external && !path.startsWith("node:") && !/^[./]/.test(path));
  const names = imports.map(({ path }) => /^(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path);
  return [...new Set(names)].sort();
}
