import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { UserError } from "#modules/project";
import { PROJECT_ROOT } from "../repository";

/** The name that the kit is installed by. */
const KIT_NAME = "signed-api-kit";

/** What a project brings itself, because the kit's constructs are made of it; a project that uses commands alone needs none. */
const PEERS = ["@cdktf/provider-aws", "cdktf", "constructs"];

/** The versions that fit: those that the kit is tested with and later ones, and of this package what CDKTF takes. */
const PEER_RANGES: Readonly<Record<string, string>> = { constructs: "^10.4.2" };

const TEMPLATE_PACKAGES = [
  ...["@aws-sdk/client-dynamodb", "@aws-sdk/util-dynamodb", "@cdktf/provider-aws", "@types/node"],
  ...["cdktf", "cdktf-cli", "constructs", "tsx", "typescript"],
];

/** What is needed though no import says so: the loader of programs, and the types of events. */
const ALWAYS = ["@types/aws-lambda", "tsx"];

/**
 * The package's package.json.
 * @param externals - the packages that it imports
 * @throws UserError if this repository does not depend on one of them
 */
export function manifestOf(externals: readonly string[], faces: readonly string[]): object {
  const own = JSON.parse(readFileSync(join(PROJECT_ROOT, "package.json"), "utf8"));
  const known: Readonly<Record<string, string>> = { ...own.devDependencies, ...own.dependencies };
  const imported = externals.filter((name) => !PEERS.includes(name) && !builtinModules.includes(name));
  const needed = [...new Set([...imported, ...imported.flatMap(peersOf), ...ALWAYS])].sort();
  const missing = needed.filter((name) => known[name] === undefined);
  if (missing.length > 0)
    throw new UserError(`the kit imports ${missing.join(", ")}: package.json has none of them`);
  return {
    name: KIT_NAME,
    version: own.version,
    description:
      "AWS REST APIs secured by IAM signatures and API keys: constructs, a local gateway that enforces every gate, tests and reviews.",
    license: own.license,
    engines: own.engines,
    bin: { "signed-api": "dist/bin.cjs" },
    exports: {
      ...Object.fromEntries(faces.map((name) => [`./${name}`, conditions(name)])),
      "./package.json": "./package.json",
    },
    imports: Object.fromEntries(
      Object.entries(own.imports as Record<string, string>).map(([name, path]) => [
        name,
        { types: path.replace(/^\.\//, "./types/").replace(/\.ts$/, ".d.ts") },
      ]),
    ),
    sideEffects: false,
    dependencies: Object.fromEntries(needed.map((name) => [name, known[name]])),
    peerDependencies: Object.fromEntries(PEERS.map((name) => [name, PEER_RANGES[name] ?? `^${known[name]}`])),
    peerDependenciesMeta: Object.fromEntries(PEERS.map((name) => [name, { optional: true }])),
  };
}

/** The versions that `new` writes into a project: those that the kit is tested with. */
export function templateVersions(): Readonly<Record<string, string>> {
  const { version, dependencies, devDependencies } = JSON.parse(
    readFileSync(join(PROJECT_ROOT, "package.json"), "utf8"),
  );
  const all: Readonly<Record<string, string>> = { ...devDependencies, ...dependencies };
  return {
    ...Object.fromEntries(TEMPLATE_PACKAGES.map((name) => [name, all[name] ?? ""])),
    [KIT_NAME]: version,
  };
}

function conditions(face: string): object {
  const module = face === "lambda" ? "./dist/lambda/lambda.mjs" : `./dist/${face}.mjs`;
  return { types: `./types/kit/${face}.d.ts`, import: module, default: `./dist/${face}.cjs` };
}

/** What a package needs to be installed beside it, which npm does not do if it is optional. */
function peersOf(name: string): string[] {
  const path = join(PROJECT_ROOT, "node_modules", name, "package.json");
  return Object.keys(JSON.parse(readFileSync(path, "utf8")).peerDependencies ?? {});
}
