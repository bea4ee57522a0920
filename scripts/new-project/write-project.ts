import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { checkName } from "#modules/config/check-config";
import { KIT_FOLDER, UserError } from "#modules/project";
import { makeFolder } from "#modules/write-file";

export interface NewProject {
  /** Where to write, absolute. */
  readonly folder: string;
  /** @default the folder's */
  readonly name?: string;
  /** The kit's tarball, or a version. @default the version that writes */
  readonly kit?: string;
}

/**
 * Writes a project from the kit's template.
 * @returns how many files
 * @throws UserError if something is there already, or the name cannot be one
 */
export function writeProject({ folder, name = basename(folder), kit }: NewProject): number {
  checkName(name, "NAME");
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found && (!found.isDirectory() || readdirSync(folder).length > 0)) {
    throw new UserError(`DIR: got '${folder}', which is not empty, expected a new folder or an empty one`);
  }
  const versions = readVersions();
  const files = readTemplate();
  files.set(
    "package.json",
    `${JSON.stringify(manifestOf(name, kitSpec(folder, kit, versions), versions), null, 2)}\n`,
  );
  for (const [path, text] of files) {
    const place = join(folder, path);
    makeFolder(dirname(place));
    writeFileSync(place, text.replaceAll(/\bNAME\b/g, name));
  }
  return files.size;
}

// ---------------------------------------------------------------------------------------------------- internal

type Versions = Readonly<Record<string, string>>;

/** The template's files, by their path in a project. npm leaves some names out of a package, so they have others there. */
function readTemplate(): Map<string, string> {
  const folder = join(KIT_FOLDER, "template");
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  return new Map(
    paths
      .filter((path) => statSync(join(folder, path)).isFile())
      .map((path) => [
        path.replace(/^gitignore$/, ".gitignore").replace(/^github\//, ".github/"),
        readFileSync(join(folder, path), "utf8"),
      ]),
  );
}

/** The versions that the kit is tested with: those of its own packages, which it has from its repository. */
function readVersions(): Versions {
  const packed = join(KIT_FOLDER, "versions.json");
  if (existsSync(packed)) return JSON.parse(readFileSync(packed, "utf8"));
  const { version, dependencies, devDependencies } = JSON.parse(
    readFileSync(join(KIT_FOLDER, "package.json"), "utf8"),
  );
  return { ...devDependencies, ...dependencies, "signed-api-kit": version };
}

/** A tarball by its way from the project, which stays the same when both are moved. */
function kitSpec(folder: string, kit: string | undefined, versions: Versions): string {
  if (kit === undefined) return `^${versions["signed-api-kit"]}`;
  if (!kit.endsWith(".tgz")) return kit;
  const path = resolve(kit);
  if (!existsSync(path)) throw new UserError(`--kit: no file ${kit}; make pack writes one`);
  return `file:${relative(folder, path)}`;
}

function manifestOf(name: string, kit: string, versions: Versions): object {
  const pick = (names: readonly string[]) => Object.fromEntries(names.map((each) => [each, versions[each]]));
  return {
    name,
    version: "0.1.0",
    private: true,
    engines: { node: "^20.19.0 || ^22.12.0 || >=24.0.0" },
    scripts: {
      typecheck: "tsc",
      test: "tsc && node --require tsx/cjs --test test/*.test.ts",
    },
    dependencies: {
      ...pick([
        "@aws-sdk/client-dynamodb",
        "@aws-sdk/util-dynamodb",
        "@cdktf/provider-aws",
        "cdktf",
        "constructs",
      ]),
      "signed-api-kit": kit,
    },
    devDependencies: pick(["@types/node", "cdktf-cli", "tsx", "typescript"]),
  };
}
