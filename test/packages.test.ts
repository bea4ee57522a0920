import { readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { build, type Metafile } from "esbuild";
import { PROJECT_ROOT } from "#self/repository";

/** `make dev` installs the dependencies alone: what runs here imports nothing else. */

const { dependencies } = JSON.parse(readFileSync(join(PROJECT_ROOT, "package.json"), "utf8"));

// These run with all packages.
const WITH_ALL = ["attack.ts", "deploy.ts", "docs.ts"];
const SCRIPTS = readdirSync(join(PROJECT_ROOT, "scripts")).filter((name) => name.endsWith(".ts"));
const PROGRAMS = SCRIPTS.filter((name) => !WITH_ALL.includes(name)).map((name) => `scripts/${name}`);

/** Every file that a program loads, with its imports. */
let inputs: Metafile["inputs"];

beforeAll(async () => {
  const { metafile } = await build({
    entryPoints: ["main.ts", ...SCRIPTS.map((name) => `scripts/${name}`)],
    absWorkingDir: PROJECT_ROOT,
    outdir: "out",
    bundle: true,
    platform: "node",
    packages: "external",
    logLevel: "silent",
    metafile: true,
    write: false,
  });
  inputs = metafile.inputs;
});

/** The packages that a program imports, also by way of its own files. */
function packagesOf(program: string): string[] {
  const files = new Set([program]);
  const names = new Set<string>();
  for (const file of files) {
    for (const { path, external } of inputs[file]?.imports ?? []) {
      if (!external) files.add(path);
      else if (!isBuiltin(path)) names.add(/^(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path);
    }
  }
  return [...names].filter((name) => name !== ".");
}

const missingOf = (program: string) => packagesOf(program).filter((name) => !(name in dependencies));

test.each(["main.ts", ...PROGRAMS])("%s", (program) => {
  expect(inputs[program]).toBeDefined();
  expect(missingOf(program)).toEqual([]);
});

test("an import of another package is found", () => {
  expect(missingOf("scripts/docs.ts")).toContain("playwright-core");
});
