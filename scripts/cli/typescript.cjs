const { createHash } = require("node:crypto");
const { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { basename, join, resolve } = require("node:path");

/*
 * Lets Node.js load the project's TypeScript as CommonJS: `node --require ./scripts/cli/typescript.cjs main.ts`. esbuild
 * takes the types away, of all files in one run if several have changed, and what it wrote is kept in `.build/typescript`
 * by the text it was made from. Packages are loaded by Node.js alone: a loader that looks into each of their files, and has
 * the source map of each read, takes twice the time of `make synth`.
 */

const ROOT = resolve(__dirname, "../..");
const SOURCES = ["functions", "kit", "modules", "scripts", "seeds"];
const KEPT = join(ROOT, ".build", "typescript");
const OPTIONS = {
  format: "cjs",
  platform: "node",
  target: "node20",
  sourcemap: "inline",
  sourcesContent: false,
  supported: { "dynamic-import": false },
  tsconfigRaw: "{}",
  logLevel: "silent",
};
/** Changes with what the text does not say. */
const RECIPE = JSON.stringify([OPTIONS, require("esbuild/package.json").version]);

/** The JavaScript of each file that was loaded. */
const loaded = new Map();

Module._extensions[".ts"] = (module, path) => {
  const source = readFileSync(path, "utf8");
  const code = kept(source) ?? compile(path, source);
  loaded.set(path, code);
  module._compile(code, path);
};

// Node.js looks for extensions in this order, and `./policies` means policies.ts, also beside a policies.json.
for (const later of [".json", ".node"]) {
  const load = Module._extensions[later];
  delete Module._extensions[later];
  Module._extensions[later] = load;
}

// A bug's stack, before Node.js prints it.
process.on("uncaughtExceptionMonitor", (error) => {
  if (process.sourceMapsEnabled || typeof error?.stack !== "string") return;
  error.stack = error.stack.replace(
    /(\/[^\s():]+\.ts):(\d+):(\d+)/g,
    (place, path, line, column) => originalPlace(path, Number(line), Number(column)) ?? place,
  );
});

function kept(source) {
  try {
    return readFileSync(keptPath(source), "utf8");
  } catch {
    return undefined;
  }
}

function keptPath(source) {
  return join(KEPT, `${createHash("sha256").update(`${RECIPE}\0${source}`).digest("hex")}.js`);
}

/** @throws where esbuild finds an error; it names the file and the line */
function compile(path, source) {
  const esbuild = require("esbuild");
  const all = [...new Set([path, ...SOURCES.flatMap(filesIn)])];
  const stale = all.filter((each) => kept(textOf(each)) === undefined);
  if (stale.length > 1) {
    compileAll(esbuild, stale);
    forgetOld(all);
  }
  const known = kept(source);
  if (known !== undefined) return known;
  const { code } = esbuild.transformSync(source, { ...OPTIONS, loader: "ts", sourcefile: basename(path) });
  keep(source, code);
  return code;
}

/** Empty for a file that is gone meanwhile, which esbuild then refuses. */
function textOf(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** Compiles many files in one run. A mistake in one of them is told of when that one is loaded. */
function compileAll(esbuild, paths) {
  const options = { ...OPTIONS, outbase: ROOT, outdir: ROOT, absWorkingDir: ROOT, write: false };
  try {
    const { outputFiles } = esbuild.buildSync({ ...options, entryPoints: paths });
    const codes = new Map(outputFiles.map(({ path, text }) => [path.replace(/\.js$/, ".ts"), text]));
    for (const path of paths) keep(readFileSync(path, "utf8"), codes.get(path));
  } catch ({ errors = [] }) {
    const wrong = new Set(errors.map(({ location }) => resolve(ROOT, location?.file ?? "")));
    const right = paths.filter((path) => !wrong.has(path));
    if (right.length > 0 && right.length < paths.length) compileAll(esbuild, right);
  }
}

/** Keeps a file's JavaScript where that can be done; another process sees all of it or nothing. */
function keep(source, code) {
  const place = keptPath(source);
  try {
    mkdirSync(KEPT, { recursive: true });
    writeFileSync(`${place}.${process.pid}`, code);
    renameSync(`${place}.${process.pid}`, place);
  } catch {}
}

/** Removes what earlier texts have left, if it is more than what there is now. */
function forgetOld(paths) {
  try {
    const names = readdirSync(KEPT);
    if (names.length < 2 * paths.length) return;
    const current = new Set(paths.map((path) => basename(keptPath(readFileSync(path, "utf8")))));
    for (const name of names) if (!current.has(name)) rmSync(join(KEPT, name), { force: true });
  } catch {}
}

function filesIn(name) {
  return listed(name).flatMap((entry) => {
    const path = join(name, entry.name);
    if (entry.isDirectory()) return filesIn(path);
    return /(?<!\.d)\.ts$/.test(path) ? [join(ROOT, path)] : [];
  });
}

function listed(folder) {
  try {
    return readdirSync(join(ROOT, folder), { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Where a place in a file's JavaScript comes from. */
function originalPlace(path, line, column) {
  const [, map] =
    /\/\/# sourceMappingURL=data:application\/json;base64,(\S+)\s*$/.exec(loaded.get(path) ?? "") ?? [];
  if (map === undefined) return undefined;
  const sourceMap = new Module.SourceMap(JSON.parse(Buffer.from(map, "base64").toString("utf8")));
  const { originalLine, originalColumn } = sourceMap.findEntry(line - 1, column - 1);
  return originalLine === undefined ? undefined : `${path}:${originalLine + 1}:${originalColumn + 1}`;
}
