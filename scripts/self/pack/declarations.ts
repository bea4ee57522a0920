import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { runProgram } from "#cli/run-program";
import { UserError } from "#modules/project";
import { PROJECT_ROOT } from "../repository";

/**
 * Writes the declarations of the faces into `types/`, with those that they refer to and no others.
 * @throws UserError with what the compiler said
 */
export async function writeDeclarations(folder: string, faces: readonly string[]): Promise<void> {
  const types = join(folder, "types");
  const config = join(folder, "tsconfig.types.json");
  writeFileSync(
    config,
    JSON.stringify({
      extends: join(PROJECT_ROOT, "tsconfig.json"),
      compilerOptions: {
        noEmit: false,
        declaration: true,
        emitDeclarationOnly: true,
        outDir: types,
        rootDir: PROJECT_ROOT,
        typeRoots: [join(PROJECT_ROOT, "node_modules", "@types")],
      },
      include: [],
      files: faces.map((name) => join(PROJECT_ROOT, "kit", `${name}.ts`)),
    }),
  );
  const tsc = join(PROJECT_ROOT, "node_modules", "typescript", "bin", "tsc");
  const { status, out } = await runProgram(process.execPath, [tsc, "--project", config], {
    cwd: PROJECT_ROOT,
    env: process.env,
  });
  rmSync(config);
  if (status !== 0) throw new UserError(`the kit's types do not compile: ${out.trim()}`);
  const needed = reachable(
    types,
    faces.map((name) => join(types, "kit", `${name}.d.ts`)),
  );
  for (const path of declarationsIn(types)) if (!needed.has(path)) rmSync(path);
}

/** The declarations that an import leads to: by the subpaths of package.json, or from the importing file's folder. */
export function targetOf(types: string, path: string, name: string): string {
  if (name.startsWith(".")) return `${resolve(dirname(path), name)}.d.ts`;
  return join(
    types,
    `${name.replace(/^#(?=(functions|kit|modules|seeds)\/)/, "").replace(/^#/, "scripts/")}.d.ts`,
  );
}

// ---------------------------------------------------------------------------------------------------- internal

function declarationsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name));
}

/** The declarations, and all that they import. */
function reachable(types: string, entries: readonly string[]): ReadonlySet<string> {
  const found = new Set(entries);
  // What is added while a set is gone through is gone through as well.
  for (const path of found) {
    for (const [, name = ""] of readFileSync(path, "utf8").matchAll(/(?:from|import\()\s*"([.#][^"]+)"/g)) {
      const target = targetOf(types, path, name);
      if (!existsSync(target))
        throw new UserError(`${relative(types, path)}: its types come from ${name}, which is not there`);
      found.add(target);
    }
  }
  return found;
}
