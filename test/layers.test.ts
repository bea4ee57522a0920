import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { PROJECT_ROOT } from "#modules/bundle/bundle";

/** What a folder may import from the rest of the project, and of packages that not everybody may. */
const LAYERS: readonly { readonly of: string; readonly mayImport: readonly string[] }[] = [
  { of: "functions/", mayImport: ["functions/"] },
  { of: "modules/", mayImport: ["modules/"] },
  { of: "main.ts", mayImport: ["modules/"] },
  // They know Terraform, API Gateway and SigV4, and nothing of products; a user's mistake is the same everywhere.
  { of: "scripts/sigv4/", mayImport: ["scripts/sigv4/"] },
  {
    of: "scripts/local/",
    mayImport: [
      "scripts/local/",
      "scripts/sigv4/",
      "modules/user-error",
      "modules/write-file",
      "modules/bundle/build-once",
    ],
  },
  { of: "scripts/", mayImport: ["scripts/", "modules/", "functions/lib/"] },
];

const sources = ["functions", "modules", "scripts"]
  .flatMap((folder) =>
    readdirSync(join(PROJECT_ROOT, folder), { recursive: true, encoding: "utf8" }).map((name) =>
      join(folder, name),
    ),
  )
  .filter((path) => path.endsWith(".ts"))
  .concat("main.ts");

const imports = sources.flatMap((path) => {
  const text = readFileSync(join(PROJECT_ROOT, path), "utf8");
  return [...text.matchAll(/(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*"([^"]+)"/g)].map(
    ([, name = ""]) => ({
      path,
      target: name.startsWith(".")
        ? relative(PROJECT_ROOT, resolve(PROJECT_ROOT, dirname(path), name))
        : name,
      own: name.startsWith("."),
    }),
  );
});

test("imports point one way", () => {
  const wrong = imports
    .filter(({ own }) => own)
    .filter(({ path, target }) => {
      const layer = LAYERS.find(({ of }) => path.startsWith(of));
      return !layer?.mayImport.some((allowed) => target.startsWith(allowed));
    });
  expect(wrong).toEqual([]);
  expect(imports.length).toBeGreaterThan(500);
});

test("CDKTF and its bindings stay in main.ts and modules, by sub-path", () => {
  const cdktf = imports.filter(({ target }) => /^(cdkt[fn]|constructs|@cdkt[fn]\/)/.test(target));
  expect(cdktf.filter(({ path }) => path !== "main.ts" && !path.startsWith("modules/"))).toEqual([]);
  expect(cdktf.filter(({ target }) => /^@cdkt[fn]\/provider-aws$/.test(target))).toEqual([]);
  expect(cdktf.length).toBeGreaterThan(20);
});

test("constructs read no environment", () => {
  const readers = sources.filter(
    (path) =>
      path.startsWith("modules/") && readFileSync(join(PROJECT_ROOT, path), "utf8").includes("process.env"),
  );
  expect(readers).toEqual([]);
});

test("the gateway and the signatures know nothing of products", () => {
  const knowing = sources.filter(
    (path) =>
      /^scripts\/(local|sigv4)\//.test(path) &&
      /products_table|products_api|default_results|inStockQty/.test(
        readFileSync(join(PROJECT_ROOT, path), "utf8"),
      ),
  );
  expect(knowing).toEqual([]);
});
