import { readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import { PROJECT_ROOT } from "#self/repository";

/** `make dev` installs the dependencies alone: what runs here imports nothing else. */

const { dependencies } = JSON.parse(readFileSync(join(PROJECT_ROOT, "package.json"), "utf8"));

/** The packages that a program imports, also by way of its own files. */
async function packagesOf(program: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [join(PROJECT_ROOT, program)],
    absWorkingDir: PROJECT_ROOT,
    bundle: true,
    platform: "node",
    packages: "external",
    metafile: true,
    write: false,
  });
  const external = Object.values(metafile.inputs).flatMap(({ imports }) =>
    imports.filter((each) => each.external && !isBuiltin(each.path)).map(({ path }) => path),
  );
  const names = external.map((path) => /^(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path);
  return [...new Set(names)].filter((name) => name !== ".");
}

const missingOf = async (program: string) =>
  (await packagesOf(program)).filter((name) => !(name in dependencies));

// These run with all packages.
const WITH_ALL = ["attack.ts", "deploy.ts", "docs.ts"];
const PROGRAMS = readdirSync(join(PROJECT_ROOT, "scripts"))
  .filter((name) => name.endsWith(".ts") && !WITH_ALL.includes(name))
  .map((name) => `scripts/${name}`);

test.each(["main.ts", ...PROGRAMS])("%s", async (program) => {
  expect(await missingOf(program)).toEqual([]);
});

test("an import of another package is found", async () => {
  expect(await missingOf("scripts/docs.ts")).toContain("playwright-core");
});
